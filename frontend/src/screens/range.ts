// A range of cells: Shift and arrows or a drag select it, Ctrl+C copies it, Ctrl+V pastes into it. What is pasted is one
// change; cells that the server refuses are marked with the reason.
import { find, findAll, isTyping, on, openDialog, text } from "../lib/dom";
import { send } from "../lib/request";
import { toast } from "../shell/toasts";
import { type Cell, CELL, focused, head, read, rows, table, value, written } from "./cells";

interface Targets {
  found: Record<string, Record<string, string>>; // record -> field -> text
  left: number; // cells for which the list has no place
}

interface Refused {
  id: string;
  fields: string[];
  reason: string;
}

const MOST_PAGES = 100; // of the list: as many rows as are pasted at once

let from: Cell | null = null;
let to: Cell | null = null;
let dragging: Cell | null = null;
let refused: Refused[] = [];
let back: { row: string; at: number } | null = null; // where the focus goes when the list is there anew

/** The cells of the range, line by line, or the one that has the focus. */
function chosen(): Cell[][] {
  const first = from?.isConnected ? from : focused();
  const last = to?.isConnected && first === from ? to : first;
  if (!first || !last) return [];
  const all = rows();
  const [top, bottom] = [first, last].map((cell) => all.indexOf(cell.closest("tr")!)).sort((a, b) => a - b);
  const [start, end] = [first.cellIndex, last.cellIndex].sort((a, b) => a - b);
  if (top! < 0) return [];
  return all.slice(top, bottom! + 1).map((row) => [...row.cells].slice(start, end! + 1));
}

function paint(): void {
  findAll("td.s-in").forEach((cell) => cell.classList.remove("s-in"));
  if (from && to) chosen().flat().forEach((cell) => cell.classList.add("s-in"));
}

function select(first: Cell | null, last: Cell | null): void {
  [from, to] = [first, last];
  paint();
}

/** One step of Shift and an arrow: the range reaches further, the focus stays where it began. */
export function extend(down: number, along: number): boolean {
  const begin = from?.isConnected && to?.isConnected ? from : focused();
  if (!begin) return false;
  const edge = from === begin && to ? to : begin;
  const all = rows();
  const row = all[all.indexOf(edge.closest("tr")!) + down];
  const cell = row?.cells[edge.cellIndex + along];
  if (!cell || cell.classList.contains("s-tick")) return true;
  select(begin, cell);
  cell.scrollIntoView({ block: "nearest", inline: "nearest" });
  return true;
}

/** Forget the range; false if there was none. */
export function release(): boolean {
  const had = from !== null;
  select(null, null);
  return had;
}

// ---- the mouse -----------------------------------------------------------------------------------------
on("pointerdown", CELL, (element, event) => {
  const cell = element as Cell;
  if (event.button !== 0 || event.pointerType !== "mouse" || cell.classList.contains("s-tick")) return;
  if ((event.target as Element).closest("a, button, input, form")) return;
  if (event.shiftKey && focused()) {
    event.preventDefault();
    return select(focused(), cell);
  }
  release();
  dragging = cell;
});
on("pointerover", CELL, (element, event) => {
  const cell = element as Cell;
  if (!dragging || event.buttons !== 1 || cell.classList.contains("s-tick") || (cell === dragging && !from)) return;
  getSelection()?.removeAllRanges();
  dragging.tabIndex = -1;
  dragging.focus({ preventScroll: true });
  select(dragging, cell);
});
document.addEventListener("pointerup", () => (dragging = null));
document.addEventListener("selectstart", (event) => {
  if (dragging && from) event.preventDefault();
});

// ---- the clipboard -------------------------------------------------------------------------------------
const busy = () => !table() || openDialog() !== null || isTyping(document.activeElement);

