import type { Summary } from '../results/summary.ts';

/** The report for machines: the summary, as summary.json holds it. */
export function jsonReport(summary: Summary): string {
  return json(summary);
}

/** Anything for machines, on lines that people can read too. */
export function json(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
