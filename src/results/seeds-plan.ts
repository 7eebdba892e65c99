import { z } from 'zod';
import type { Scenario } from '../scenario/scenario.ts';
import { FILES } from './files.ts';
import { parserOf } from './foreign.ts';
import { stampSchema } from './format.ts';
import { STAMP } from './stamp.ts';

/** One setting of a plan: the varied fields and the resulting scenario. */
export interface Setting {
  /** empty when nothing is varied */
  readonly varied: readonly Varied[];
  readonly scenario: Scenario;
}

/** A varied field and its value in one setting, as typed. */
export type Varied = Readonly<z.infer<typeof variedSchema>>;

export const variedSchema = z.object({ path: z.string(), value: z.string() });

export const seedsSchema = z.object({
  first: z.int(),
  /** number of seeds of each setting, counted up from the first */
  planned: z.int().min(1),
});

const planSchema = z.object({
  ...stampSchema,
  scenario: z.string(),
  scenarioDescription: z.string(),
  seeds: seedsSchema,
  settings: z
    .array(z.object({ varied: z.array(variedSchema), /** threshold expressions */ thresholds: z.array(z.string()) }))
    .min(1),
});

/** The plan of all simulations, which is the first line of seeds.ndjson; finished seeds are compared with it. */
export type SeedsPlan = Readonly<z.infer<typeof planSchema>>;

/** @param settings at least one; all with the same first seed */
export function planSeeds(settings: readonly [Setting, ...Setting[]], seeds: number): SeedsPlan {
  const [{ scenario: first }] = settings;
  return {
    ...STAMP,
    scenario: first.name,
    scenarioDescription: first.description,
    seeds: { first: first.seed, planned: seeds },
    settings: settings.map(({ varied, scenario }) => ({
      varied: [...varied],
      thresholds: scenario.thresholds.map(({ expression }) => expression),
    })),
  };
}

/** Parses the first line of seeds.ndjson. */
export const parsePlan = parserOf(planSchema, FILES.seeds);
