import type { SeedsSummary } from '../results/seeds-summary.ts';
import { csvSeeds } from './csv/settings.ts';
import { json } from './json.ts';
import { junitSeeds } from './junit/seeds.ts';
import { markdownSeeds } from './markdown/seeds.ts';
import { seedsReport } from './text/seeds.ts';
import type { Reports } from './formats.ts';

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
