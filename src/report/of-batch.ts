import { json } from './json.ts';
import { junitBatch } from './junit/batch.ts';
import { markdownBatch } from './markdown/batch.ts';
import { batchReport, type BatchRow } from './text/batch.ts';
import type { Reports } from './formats.ts';

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
