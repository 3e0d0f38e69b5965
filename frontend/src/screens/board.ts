// A board: cards are dragged or sent on by keys. The card moves at once and goes back if the server refuses.
import Sortable from "sortablejs";
import { find, findAll, isControl, isRtl, isTyping, openDialog } from "../lib/dom";
import { fill, send } from "../lib/request";
import { peek } from "../shell/peek";

interface Place {
  list: Element;
  next: Element | null;
}

const CARD = ".s-deal";
const lists = (board: HTMLElement) => findAll("[data-lane]", board);

/** Tell the server; whatever it refuses is put back where it was. It answers with the whole board. */
async function tell(board: HTMLElement, card: HTMLElement, stage: string, was: Place): Promise<void> {
  const after = card.nextElementSibling as HTMLElement | null;
  card.setAttribute("aria-busy", "true");
  const status = await send("POST", fill(board.dataset.moveUrl!, { id: card.dataset.id! }), {
    source: card,
    target: board,
    swap: "outerMorph",
    values: { stage, before: after?.dataset.id ?? "", version: card.dataset.version ?? "" },
  });
  card.removeAttribute("aria-busy");
  if (!status || status >= 400) was.list.insertBefore(card, was.next);
}

function sortable(board: HTMLElement, list: HTMLElement): void {
  let was: Place;
  Sortable.create(list, {
    group: "deals",
    direction: "vertical", // horizontal sorting is wrong in right-to-left pages
    draggable: CARD,
    animation: 120,
    delay: 250, // a finger presses for so long; a swipe scrolls
    delayOnTouchOnly: true,
    touchStartThreshold: 6,
    forceFallback: matchMedia("(any-pointer: coarse)").matches, // else a finger at the edge scrolls nothing
    scrollSensitivity: 56,
    scrollSpeed: 14,
    ghostClass: "s-slot-card",
    dragClass: "s-drag",
    onStart: ({ item }) => {
      was = { list: item.parentElement!, next: item.nextElementSibling };
      board.classList.add("s-dragging");
    },
    onEnd: ({ item, to, from, oldIndex, newIndex }) => {
      board.classList.remove("s-dragging");
      if (to === from && oldIndex === newIndex) return;
      const stage = (to as HTMLElement).dataset.lane ?? (to as HTMLElement).dataset.outcome!;
      if ("outcome" in (to as HTMLElement).dataset) was.list.insertBefore(item, was.next);
      void tell(board, item, stage, was);
    },
  });
}

function sendOn(board: HTMLElement, card: HTMLElement, step: number): void {
  const all = lists(board).filter((list) => list.offsetParent); // but for a lane that waits to be dragged to
  const to = all[all.indexOf(card.closest("[data-lane]")!) + step];
  if (!to) return;
  const was = { list: card.parentElement!, next: card.nextElementSibling };
  to.prepend(card);
  card.focus();
  card.scrollIntoView({ block: "nearest", inline: "nearest" });
  void tell(board, card, to.dataset.lane!, was);
}

function focusAside(board: HTMLElement, card: HTMLElement, step: number): void {
  const all = lists(board);
  const index = findAll(CARD, card.parentElement!).indexOf(card);
  for (let at = all.indexOf(card.parentElement!) + step; all[at]; at += step) {
    const cards = findAll(CARD, all[at]);
    if (cards.length) return cards[Math.min(index, cards.length - 1)]!.focus();
  }
}

/** The menu of stages is one for the whole board: it stands at the button that was pressed last. */
function openMoveMenu(card: HTMLElement): void {
  const button = find("[data-move-menu]", card);
  button?.focus();
  button?.click();
}

function keys(board: HTMLElement, card: HTMLElement, event: KeyboardEvent): boolean {
  const onward = isRtl(board) ? -1 : 1;
  const actions: Record<string, () => void> = {
    BracketLeft: () => sendOn(board, card, -1),
    BracketRight: () => sendOn(board, card, 1),
    KeyM: () => openMoveMenu(card),
    Space: () => board.dataset.peekUrl && peek(fill(board.dataset.peekUrl, { id: card.dataset.id! })),
    Enter: () => find("a[href]", card)?.click(),
    KeyJ: () => (card.nextElementSibling as HTMLElement)?.focus(),
    ArrowDown: () => (card.nextElementSibling as HTMLElement)?.focus(),
    KeyK: () => (card.previousElementSibling as HTMLElement)?.focus(),
    ArrowUp: () => (card.previousElementSibling as HTMLElement)?.focus(),
    ArrowRight: () => focusAside(board, card, onward),
    ArrowLeft: () => focusAside(board, card, -onward),
  };
  const action = actions[event.code];
  action?.();
  return !!action;
}

/** Where only some lanes fit on the screen, begin with one that holds something. */
function openAtCards(board: HTMLElement): void {
  const lane = lists(board).find((list) => find(CARD, list))?.closest(".s-lane");
  lane?.scrollIntoView({ block: "nearest", inline: "nearest" });
}

export function start(board: HTMLElement): void {
  openAtCards(board);
  [...lists(board), ...findAll("[data-outcome]", board)].forEach((list) => sortable(board, list));
  board.addEventListener("keydown", (event) => {
    const card = (event.target as Element).closest<HTMLElement>(CARD);
    if (!card || isTyping(event.target) || openDialog() || event.ctrlKey || event.metaKey || event.altKey) return;
    if (isControl(event.target) && event.target !== card) return;
    if (keys(board, card, event)) event.preventDefault();
  });
  let moving: HTMLElement | null = null;
  board.addEventListener("click", (event) => {
    const target = event.target as Element;
    if (target.closest("[data-move-menu]")) moving = target.closest<HTMLElement>(CARD);
    const stage = target.closest<HTMLElement>("[data-to-stage]")?.dataset.toStage;
    if (stage === undefined || !moving) return;
    find("#move-menu", board)?.hidePopover();
    void tell(board, moving, stage, { list: moving.parentElement!, next: moving.nextElementSibling });
  });
}
