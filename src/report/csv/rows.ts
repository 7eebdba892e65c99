import { oneLine } from '../../core/text/one-line.ts';

/** A value of a cell; null is an empty one. */
export type Cell = string | number | null;

/** What a spreadsheet takes for the beginning of a formula. */
const FORMULA = /^[=+\-@\t\r]/;
const NUMBER = /^[+-]?\d+(?:\.\d+)?$/;

/**
 * A table as RFC 4180 has it, with the line ends of the system that reads most of them. A text that a spreadsheet would
 * carry out as a formula has an apostrophe before it; numbers are as they are.
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
