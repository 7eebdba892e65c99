import type { Summary } from '../results/summary.ts';

/** The JSON report: the content of summary.json. */
export function jsonReport(summary: Summary): string {
  return json(summary);
}

/** Any value as indented JSON. */
export function json(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
