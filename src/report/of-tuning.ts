import type { Tuning } from '../compare/tuning.ts';
import { csvTuning } from './csv/tuning.ts';
import { tuningPage } from './html/tuning.ts';
import { json } from './json.ts';
import { markdownTuning } from './markdown/tuning.ts';
import { tuneReport } from './text/tuning.ts';
import type { Reports } from './formats.ts';

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
