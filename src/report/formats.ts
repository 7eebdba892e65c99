import type { Comparison } from '../compare/comparison.ts';
import type { Tuning } from '../compare/tuning.ts';
import type { SeedsSummary } from '../results/seeds-summary.ts';
import { compareReport } from './text/comparison.ts';
import { csvComparison, csvSeeds } from './csv/settings.ts';
import { csvReport } from './csv/curves.ts';
import { meaningOf } from '../results/meaning.ts';
import { csvTuning } from './csv/tuning.ts';
import { comparisonPage, type ComparedRun } from './html/comparison.ts';
import { htmlReport, type HtmlReport } from './html/page.ts';
import { tuningPage } from './html/tuning.ts';
import { json } from './json.ts';
import { junitReport } from './junit/run.ts';
import { junitSeeds } from './junit/seeds.ts';
import { junitBatch } from './junit/batch.ts';
import { markdownComparison } from './markdown/comparison.ts';
import { markdownReport } from './markdown/run.ts';
import { markdownSeeds } from './markdown/seeds.ts';
import { markdownBatch } from './markdown/batch.ts';
import { markdownTuning } from './markdown/tuning.ts';
import { seedsReport } from './text/seeds.ts';
import { textReport } from './text/run.ts';
import { batchReport, type BatchRow } from './text/batch.ts';
import { tuneReport } from './text/tuning.ts';

/** Every report format, by its name on the command line. */
export const REPORT_FORMATS = ['text', 'html', 'json', 'markdown', 'junit', 'csv'] as const;

export type ReportFormat = (typeof REPORT_FORMATS)[number];

/** @param colour true for a terminal with colours; used by the text format only */
type Report<Material> = (material: Material, colour: boolean) => string;

/** The reports available for one kind of result, each made from `Material`. */
export interface Reports<Material> {
  /** the kind of result, for messages: `a comparison` */
  readonly of: string;
  /** the available formats; a comparison, for example, has no JUnit since it neither passes nor fails */
  readonly formats: Readonly<
    Partial<Record<ReportFormat, Report<Material>>> & Record<'text' | 'json' | 'markdown', Report<Material>>
  >;
}

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

/** Many scenarios, each run once: `--all`. */
export const BATCH: Reports<{ readonly rows: readonly BatchRow[]; readonly planned: number }> = {
  of: 'many scenarios',
  formats: {
    text: ({ rows, planned }, colour) => batchReport(rows, planned, colour),
    json: ({ rows }) => json(rows),
    markdown: ({ rows, planned }) => markdownBatch(rows, planned),
    junit: ({ rows }) => junitBatch(rows),
  },
};

/** Many seeds, of one setting or several. */
export const SEEDS: Reports<{ readonly summary: SeedsSummary; readonly dir: string }> = {
  of: 'many seeds',
  formats: {
    text: ({ summary, dir }, colour) => seedsReport({ summary, dir, colour }),
    json: ({ summary }) => json(summary),
    markdown: ({ summary }) => markdownSeeds(summary),
    junit: ({ summary }) => junitSeeds(summary),
    csv: ({ summary }) => csvSeeds(summary),
  },
};

interface ComparisonMaterial {
  readonly comparison: Comparison;
  /** its folder; null when there is none, or reports do not name it */
  readonly dir: string | null;
  /** one run of each setting whose folder still exists */
  readonly runs: readonly ComparedRun[];
}

export const COMPARISON: Reports<ComparisonMaterial> = {
  of: 'a comparison',
  formats: {
    text: ({ comparison, dir }, colour) => compareReport({ comparison, dir, colour }),
    html: comparisonPage,
    json: ({ comparison }) => json(comparison),
    markdown: ({ comparison }) => markdownComparison(comparison),
    csv: ({ comparison }) => csvComparison(comparison),
  },
};

export const TUNING: Reports<{ readonly tuning: Tuning; readonly dir: string | null }> = {
  of: 'a tuning',
  formats: {
    text: ({ tuning, dir }, colour) => tuneReport({ tuning, dir, colour }),
    html: ({ tuning }) => tuningPage(tuning),
    json: ({ tuning }) => json(tuning),
    markdown: ({ tuning }) => markdownTuning(tuning),
    csv: ({ tuning }) => csvTuning(tuning),
  },
};

/** The formats available for a kind of result, in order. */
export function formatsOf<Material>({ formats }: Reports<Material>): readonly ReportFormat[] {
  return REPORT_FORMATS.filter((kind) => formats[kind] !== undefined);
}
