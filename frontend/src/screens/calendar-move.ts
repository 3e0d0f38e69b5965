// An activity is put on another day or at another time: dragged by mouse, by finger after a long press, or by keys:
// M lifts it, arrows move it, Enter puts it down, Esc puts it back. The style sheet places it by its attributes.
import { find, findAll, isRtl } from "../lib/dom";
import { hold } from "../lib/hold";
import { fill, send } from "../lib/request";
import { clock, minuteAt, minutes, shown } from "./calendar-clock";

const STEP = 15;
const DAY = 24 * 60;
const EDGE = 48; // pixels from the edge where the calendar begins to scroll

interface Lifted {
  event: HTMLElement; // the link
  slot: HTMLElement; // its line
  home: HTMLElement; // the list that it came from
  next: Element | null;
  was: Record<string, string | undefined>;
  label: string;
}

const dayOf = (lifted: Lifted) => lifted.slot.closest<HTMLElement>("[data-day]")!;

function lift(event: HTMLElement): Lifted {
  const slot = event.parentElement!;
  event.classList.add("s-lifted");
  return {
    event,
    slot,
    home: slot.parentElement!,
    next: slot.nextElementSibling,
    was: { ...slot.dataset },
    label: find("time", event)?.textContent ?? "",
  };
}

/** Where it would come to stand; what lies above the hours has a day and no time. */
function place(lifted: Lifted, day: HTMLElement, from?: number): void {
  const { slot } = lifted;
  const timed = "hours" in day.dataset;
  if (timed !== "hours" in lifted.home.dataset) return;
  if (slot.parentElement !== day) day.append(slot);
  if (!timed || from === undefined) return;
  const length = minutes(lifted.was.to!) - minutes(lifted.was.from!);
  const begin = Math.max(0, Math.min(DAY - STEP, from));
  Object.assign(slot.dataset, { from: clock(begin), to: clock(Math.min(DAY, begin + length)), lane: "0", lanes: "1" });
  find("time", lifted.event)!.textContent = shown(clock(begin));
}

function putBack(lifted: Lifted): void {
  lifted.event.classList.remove("s-lifted");
  lifted.home.insertBefore(lifted.slot, lifted.next);
  Object.assign(lifted.slot.dataset, lifted.was);
  const time = find("time", lifted.event);
  if (time) time.textContent = lifted.label;
}

async function putDown(calendar: HTMLElement, lifted: Lifted): Promise<void> {
  const { event, slot, was, home } = lifted;
  const day = dayOf(lifted);
  event.classList.remove("s-lifted");
  if (day === home && slot.dataset.from === was.from) return putBack(lifted);
  const to = slot.dataset.from ? `${day.dataset.day}T${slot.dataset.from}` : day.dataset.day!;
  const url = fill(calendar.dataset.moveUrl!, { id: event.dataset.event! });
  const status = await send("POST", url, { source: event, values: { to, version: event.dataset.version! } });
  if (!status || status >= 400) putBack(lifted);
}

function say(lifted: Lifted): void {
  const words = [dayOf(lifted).getAttribute("aria-label"), lifted.slot.dataset.from && shown(lifted.slot.dataset.from)];
  find("#calendar-said")!.textContent = words.filter(Boolean).join(", ");
}

/** Scroll on while something is held at the edge. */
function scrollAt(calendar: HTMLElement, x: number, y: number): void {
  const box = calendar.getBoundingClientRect();
  const head = find(".s-hours-head", calendar)?.offsetHeight ?? 0;
  const towards = (at: number, start: number, end: number) => (at < start + EDGE ? -12 : at > end - EDGE ? 12 : 0);
  calendar.scrollBy(towards(x, box.left, box.right), towards(y, box.top + head, box.bottom));
}

function dayAt(calendar: HTMLElement, x: number, y: number): HTMLElement | undefined {
  return findAll("[data-day]", calendar).find((day) => {
    const box = day.getBoundingClientRect();
    return x >= box.left && x < box.right && y >= box.top && y < box.bottom;
  });
}

function drag(calendar: HTMLElement, event: HTMLElement, press: PointerEvent): void {
  const grip = press.clientY - event.getBoundingClientRect().top;
  let lifted: Lifted;
  hold(press, {
    lift: () => (lifted = lift(event)),
    move: (x, y) => {
      scrollAt(calendar, x, y);
      const day = dayAt(calendar, x, y);
      if (day) place(lifted, day, Math.round(minuteAt(day, y - grip) / STEP) * STEP);
    },
    end: (kept) => (kept ? void putDown(calendar, lifted) : putBack(lifted)),
  });
}

let carried: Lifted | null = null; // by keys

function carry(calendar: HTMLElement, lifted: Lifted, days: number, by: number): void {
  const all = findAll(lifted.home.matches("[data-hours]") ? "[data-hours]" : `.${lifted.home.classList[0]}`, calendar);
  const day = all[all.indexOf(dayOf(lifted)) + days] ?? dayOf(lifted);
  const from = lifted.slot.dataset.from;
  place(lifted, day, from === undefined ? undefined : minutes(from) + by);
  lifted.event.focus();
  lifted.event.scrollIntoView({ block: "nearest", inline: "nearest" });
  say(lifted);
}

function keys(calendar: HTMLElement, pressed: KeyboardEvent): boolean {
  if (pressed.ctrlKey || pressed.metaKey || pressed.altKey) return false;
  const event = (pressed.target as Element).closest<HTMLElement>("[data-event]");
  if (!carried && event && pressed.code === "KeyM") {
    carried = lift(event);
    say(carried);
    return true;
  }
  if (!carried) return false;
  const lifted = carried;
  const onward = isRtl(calendar) ? -1 : 1;
  const end = (how: () => void) => ((carried = null), how(), lifted.event.focus());
  const actions: Record<string, () => void> = {
    ArrowUp: () => carry(calendar, lifted, 0, -STEP),
    ArrowDown: () => carry(calendar, lifted, 0, STEP),
    ArrowRight: () => carry(calendar, lifted, onward, 0),
    ArrowLeft: () => carry(calendar, lifted, -onward, 0),
    Enter: () => end(() => void putDown(calendar, lifted)),
    Space: () => end(() => void putDown(calendar, lifted)),
    Escape: () => end(() => putBack(lifted)),
  };
  actions[pressed.code]?.();
  return pressed.code in actions;
}

export function movable(calendar: HTMLElement): void {
  calendar.addEventListener("pointerdown", (press) => {
    const event = (press.target as Element).closest<HTMLElement>("[data-event]");
    if (event && press.button === 0 && press.isPrimary && !carried) drag(calendar, event, press);
  });
  calendar.addEventListener("keydown", (pressed) => {
    if (!keys(calendar, pressed)) return;
    pressed.preventDefault();
    pressed.stopPropagation();
  });
  calendar.addEventListener("focusout", () => {
    setTimeout(() => {
      if (!carried || carried.event === document.activeElement) return;
      putBack(carried);
      carried = null;
    });
  });
}
