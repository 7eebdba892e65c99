import { wrap } from '../wrap.ts';

/** Width of every text report, in columns. */
export const COLUMNS = 80;

/** A row of a table. A label longer than its column gets its own line, so that no name is cut. */
export function rowLines(label: string, labelColumns: number, cells: string): readonly string[] {
  if (label.length < labelColumns) return [`${label.padEnd(labelColumns)}${cells}`.trimEnd()];
  return [...wrap(label, COLUMNS, '  '), `${' '.repeat(labelColumns)}${cells}`.trimEnd()];
}

/** `label` in the first column, the rest beside it: the layout of everything below the verdict. */
export function labelled(label: string, text: string): string {
  return `${label.padEnd(LABEL_COLUMNS)}${text}`;
}

export const LABEL_COLUMNS = 12;
