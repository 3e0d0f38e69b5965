// <textarea data-mention="/w/…/mention">: an @ opens a list of colleagues. Who is chosen stands in the text by name, and
// in a hidden field by id.
import { find, findAll, isRtl, on, boxed } from "../lib/dom";

interface Colleague {
  value: string;
  text: string;
  hint: string;
  words: string; // what names them in the text
}

const NAMED = /(^|[\s(،,؛;:ء-ي])@([^\s@]*(?: [^\s@]+)?)$/u; // before the cursor: an @ at the beginning of a word, and a name
const WAIT = 120;
const GAP = 4;
let timer = 0;

const listOf = (field: HTMLElement) => find(`#${field.id}-colleagues`);
const optionsOf = (field: HTMLElement) => findAll("[role=option]", listOf(field) ?? document.createElement("i"));

function typed(field: HTMLTextAreaElement): string | null {
  return NAMED.exec(field.value.slice(0, field.selectionStart))?.[2] ?? null;
}

function close(field: HTMLElement): void {
  clearTimeout(timer);
  listOf(field)?.remove();
  field.removeAttribute("aria-activedescendant");
  field.removeAttribute("aria-controls");
}

function option(field: HTMLElement, colleague: Colleague, index: number): HTMLElement {
  const element = document.createElement("span");
  element.className = "s-item";
  element.id = `${field.id}-colleague-${index}`;
  element.setAttribute("role", "option");
  Object.assign(element.dataset, { value: colleague.value, label: colleague.words });
  if (colleague.words === colleague.text) {
    element.append(boxed(colleague.text, "s-cut"), boxed(colleague.hint, "s-muted s-small s-cut s-push"));
  } else {
    const told = document.createElement("span"); // what tells two of one name apart has a line of its own
    told.className = "s-told";
    told.append(boxed(colleague.text, ""), boxed(colleague.hint, "s-muted s-small"));
    element.append(told);
  }
  return element;
}

function choose(field: HTMLElement, index: number): void {
  optionsOf(field).forEach((each, at) => each.setAttribute("aria-selected", String(at === index)));
  const chosen = optionsOf(field)[index];
  if (!chosen) return;
  field.setAttribute("aria-activedescendant", chosen.id);
  chosen.scrollIntoView({ block: "nearest" });
}

/** Below the text, or above it where there is no room. */
function place(list: HTMLElement, field: HTMLElement): void {
  const at = field.getBoundingClientRect();
  list.showPopover();
  const below = at.bottom + list.offsetHeight + GAP < innerHeight;
  list.style.setProperty("inset", "auto");
  list.style.setProperty("left", `${isRtl(field) ? at.right - list.offsetWidth : at.left}px`);
  list.style.setProperty("top", `${below ? at.bottom + GAP : at.top - list.offsetHeight - GAP}px`);
}

async function search(field: HTMLTextAreaElement): Promise<void> {
  const words = typed(field);
  if (words === null) return close(field);
  const url = new URL(field.dataset.mention!, location.href);
  url.searchParams.set("q", words);
  const answer = await fetch(url, { headers: { Accept: "application/json" } });
  if (!answer.ok || typed(field) !== words || document.activeElement !== field) return;
  const found = (await answer.json()) as Colleague[];
  close(field);
  if (!found.length) return;
  const list = document.createElement("div");
  list.id = `${field.id}-colleagues`;
  list.className = "s-pop s-colleagues";
  list.popover = "manual"; // over everything: the box around the text cuts off what stands out
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", field.dataset.mentionLabel ?? "");
  list.append(...found.map((colleague, index) => option(field, colleague, index)));
  field.after(list);
  field.setAttribute("aria-controls", list.id);
  place(list, field);
  choose(field, 0);
}

function pick(field: HTMLTextAreaElement, chosen: HTMLElement): void {
  const { value = "", label = "" } = chosen.dataset;
  const end = field.selectionStart;
  const start = end - (typed(field)?.length ?? 0);
  field.setRangeText(`${label} `, start, end, "end");
  const kept = document.createElement("input");
  Object.assign(kept, { type: "hidden", name: "mention", value });
  field.after(kept);
  close(field);
  field.focus();
}

on("input", "textarea[data-mention]", (field) => {
  clearTimeout(timer);
  timer = window.setTimeout(() => void search(field as HTMLTextAreaElement), WAIT);
});

on(
  "keydown",
  "textarea[data-mention]",
  (field, event) => {
    const options = optionsOf(field);
    if (!options.length) return;
    const { key } = event as KeyboardEvent;
    const now = options.findIndex((each) => each.getAttribute("aria-selected") === "true");
    if (key === "ArrowDown" || key === "ArrowUp") {
      choose(field, (now + (key === "ArrowDown" ? 1 : -1) + options.length) % options.length);
    } else if ((key === "Enter" || key === "Tab") && options[now]) pick(field as HTMLTextAreaElement, options[now]);
    else if (key === "Escape") close(field);
    else return;
    event.preventDefault();
    event.stopPropagation();
  },
  { capture: true },
);

on("mousedown", ".s-colleagues [role=option]", (chosen, event) => {
  event.preventDefault(); // the text keeps its cursor
  const list = chosen.closest(".s-colleagues")!;
  pick(find<HTMLTextAreaElement>(`#${list.id.replace(/-colleagues$/, "")}`)!, chosen);
});

on("focusout", "textarea[data-mention]", (field) => close(field));

// HX-Trigger: sila:share, when somebody was named who may not see the record: the writer may open it to them.
document.addEventListener("sila:share", (event) => {
  const { url } = (event as CustomEvent<{ url: string }>).detail;
  void window.htmx.ajax("GET", url, { target: "#dialog", swap: "innerHTML" });
});
