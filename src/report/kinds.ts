import { csvReport } from './csv.ts';
import { htmlReport, type HtmlReport } from './html/page.ts';
import { jsonReport } from './json.ts';
import { junitReport } from './junit.ts';
import { markdownReport } from './markdown.ts';
import { textReport } from './text.ts';

/** What any report of a run is made from. */
export interface Material extends HtmlReport {
  /** the results folder */
  readonly dir: string;
}

/** Every report that can be had as a file, by the name that the command line has for it. */
export const REPORTS = {
  text: ({ summary, measurements: { curves }, dir }) => textReport({ summary, curves, dir, colour: false }),
  html: htmlReport,
  json: ({ summary }) => jsonReport(summary),
  markdown: ({ summary }) => markdownReport(summary),
  junit: ({ summary }) => junitReport(summary),
  csv: ({ summary, measurements: { curves } }) => csvReport(curves, summary.durationMs),
} as const satisfies Readonly<Record<string, (material: Material) => string>>;

export type ReportKind = keyof typeof REPORTS;

export const REPORT_KINDS = kindsOf(REPORTS);

export function isReportKind(word: string): word is ReportKind {
  return Object.hasOwn(REPORTS, word);
}

function kindsOf<Kind extends string>(registry: Readonly<Record<Kind, unknown>>): readonly Kind[];
function kindsOf(registry: Readonly<Record<string, unknown>>): readonly string[] {
  return Object.keys(registry);
}
