/** Any value as indented JSON: a report holds the content of its file. */
export function json(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
