import { csvReport } from './csv/curves.ts';
import { meaningOf } from '../results/meaning.ts';
import { htmlReport, type HtmlReport } from './html/page.ts';
import { json } from './json.ts';
import { junitReport } from './junit/run.ts';
import { markdownReport } from './markdown/run.ts';
import { textReport } from './text/run.ts';
import type { Reports } from './formats.ts';

interface Run extends HtmlReport {
  /** its results folder; null when reports do not name it */
  readonly dir: string | null;
}

export const RUN: Reports<Run> = {
  of: 'a run',
  formats: {
    text: ({ summary, measurements, dir }, colour) => textReport({ summary, measurements, dir, colour }),
    html: htmlReport,
    json: ({ summary }) => json(summary),
    markdown: ({ summary }) => markdownReport(summary),
    junit: ({ summary }) => junitReport(summary),
    csv: ({ summary, measurements, scenario }) =>
      csvReport({ ...measurements, elapsedMs: summary.durationMs }, meaningOf(scenario, summary.world)),
  },
};
