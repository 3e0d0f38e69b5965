// Groups of a list fold and unfold. Their rows come once; a list that is fetched anew opens what was open, and since it is
// morphed in place, with the same buttons and no rows, it is the rows that say whether they are still to come.
import { find, findAll, on } from "../lib/dom";

const opened = new Set<string>();

/** The group among those of this list, grouped as it is: what was open under another grouping is another one. */
function named(button: HTMLElement): string {
  const asked = new URLSearchParams(location.search);
  return [location.pathname, asked.get("group"), button.dataset.group].join(" ");
}

on("click", "button[data-group]", (button) => {
  const open = button.getAttribute("aria-expanded") !== "true";
  button.setAttribute("aria-expanded", String(open));
  const rows = find(`#${button.getAttribute("aria-controls")}`)!;
  rows.hidden = !open;
  if (open && !rows.childElementCount) button.dispatchEvent(new CustomEvent("sila:rows"));
  if (open) opened.add(named(button));
  else opened.delete(named(button));
});

document.addEventListener("htmx:after:swap", (event) => {
  const target = (event as CustomEvent).detail.ctx.target as HTMLElement | undefined;
  if (!target?.matches?.("#list")) return;
  findAll("button[data-group]")
    .filter((button) => opened.has(named(button)) && button.getAttribute("aria-expanded") === "false")
    .forEach((button) => button.click());
});
