// Lists by keyboard: J K or arrows walk, Space peeks, Enter opens, F2 edits, Shift and arrows select cells. Rows carry no attributes
// for this: addresses are written once on the table, fields once in its head.
import { find, isControl, isRtl, isTyping, on, openDialog } from "../lib/dom";
import { fill } from "../lib/request";
import { drawer, peek } from "../shell/peek";
import { type Cell, focused, head, rows, table } from "./cells";
import { REACHES, edit } from "./inline-edit";
import { extend, release } from "./range";

type Row = HTMLTableRowElement;

const marked = (): Row | null => find<Row>("table[data-grid] > tbody > tr.s-cursor");
const cursor = (): Row | null => focused()?.closest<Row>("tr") ?? marked();

function peekRow(row: Row): void {
  const url = row.closest("table")?.dataset.peekUrl;
  if (url) void peek(fill(url, { id: row.dataset.id! }));
}

function mark(row: Row): void {
  const old = marked();
  if (old && old !== row) {
    old.classList.remove("s-cursor");
    old.tabIndex = -1;
  }
  row.classList.add("s-cursor");
  row.tabIndex = 0;
}

/** To a row; in a spreadsheet's way to the cell below or above, if one has the focus. */
function moveTo(row: Row | undefined): void {
  if (!row) return;
  const column = focused()?.cellIndex ?? -1;
  release();
  mark(row);
  const cell = column > 0 ? row.cells[column] : undefined;
  if (cell) cell.tabIndex = -1;
  (cell ?? row).focus({ preventScroll: true });
  row.scrollIntoView({ block: "nearest" });
  if (drawer()?.open) peekRow(row);
}

function moveBy(step: number): void {
  const all = rows();
  const now = cursor();
  const next = now ? all[all.indexOf(now) + step] : all[0];
  moveTo(next);
}

function moveSideways(step: number): void {
  const row = cursor();
  if (!row) return;
  release();
  const cells = [...row.cells];
  const now = cells.indexOf(document.activeElement as Cell);
  const next = cells[now < 0 ? (step > 0 ? 1 : cells.length - 1) : now + step];
  if (!next) return row.focus();
  next.tabIndex = -1;
  next.focus();
}

/** The address that gives the editor of a cell, or nothing where the cell cannot be edited. */
export function editUrl(cell: Cell): string | null {
  const grid = cell.closest("table");
  const column = head(cell);
  const id = cell.closest("tr")?.dataset.id;
  if (!grid?.dataset.editUrl || !id || !column || !("editable" in column.dataset)) return null;
  return fill(grid.dataset.editUrl, { id, field: column.dataset.field! });
}

function editCell(cell: Cell | null): void {
  const url = cell && editUrl(cell);
  if (url) void edit(cell, url);
}

function firstEditable(row: Row | null): Cell | null {
  return row ? ([...row.cells].find((cell) => editUrl(cell)) ?? null) : null;
}

function open(row: Row | null): void {
  find<HTMLAnchorElement>("a[href]", row ?? undefined)?.click();
}

const forward = () => (isRtl(table()!) ? -1 : 1);

const keys: Record<string, () => void> = {
  KeyJ: () => moveBy(1),
  KeyK: () => moveBy(-1),
  ArrowDown: () => moveBy(1),
  ArrowUp: () => moveBy(-1),
  ArrowRight: () => moveSideways(forward()),
  ArrowLeft: () => moveSideways(-forward()),
  Home: () => moveTo(rows()[0]),
  End: () => moveTo(rows().at(-1)),
  Space: () => cursor() && peekRow(cursor()!),
  Enter: () => (focused() ? editCell(focused()) : open(cursor())),
  F2: () => editCell(focused() ?? firstEditable(cursor())),
};

const reaches: Record<string, () => boolean> = {
  ArrowDown: () => extend(1, 0),
  ArrowUp: () => extend(-1, 0),
  ArrowRight: () => extend(0, forward()),
  ArrowLeft: () => extend(0, -forward()),
};

/** Esc gives up the range, then the cell for its row. */
function back(): boolean {
  if (release()) return true;
  if (!focused()) return false;
  cursor()?.focus({ preventScroll: true });
  return true;
}

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || !table() || isTyping(event.target) || openDialog()) return;
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const reach = event.shiftKey ? reaches[event.code] : event.code === "Escape" ? back : undefined;
  if (reach?.()) return event.preventDefault();
  const action = keys[event.code];
  if (!action) return;
  const outside = event.target !== document.body && !(event.target as Element).closest("[data-grid], [data-grid-scroll]");
  const moving = event.code === "KeyJ" || event.code === "KeyK";
  if (outside && !moving) return;
  if (isControl(event.target) && (event.code === "Space" || event.code === "Enter")) return;
  event.preventDefault();
  action();
});

on("click", "table[data-grid] > tbody > tr[data-id]", (row, event) => {
  mark(row as Row);
  const cell = (event.target as Element).closest<Cell>("td");
  if (cell && !isControl(event.target) && !cell.classList.contains("s-tick")) {
    cell.tabIndex = -1;
    cell.focus({ preventScroll: true });
  }
  if (!isControl(event.target) && drawer()?.open) peekRow(row as Row);
});
on("dblclick", "table[data-grid] > tbody td", (cell, event) => {
  const target = event.target as Element;
  if (!isControl(target) || target.closest(REACHES)) editCell(cell as Cell);
});
