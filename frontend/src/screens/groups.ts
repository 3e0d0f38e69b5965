// Groups of a list fold and unfold. Their rows come once; a list that is fetched anew opens what was open.
import { find, findAll, on } from "../lib/dom";

const opened = new Set<string>();
let listed = "";

function place(): string {
  const asked = new URLSearchParams(location.search);
  return `${location.pathname}?${asked.get("group") ?? ""}`;
}

on("click", "button[data-group]", (button) => {
  const open = button.getAttribute("aria-expanded") !== "true";
  button.setAttribute("aria-expanded", String(open));
  find(`#${button.getAttribute("aria-controls")}`)!.hidden = !open;
  if (open) opened.add(button.dataset.group!);
  else opened.delete(button.dataset.group!);
});

document.addEventListener("htmx:after:swap", (event) => {
  const target = (event as CustomEvent).detail.ctx.target as HTMLElement | undefined;
  if (!target?.matches?.("#list")) return;
  if (listed !== place()) opened.clear();
  listed = place();
  findAll("button[data-group]")
    .filter((button) => opened.has(button.dataset.group!) && button.getAttribute("aria-expanded") === "false")
    .forEach((button) => button.click());
});
listed = place();
