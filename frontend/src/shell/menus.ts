// Places popovers beside the button that opens them. CSS anchors would do it, but not yet in every browser.
import { find, findAll, isRtl } from "../lib/dom";

const GAP = 4;

function place(popover: HTMLElement, button: HTMLElement): void {
  const at = button.getBoundingClientRect();
  const { offsetWidth: width, offsetHeight: height } = popover;
  const startsAtEnd = popover.dataset.align === "end" ? !isRtl(button) : isRtl(button);
  const x = startsAtEnd ? at.right - width : at.left;
  const below = at.bottom + GAP;
  const y = below + height > innerHeight && at.top - GAP - height > 0 ? at.top - GAP - height : below;
  popover.style.setProperty("inset", "auto");
  popover.style.setProperty("left", `${Math.max(8, Math.min(x, innerWidth - width - 8))}px`);
  popover.style.setProperty("top", `${Math.max(8, Math.min(y, innerHeight - height - 8))}px`);
}

/** The button that opened it: the one under the pointer or with the focus, where several could. */
function buttonOf(popover: HTMLElement): HTMLElement | null {
  const buttons = `[popovertarget="${popover.id}"]`;
  return find(`${buttons}:hover`) ?? find(`${buttons}:focus`) ?? find(buttons);
}

/** Focus what is to be filled in, else the first line. */
function enter(popover: HTMLElement): void {
  const field = find(".s-f :is(input:not([type=hidden]), select, textarea)", popover);
  (field ?? find(":is(input:not([type=hidden], [type=checkbox]), a, button)", popover))?.focus();
}

// What an answer will fill opens empty: nobody shall type into what stood there the last time.
document.addEventListener(
  "beforetoggle",
  (event) => {
    const popover = event.target as HTMLElement;
    const opens = (event as ToggleEvent).newState === "open";
    if (opens && popover.matches?.("[popover][hx-morph-skip-children]")) popover.replaceChildren();
  },
  true,
);

document.addEventListener(
  "toggle",
  (event) => {
    const popover = event.target as HTMLElement;
    if (!popover.matches?.("[popover].s-pop") || (event as ToggleEvent).newState !== "open") return;
    const button = buttonOf(popover);
    if (button) place(popover, button);
    enter(popover);
  },
  true,
);

// A popover that was filled by an answer has another size now.
document.addEventListener("htmx:after:swap", () => {
  const popover = find("[popover].s-pop:popover-open");
  const button = popover && buttonOf(popover);
  if (popover && button) place(popover, button);
  if (popover && !popover.contains(document.activeElement)) enter(popover);
});

// Arrow keys walk through a menu.
document.addEventListener("keydown", (event) => {
  if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
  const menu = (event.target as Element).closest(".s-menu");
  if (!menu || (event.target as Element).matches("textarea, select")) return;
  const items = [...menu.querySelectorAll<HTMLElement>("a, button, input:not([type=hidden])")];
  const next = items.indexOf(document.activeElement as HTMLElement) + (event.key === "ArrowDown" ? 1 : -1);
  event.preventDefault();
  items[(next + items.length) % items.length]?.focus();
});

// A form is sent while a control in it still waits for an answer, which would take the form away: it comes too late.
document.addEventListener("htmx:before:request", (event) => {
  const { sourceElement } = (event as CustomEvent).detail.ctx;
  if (!sourceElement?.matches?.("form[data-close-popover]")) return;
  findAll("select", sourceElement).forEach((select) => select.dispatchEvent(new Event("htmx:abort")));
});

// A form in a popover closes it once it is sent; a control in it that asks for something does not. The list around it
// may have been swapped meanwhile, with another element in the popover's place: its id tells which.
document.addEventListener("htmx:after:request", (event) => {
  const { sourceElement, response } = (event as CustomEvent).detail.ctx;
  if (!(response?.status < 400) || sourceElement?.matches?.("select, input, [data-keep-popover]")) return;
  const popover = sourceElement?.closest?.("[data-close-popover]")?.closest("[popover]");
  for (const one of new Set([popover, popover && document.getElementById(popover.id)])) {
    if (one?.matches(":popover-open")) one.hidePopover();
  }
});
