import type { Summary } from '../results/summary.ts';

/** The report for machines: the summary, as summary.json holds it. */
export function jsonReport(summary: Summary): string {
  return `${JSON.stringify(summary, null, 2)}\n`;
}
