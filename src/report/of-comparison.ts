import type { Comparison } from '../compare/comparison.ts';
import { compareReport } from './text/comparison.ts';
import { csvComparison } from './csv/settings.ts';
import { comparisonPage, type ComparedRun } from './html/comparison.ts';
import { json } from './json.ts';
import { markdownComparison } from './markdown/comparison.ts';
import type { Reports } from './formats.ts';

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
