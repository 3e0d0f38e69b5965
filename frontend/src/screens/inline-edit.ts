// One value edited where it stands: a cell of a list or a property of a record. The server sends the form and,
// when it is saved, the value again; Esc and an unchanged form put back what was there.
import { find, on } from "../lib/dom";
import { fill, send } from "../lib/request";

const before = new WeakMap<HTMLElement, Node[]>();
const typed = new WeakMap<HTMLElement, string[]>(); // keys that were pressed while the editor was on its way
const CELL = "td[data-editing], dd[data-editing]";
const FIELD = ":is(input:not([type=hidden]), select, textarea)";

const TYPED_INTO = new Set(["text", "search", "tel", "email", "url", "number", "textarea"]);

const written = (form: HTMLFormElement) => new URLSearchParams(new FormData(form) as never).toString();

export async function edit(cell: HTMLElement, url: string): Promise<void> {
  if ("editing" in cell.dataset) return;
  before.set(cell, [...cell.childNodes].map((node) => node.cloneNode(true)));
  cell.dataset.editing = "";
  typed.set(cell, []);
  if (cell.tabIndex < 0) cell.tabIndex = -1; // so that it can take the focus
  cell.focus({ preventScroll: true });
  const status = await send("GET", url, { target: cell, swap: "innerHTML", source: cell });
  const form = find<HTMLFormElement>("form", cell);
  if (!form || status >= 400) return restore(cell);
  form.dataset.written = written(form);
  const field = find<HTMLInputElement>(FIELD, form);
  field?.focus();
  field?.select?.();
  if (field) hand(typed.get(cell) ?? [], field);
}

/** What was typed ahead, as if it had been typed into the editor: instead of what stood there. */
function hand(keys: string[], field: HTMLInputElement | HTMLSelectElement): void {
  const words = keys.filter((key) => key !== "Enter").join("");
  if (field instanceof HTMLSelectElement) {
    const option = words && [...field.options].find(({ text }) => text.toLowerCase().startsWith(words.toLowerCase()));
    if (option) field.value = option.value;
  } else if (words && TYPED_INTO.has(field.type)) {
    field.value = words;
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }
  if (keys.includes("Enter")) field.form?.requestSubmit();
}

// What is typed while the editor is on its way is not for the keys of the page.
on("keydown", CELL, (cell, event) => {
  const keys = typed.get(cell);
  if (event.target !== cell || event.key === "Escape" || event.key === "Tab") return;
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  if (event.key === "Backspace") keys?.pop();
  else if (event.key === "Enter" || [...event.key].length === 1 || event.key === "لا") keys?.push(event.key);
}, { capture: true });

function finish(cell: HTMLElement): void {
  const here = cell.contains(document.activeElement) || document.activeElement === document.body;
  delete cell.dataset.editing;
  before.delete(cell);
  if (cell.matches("td")) cell.tabIndex = -1;
  if (here) cell.focus({ preventScroll: true }); // else somebody is at work in another one already
}

function restore(cell: HTMLElement): void {
  cell.replaceChildren(...(before.get(cell) ?? []));
  finish(cell);
}

/** The next cell of the row, or the next property, that can be edited. */
function neighbour(cell: HTMLElement, back: boolean): HTMLElement | null {
  const all = [...(cell.closest("tr, .s-props")?.querySelectorAll<HTMLElement>("td, dd[data-field]") ?? [])];
  const seen = all.filter((one) => one.checkVisibility());
  return seen[seen.indexOf(cell) + (back ? -1 : 1)] ?? null;
}

on("keydown", CELL, (cell, event) => {
  if (event.key === "Escape") {
    event.preventDefault();
    event.stopPropagation();
    restore(cell);
  } else if (event.key === "Tab" && !event.defaultPrevented) {
    const next = neighbour(cell, event.shiftKey);
    if (!next) return;
    event.preventDefault();
    find<HTMLFormElement>("form", cell)?.requestSubmit();
    cell.addEventListener("sila:saved", () => next.dispatchEvent(new MouseEvent("dblclick", { bubbles: true })), { once: true });
  }
});

on("focusout", CELL, (cell) => {
  setTimeout(() => {
    const form = find<HTMLFormElement>("form.s-edit", cell);
    if (!form || cell.contains(document.activeElement) || find("dialog:modal") || !document.hasFocus()) return;
    if (form.dataset.written === written(form)) restore(cell);
    else if (!form.matches(".htmx-request")) form.requestSubmit();
  });
});

function saved(cell: HTMLElement): void {
  finish(cell);
  cell.classList.add("s-saved");
  cell.addEventListener("animationend", () => cell.classList.remove("s-saved"), { once: true });
  cell.dispatchEvent(new CustomEvent("sila:saved"));
}

document.addEventListener("htmx:after:swap", (event) => {
  const cell = (event as CustomEvent).detail.ctx.target as HTMLElement | undefined;
  if (cell?.matches?.(CELL) && before.has(cell) && !find("form.s-edit", cell)) saved(cell);
});

// Properties of a record: the list of them holds the address, each one its field.
function editProperty(property: HTMLElement): void {
  const url = property.closest<HTMLElement>("[data-edit-url]")?.dataset.editUrl;
  if (url) void edit(property, fill(url, { field: property.dataset.field! }));
}
on("dblclick", "dd[data-field]", editProperty);
on("keydown", "dd[data-field]:not([data-editing])", (property, event) => {
  if (event.target !== property || (event.key !== "Enter" && event.key !== "F2")) return;
  event.preventDefault();
  editProperty(property);
});
on("click", "[data-edit]", (button) => {
  const property = button.closest<HTMLElement>("dd[data-field]");
  if (property) editProperty(property);
});

// A number or an e-mail address in a cell is a link, and a double click edits the cell: the first click waits for a second.
export const REACHES = "a:is([href^='tel:'], [href^='mailto:'])";
const SECOND_CLICK = 300;
let going = 0;
on("click", `:is([data-grid] td, dd[data-field]) ${REACHES}`, (link, event) => {
  const { detail } = event as MouseEvent;
  if (!detail) return; // by keyboard: at once
  event.preventDefault();
  clearTimeout(going);
  if (detail === 1) going = window.setTimeout(() => (location.href = (link as HTMLAnchorElement).href), SECOND_CLICK);
});

// What a record still lacks: a gap opens the editor of its property, wherever that is folded away.
on("click", "[data-gap]", (gap) => {
  const property = document.getElementById(`dd-${gap.dataset.gap}`);
  if (!property) return;
  for (let fold = property.closest("details"); fold; fold = fold.parentElement?.closest("details") ?? null) fold.open = true;
  property.scrollIntoView({ block: "nearest" });
  editProperty(property);
});
