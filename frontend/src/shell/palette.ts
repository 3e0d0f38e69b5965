// Ctrl+K: the server answers with groups of options, here they are walked through and chosen.
import { find, findAll, on } from "../lib/dom";
import { show } from "./dialogs";
import { peek } from "./peek";

const palette = () => find<HTMLDialogElement>("#palette");
const query = () => find<HTMLInputElement>("#palette-query");
const options = () => findAll("#palette-results [role=option]");

export function openPalette(): void {
  show(palette());
  query()?.select();
  window.htmx.trigger("#palette-query", "sila:ask");
}

function choose(option: HTMLElement | undefined): void {
  options().forEach((other) => other.setAttribute("aria-selected", String(other === option)));
  if (option) {
    query()?.setAttribute("aria-activedescendant", option.id);
    option.scrollIntoView({ block: "nearest" });
  } else query()?.removeAttribute("aria-activedescendant");
}

function move(step: number): void {
  const all = options();
  const now = all.findIndex((option) => option.getAttribute("aria-selected") === "true");
  choose(all[(now + step + all.length) % all.length]);
}

function run(option: HTMLElement | null, beside: boolean): void {
  if (!option) return;
  palette()?.close();
  const { peek: peekUrl, dialog, press, url } = option.dataset;
  if (beside && peekUrl) peek(peekUrl);
  else if (dialog) void window.htmx.ajax("GET", dialog, { target: "#dialog", swap: "innerHTML" });
  else if (press) find(press)?.click();
  else if (url) location.href = url;
}

on("keydown", "#palette-query", (_, event) => {
  if (event.key === "ArrowDown") move(1);
  else if (event.key === "ArrowUp") move(-1);
  else if (event.key === "Enter") run(find("#palette-results [aria-selected=true]"), event.ctrlKey || event.metaKey);
  else return;
  event.preventDefault();
});

on("click", "#palette-results [role=option]", (option, event) => run(option, event.ctrlKey || event.metaKey));
on("click", "[data-palette]", (_, event) => {
  event.preventDefault();
  openPalette();
});
document.addEventListener("htmx:after:swap", () => {
  if (palette()?.open && !find("#palette-results [aria-selected=true]")) choose(options()[0]);
});
