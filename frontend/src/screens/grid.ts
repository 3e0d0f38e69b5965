// Lists by keyboard: J K or arrows walk, Space peeks, Enter opens, F2 edits. Rows carry no attributes
// for this: addresses are written once on the table, fields once in its head.
import { find, findAll, isControl, isRtl, isTyping, on, openDialog } from "../lib/dom";
import { fill } from "../lib/request";
import { drawer, peek } from "../shell/peek";
import { REACHES, edit } from "./inline-edit";

type Row = HTMLTableRowElement;
type Cell = HTMLTableCellElement;

const table = () => find<HTMLTableElement>("table[data-grid]");
const rows = (): Row[] => findAll<Row>("table[data-grid] > tbody > tr[data-id]");
const cursor = (): Row | null => find<Row>("table[data-grid] > tbody > tr.s-cursor");

function peekRow(row: Row): void {
  const url = row.closest("table")?.dataset.peekUrl;
  if (url) void peek(fill(url, { id: row.dataset.id! }));
}

function mark(row: Row): void {
  const old = cursor();
  if (old && old !== row) {
    old.classList.remove("s-cursor");
    old.tabIndex = -1;
  }
  row.classList.add("s-cursor");
  row.tabIndex = 0;
}

function moveTo(row: Row | undefined): void {
  if (!row) return;
  mark(row);
  row.focus({ preventScroll: true });
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
  const head = grid?.tHead?.rows[0]?.cells[cell.cellIndex];
  const id = cell.closest("tr")?.dataset.id;
  if (!grid?.dataset.editUrl || !id || !head || !("editable" in head.dataset)) return null;
  return fill(grid.dataset.editUrl, { id, field: head.dataset.field! });
}

function editCell(cell: Cell | null): void {
  const url = cell && editUrl(cell);
  if (url) void edit(cell, url);
}

function focusedCell(): Cell | null {
  return (document.activeElement as Element | null)?.closest<Cell>("table[data-grid] td") ?? null;
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
  Enter: () => (focusedCell() ? editCell(focusedCell()) : open(cursor())),
  F2: () => editCell(focusedCell() ?? firstEditable(cursor())),
};

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || !table() || isTyping(event.target) || openDialog()) return;
  if (event.ctrlKey || event.metaKey || event.altKey) return;
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
  if (!isControl(event.target) && drawer()?.open) peekRow(row as Row);
});
on("dblclick", "table[data-grid] > tbody td", (cell, event) => {
  const target = event.target as Element;
  if (!isControl(target) || target.closest(REACHES)) editCell(cell as Cell);
});