document.addEventListener("copy", (event) => {
  const cells = busy() || getSelection()?.toString() ? [] : chosen();
  if (!cells.length) return;
  event.preventDefault();
  event.clipboardData!.setData("text/plain", written(cells.map((line) => line.map(value))));
  cells.flat().forEach((cell) => {
    cell.classList.add("s-copied");
    cell.addEventListener("animationend", () => cell.classList.remove("s-copied"), { once: true });
  });
});

document.addEventListener("paste", (event) => {
  const cells = busy() ? [] : chosen();
  const url = table()?.dataset.pasteUrl;
  const lines = read(event.clipboardData?.getData("text/plain") ?? "");
  if (!cells.length || !url || !lines.flat().some(Boolean)) return;
  event.preventDefault();
  const start = cells[0]![0]!;
  void reach(start, lines.length).then(() => start.isConnected && paste(url, targets(cells, lines)));
});

/** Load what more of the list the lines reach into. A list in groups ends with the rows that it shows. */
async function reach(start: Cell, lines: number): Promise<void> {
  const enough = () => rows().length - rows().indexOf(start.closest("tr")!) >= lines;
  for (let pages = 0; pages < MOST_PAGES && !enough(); pages += 1) {
    const next = find("tbody:last-of-type > tr.s-next-rows:last-child", table() ?? document);
    const url = next?.getAttribute("hx-get");
    if (!next || !url || findAll("tr.s-next-rows", table()!).length > 1) return;
    if ((await send("GET", url, { target: next, swap: "outerHTML", source: next })) !== 200) return;
  }
}

/** One value fills a range; a table begins in its first cell and reaches as far as there are rows and columns. */
function targets(cells: Cell[][], lines: string[][]): Targets {
  const single = lines.length === 1 && lines[0]!.length === 1;
  const all = rows();
  const start = cells[0]![0]!;
  const top = all.indexOf(start.closest("tr")!);
  const found: Targets["found"] = {};
  let left = 0;
  const put = (cell: Cell | undefined, text: string) => {
    const field = cell && head(cell)?.dataset.field;
    if (field) (found[cell.closest("tr")!.dataset.id!] ??= {})[field] = text;
    else if (text.trim()) left += 1;
  };
  if (single) cells.flat().forEach((cell) => put(cell, lines[0]![0]!));
  else lines.forEach((line, down) => line.forEach((text, along) => put(all[top + down]?.cells[start.cellIndex + along], text)));
  return { found, left };
}

async function paste(url: string, { found, left }: Targets): Promise<void> {
  refused = [];
  const cell = focused();
  back = cell && { row: cell.closest("tr")!.dataset.id!, at: cell.cellIndex };
  const status = await send("POST", url, { values: { cells: JSON.stringify(found), left: String(left) } });
  if (status === 0) toast({ text: text("offline"), kind: "bad" });
}

document.addEventListener("sila:refused", (event) => {
  refused = (event as CustomEvent<{ cells: Refused[] }>).detail.cells;
  mark();
});

function mark(): void {
  for (const { id, fields, reason } of refused) {
    const row = find<HTMLTableRowElement>(`tr[data-id="${id}"]`, table() ?? document);
    for (const cell of row?.cells ?? []) {
      if (!fields.includes(head(cell)?.dataset.field ?? "")) continue;
      cell.classList.add("s-refused");
      cell.title = reason;
    }
  }
}

function returnTo({ row, at }: { row: string; at: number }): void {
  back = null;
  const cell = find<HTMLTableRowElement>(`tr[data-id="${row}"]`, table() ?? document)?.cells[at];
  if (!cell || focused() || isTyping(document.activeElement)) return;
  cell.tabIndex = -1;
  cell.focus({ preventScroll: true });
}

document.addEventListener("htmx:after:swap", (event) => {
  mark();
  const target = (event as CustomEvent).detail.ctx.target as Element | undefined;
  if (back && target?.matches?.("[data-refresh]")) returnTo(back);
  if (from && !from.isConnected) release();
  else paint();
});
