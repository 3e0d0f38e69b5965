// The calendar: opens at the hours of work, an empty day or slot takes a new record, the line for now keeps up.
// What is moved in it: calendar-move.ts.
import { find, isControl } from "../lib/dom";
import { fill } from "../lib/request";
import { peek } from "../shell/peek";
import { clock, minuteAt } from "./calendar-clock";
import { movable } from "./calendar-move";

const HALF_HOUR = 30;
const LENGTH = 60;

/** Show the hours of work, and today where the month or the week is larger than the screen. */
function open(calendar: HTMLElement): void {
  const hour = find("[data-opens]", calendar);
  const today = find(".s-month .s-today-cell", calendar);
  if (today && today.getBoundingClientRect().bottom > calendar.getBoundingClientRect().bottom + 1) today.scrollIntoView({ block: "start" });
  if (!hour) return;
  find(".s-daycol.s-today-cell", calendar)?.scrollIntoView({ block: "nearest", inline: "center" });
  calendar.scrollTop = hour.offsetTop - hour.offsetHeight / 4;
}

function begin(calendar: HTMLElement, column: HTMLElement, y: number): void {
  const minute = Math.floor(minuteAt(column, y) / HALF_HOUR) * HALF_HOUR;
  const [from, to] = [minute, Math.min(minute + LENGTH, 24 * 60 - 1)].map((at) => `${column.dataset.day}T${clock(at)}`);
  const url = `${calendar.dataset.newUrl}&starts_at=${from}&ends_at=${to}`;
  void window.htmx.ajax("GET", url, { target: "#dialog", swap: "innerHTML" });
}

function keepUp(): void {
  const now = find("#calendar-now");
  if (!now) return;
  const zoned = new Intl.DateTimeFormat("en", { hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone: now.dataset.zone });
  const [hours, minutes] = zoned.format().split(":").map(Number);
  now.dataset.from = clock(hours! * 60 + minutes!);
}
setInterval(keepUp, 60_000);

/** What is chosen is looked at without leaving the calendar. */
function look(calendar: HTMLElement, event: KeyboardEvent): void {
  const record = (event.target as Element).closest<HTMLElement>("[data-record]")?.dataset.record;
  if (event.code !== "Space" || !record || !calendar.dataset.peekUrl) return;
  event.preventDefault();
  void peek(fill(calendar.dataset.peekUrl, { id: record }));
}

export function start(calendar: HTMLElement): void {
  open(calendar);
  movable(calendar);
  calendar.addEventListener("click", (event) => {
    const target = event.target as Element;
    if (isControl(target)) return;
    const column = target.closest<HTMLElement>("[data-hours]");
    if (column && calendar.dataset.newUrl) begin(calendar, column, event.clientY);
    const day = target.closest<HTMLElement>(".s-daycell");
    if (day) find(".s-day-add", day)?.click();
  });
  calendar.addEventListener("keydown", (event) => look(calendar, event));
}
