// A vertical list whose lines are put in order, by mouse or by Alt and the arrows. Its form sends them in that order.
import Sortable from "sortablejs";
import { findAll } from "../lib/dom";

/** The list before or after this one, of those between which lines can move. */
function nextList(list: HTMLElement, before: boolean): HTMLElement | undefined {
  const all = findAll(`[data-group="${list.dataset.group}"]`);
  return all[all.indexOf(list) + (before ? -1 : 1)];
}

export function start(list: HTMLElement): void {
  Sortable.create(list, {
    direction: "vertical",
    handle: ".s-grip",
    filter: "[data-fixed]",
    ...(list.dataset.group ? { group: list.dataset.group } : {}),
    onMove: ({ related }) => !related.matches("[data-fixed]"),
    animation: 120,
  });
  list.addEventListener("keydown", (event) => {
    const line = (event.target as Element).closest("li");
    if (!line || !event.altKey || (event.key !== "ArrowUp" && event.key !== "ArrowDown")) return;
    event.preventDefault();
    event.stopPropagation();
    const other = event.key === "ArrowUp" ? line.previousElementSibling : line.nextElementSibling?.nextElementSibling;
    if (other?.matches("[data-fixed]")) return;
    const further = list.dataset.group && line.parentElement === list && nextList(list, event.key === "ArrowUp");
    if (further && !(event.key === "ArrowUp" ? line.previousElementSibling : line.nextElementSibling)) {
      if (event.key === "ArrowUp") further.append(line);
      else further.prepend(line);
      (event.target as HTMLElement).focus();
      return;
    }
    if (event.key === "ArrowDown" || other) list.insertBefore(line, other ?? null);
    (event.target as HTMLElement).focus();
  });
}
