// A vertical list whose lines are put in order, by mouse or by Alt and the arrows. Its form sends them in that order.
import Sortable from "sortablejs";

export function start(list: HTMLElement): void {
  Sortable.create(list, {
    direction: "vertical",
    handle: ".s-grip",
    filter: "[data-fixed]",
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
    if (event.key === "ArrowDown" || other) list.insertBefore(line, other ?? null);
    (event.target as HTMLElement).focus();
  });
}
