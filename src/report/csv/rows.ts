/** A value of a cell; null is an empty one. */
export type Cell = string | number | null;

/** A table as RFC 4180 has it, with the line ends of the system that reads most of them. */
export function csvRows(head: readonly string[], rows: readonly (readonly Cell[])[]): string {
  return `${[head, ...rows].map((cells) => cells.map(cellText).join(',')).join('\n')}\n`;
}

function cellText(cell: Cell): string {
  if (cell === null) return '';
  const text = String(cell);
  return /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
