// Ticked rows of a list and the bar that acts on them.
import { find, findAll, on } from "../lib/dom";

const BOX = "table[data-grid] > tbody input[type=checkbox][data-pick]";
const boxes = () => findAll<HTMLInputElement>(BOX);
let last: HTMLInputElement | null = null;

export function toggle(row: HTMLTableRowElement, to?: boolean): void {
  const box = find<HTMLInputElement>("input[data-pick]", row);
  if (!box) return;
  box.checked = to ?? !box.checked;
  last = box;
  show();
}

/** Rows say whether they are selected, the bar says how many; picking all that match survives no other change. */
function show(): void {
  const all = boxes();
  const picked = all.filter((box) => box.checked);
  all.forEach((box) => box.closest("tr")?.toggleAttribute("aria-selected", box.checked));
  findAll("tr[aria-selected]").forEach((row) => row.setAttribute("aria-selected", "true"));
  const head = find<HTMLInputElement>("input[data-pick-all]");
  if (head) {
    head.checked = picked.length > 0 && picked.length === all.length;
    head.indeterminate = picked.length > 0 && picked.length < all.length;
  }
  const bar = find("#bulk");
  if (!bar) return;
  bar.hidden = picked.length === 0;
  find("[data-picked]", bar)!.textContent = String(picked.length);
  const everything = find<HTMLInputElement>("input[name=everything]", bar);
  if (everything) everything.value = "";
}

function clear(): void {
  boxes().forEach((box) => (box.checked = false));
  show();
}

on("click", BOX, (box, event) => {
  const all = boxes();
  const [from, to] = [all.indexOf(last!), all.indexOf(box as HTMLInputElement)].sort((a, b) => a - b);
  if (event.shiftKey && from! >= 0)
    all.slice(from, to! + 1).forEach((other) => (other.checked = (box as HTMLInputElement).checked));
  last = box as HTMLInputElement;
  show();
});
on("change", "input[data-pick-all]", (head) => {
  boxes().forEach((box) => (box.checked = (head as HTMLInputElement).checked));
  show();
});
on("click", "[data-pick-matching]", (button) => {
  boxes().forEach((box) => (box.checked = true));
  show();
  find<HTMLInputElement>("#bulk input[name=everything]")!.value = "1";
  find("#bulk [data-picked]")!.textContent = button.dataset.pickMatching!;
});
on("click", "[data-pick-none]", clear);
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && find("#bulk:not([hidden])") && !find("dialog[open]")) clear();
});
document.addEventListener("htmx:after:swap", () => find("#bulk") && show());
