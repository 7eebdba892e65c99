/** The width that every terminal has. */
export const COLUMNS = 80;

/** `label` in the first column, the rest beside it: the layout of everything below the verdict. */
export function labelled(label: string, text: string): string {
  return `${label.padEnd(LABEL_COLUMNS)}${text}`;
}

export const LABEL_COLUMNS = 12;
