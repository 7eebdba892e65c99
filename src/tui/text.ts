import { timeText } from '../report/format.ts';

/** Text of one-column characters in exactly `columns`: padded on the right, or cut with an ellipsis. */
export function left(text: string, columns: number): string {
  return cut(text, columns).padEnd(columns);
}

/** The same, padded on the left. */
export function right(text: string, columns: number): string {
  return cut(text, columns).padStart(columns);
}

/** The same, after at least one space. */
export function apart(text: string, columns: number): string {
  return ` ${right(text, columns - 1)}`;
}

function cut(text: string, columns: number): string {
  return text.length <= columns ? text : `${text.slice(0, Math.max(0, columns - 1))}…`;
}

/** The time for which a run has been prepared, as an event before its start shows it: `(3.2s)`. */
export function waitedText(ms: number): string {
  return `(${timeText(ms)})`;
}
