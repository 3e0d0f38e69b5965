// The cells of a list as a spreadsheet knows them: a range of them, and their values as text.
import { find, findAll } from "../lib/dom";

export type Cell = HTMLTableCellElement;

export const CELL = "table[data-grid] > tbody > tr[data-id] > td";

export const table = () => find<HTMLTableElement>("table[data-grid]");

/** The rows that can be seen: not those of a folded group. */
export const rows = () =>
  findAll<HTMLTableRowElement>("table[data-grid] > tbody:not([hidden]) > tr[data-id]");

export function head(cell: Cell): HTMLTableCellElement | undefined {
  return cell.closest("table")?.tHead?.rows[0]?.cells[cell.cellIndex];
}

export function focused(): Cell | null {
  const cell = (document.activeElement as Element | null)?.closest<Cell>(CELL) ?? null;
  return cell?.classList.contains("s-tick") ? null : cell;
}

const MARKS = /[\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069]/g; // of direction: they would stay in the other program
// The same text that `safe_cell` of kit/sheets.py takes for a formula; `unsafe_cell` gives it back when it is pasted.
const FORMULA = /^[\s\ufeff"'“”‘’]*[=+\-@|%＝＋－＠]/;

function words(element: Element): string {
  const copy = element.cloneNode(true) as Element;
  copy.querySelectorAll("[aria-hidden=true], .s-none-value").forEach((hidden) => hidden.remove());
  return (copy.textContent ?? "").replace(MARKS, "").replace(/\s+/g, " ").trim();
}

/** A number as every program reads it: 1234.5 for ١٬٢٣٤٫٥٠ ر.س. */
function numeral(text: string): string {
  const latin = text
    .replace(/[٠-٩]/g, (digit) => String(digit.charCodeAt(0) - 0x660))
    .replace(/[٬,]/g, "")
    .replace(/٫/g, ".")
    .replace(/[−–]/g, "-");
  return /-?\d+(?:\.\d+)?/.exec(latin)?.[0] ?? "";
}

/** What a cell holds, as Excel reads it: days as 2026-11-25, numbers bare, several choices with commas. */
export function value(cell: Cell): string {
  const kind = head(cell)?.dataset.kind;
  const moment = find<HTMLTimeElement>("time[datetime]", cell)?.dateTime;
  if (moment) return moment.slice(0, 16).replace("T", " ");
  if (kind === "number" || kind === "money") return numeral(words(cell));
  const parts = kind === "choices" ? findAll(".s-tag", cell).map(words) : [words(cell)];
  const text = parts.join(", ");
  return FORMULA.test(text) ? `'${text}` : text;
}

/** Lines of cells with tabs between; what holds a tab, a line or a quotation mark stands in quotation marks. */
export function written(lines: string[][]): string {
  const quoted = (text: string) => (/[\t\r\n"]/.test(text) ? `"${text.replace(/"/g, '""')}"` : text);
  return lines.map((line) => line.map(quoted).join("\t")).join("\r\n");
}

/** The other way round: what a spreadsheet puts on the clipboard. */
export function read(text: string): string[][] {
  const lines: string[][] = [[]];
  const cells = /("(?:[^"]|"")*"(?=[\t\r\n]|$)|[^\t\r\n]*)(\t|\r\n|\r|\n|$)/g;
  for (const [, raw, end] of text.matchAll(cells)) {
    lines.at(-1)!.push(raw!.startsWith('"') && raw!.length > 1 ? raw!.slice(1, -1).replace(/""/g, '"') : raw!);
    if (end === "") break;
    if (end !== "\t") lines.push([]);
  }
  const last = lines.at(-1)!;
  if (lines.length > 1 && last.length === 1 && last[0] === "") lines.pop(); // the line end after the last line
  return lines;
}
