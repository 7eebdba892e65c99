import { oneLine } from '../../core/text/one-line.ts';

/** A cell's value; null for an empty cell. */
export type Cell = string | number | null;

/** Characters that begin a formula in a spreadsheet. */
const FORMULA = /^[=+\-@\t\r]/;
const NUMBER = /^[+-]?\d+(?:\.\d+)?$/;

/**
 * A table as CSV (RFC 4180), with LF line ends. A text that a spreadsheet would run as a formula gets an apostrophe in
 * front; numbers stay unchanged.
 *
 * @example csvRows(['name', 'n'], [['=1+1', -2]]) // "name,n\n'=1+1,-2\n"
 */
export function csvRows(head: readonly string[], rows: readonly (readonly Cell[])[]): string {
  return `${[head, ...rows].map((cells) => cells.map(cellText).join(',')).join('\n')}\n`;
}

function cellText(cell: Cell): string {
  if (cell === null) return '';
  if (typeof cell === 'number') return String(cell);
  const text = oneLine(FORMULA.test(cell) && !NUMBER.test(cell) ? `'${cell}` : cell);
  const inert = FORMULA.test(text) && !NUMBER.test(text) ? `'${text}` : text;
  return /[",\n\r]/.test(inert) ? `"${inert.replaceAll('"', '""')}"` : inert;
}
