import { z } from 'zod';
import { evaluationSchema } from './evaluation-schema.ts';
import { foreignJson } from './foreign.ts';
import { named } from './named.ts';
import { FIGURE_NAMES } from '../storm/figures.ts';
import type { RunVerdict } from '../threshold/run-verdict.ts';
import type { SeedsPlan } from './seeds-plan.ts';

/** One setting simulated with one seed, from its start to its verdict. */
export interface SeedRun extends RunVerdict {
  /** number of the setting in the plan, from 1 */
  readonly setting: number;
}

const lineSchema = z.object({
  setting: z.int().min(1),
  seed: z.int(),
  verdict: z.enum(['pass', 'fail', 'inconclusive']),
  reasons: z.array(z.string()),
  figures: named(FIGURE_NAMES, z.number()),
  thresholds: z.array(evaluationSchema),
});

export function runLine(run: SeedRun): string {
  return JSON.stringify(run);
}

/** @returns null for a damaged line, or a run outside the plan */
export function parseRunLine(line: string, plan: SeedsPlan): SeedRun | null {
  const run = foreignJson(lineSchema, line, plan.format);
  return run === null || runIndex(run, plan) === null ? null : run;
}

/**
 * The index of a run in the plan; null for a run outside of it. The plan runs every setting with the first seed, then
 * every setting with the next, so that an early end leaves all settings with about equally many runs.
 */
export function runIndex({ setting, seed }: Pick<SeedRun, 'setting' | 'seed'>, plan: SeedsPlan): number | null {
  const { seeds, settings } = plan;
  const nth = seed - seeds.first;
  return nth < 0 || nth >= seeds.planned || setting > settings.length ? null : nth * settings.length + setting - 1;
}
