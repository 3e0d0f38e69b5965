// Rows ticked for a change to many: with the mouse, Shift for a stretch, X or Shift and arrows by keyboard.
import { find, findAll, isTyping, on, openDialog } from "../lib/dom";

const TICK = "table[data-grid] > tbody input[name=id]";
const ticks = () => findAll<HTMLInputElement>(TICK);
const bar = () => find<HTMLFormElement>("[data-selection]");
let last: HTMLInputElement | null = null;

function show(): void {
  const form = bar();
  if (!form) return;
  const all = ticks();
  const chosen = all.filter((tick) => tick.checked).length;
  const whole = find<HTMLInputElement>("[name=whole]", form);
  if (!chosen && whole) whole.checked = false;
  form.hidden = !chosen;
  find("[data-selected]", form)!.textContent = String(chosen);
  find(".s-selected", form)!.hidden = Boolean(whole?.checked); // what matches is more than the rows that are shown
  all.forEach((tick) => tick.closest("tr")?.classList.toggle("s-chosen", tick.checked || Boolean(whole?.checked)));
  const page = find<HTMLInputElement>("[data-select-page]");
  if (page) {
    page.checked = chosen > 0 && chosen === all.length;
    page.indeterminate = chosen > 0 && chosen < all.length;
  }
}

function choose(wanted: HTMLInputElement[], checked: boolean): void {
  wanted.forEach((tick) => (tick.checked = checked));
  show();
}

function stretch(from: HTMLInputElement, to: HTMLInputElement): HTMLInputElement[] {
  const all = ticks();
  const [first, end] = [all.indexOf(from), all.indexOf(to)].sort((one, other) => one - other);
  return all.slice(first!, end! + 1);
}

on("click", TICK, (element, event) => {
  const tick = element as HTMLInputElement;
  if (event.shiftKey && last?.isConnected) choose(stretch(last, tick), tick.checked);
  last = tick;
  show();
});
on("change", "[data-select-page]", (box) => choose(ticks(), (box as HTMLInputElement).checked));
on("change", "[data-selection] [name=whole]", show);
on("click", "[data-select-none]", () => choose(ticks(), false));

document.addEventListener("keydown", (event) => {
  if (event.code !== "KeyX" || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.defaultPrevented || isTyping(event.target) || openDialog()) return;
  const tick = find<HTMLInputElement>("table[data-grid] > tbody > tr.s-cursor input[name=id]");
  if (!tick) return;
  event.preventDefault();
  choose(event.shiftKey && last?.isConnected ? stretch(last, tick) : [tick], !tick.checked);
  last = tick;
});

// A list that is fetched anew begins without a choice; more rows of the same list leave it as it is.
document.addEventListener("sila:refresh", () => choose(ticks(), false));
document.addEventListener("htmx:after:swap", show);
