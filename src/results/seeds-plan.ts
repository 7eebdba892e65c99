import { z } from 'zod';
import type { Scenario } from '../scenario/scenario.ts';
import { FILES } from './files.ts';
import { foreignDocument } from './foreign.ts';
import { STAMP, stampSchema } from './format.ts';

/** One of the settings under which the seeds are simulated: what was varied, and the scenario that came of it. */
export interface Setting {
  /** empty for the one setting of a run in which nothing is varied */
  readonly varied: readonly Varied[];
  readonly scenario: Scenario;
}

/** A field of the scenario that settings differ in, with what one of them has there, as it was typed. */
export type Varied = Readonly<z.infer<typeof variedSchema>>;

export const variedSchema = z.object({ path: z.string(), value: z.string() });

export const seedsSchema = z.object({
  first: z.int(),
  /** how many there were to be, counted up from the first; each setting has the same */
  planned: z.int().min(1),
});

const planSchema = z.object({
  ...stampSchema,
  scenario: z.string(),
  scenarioDescription: z.string(),
  seeds: seedsSchema,
  settings: z
    .array(z.object({ varied: z.array(variedSchema), /** their expressions */ thresholds: z.array(z.string()) }))
    .min(1),
});

/** All that is to be simulated, as the first line of seeds.ndjson tells it: what the seeds that are done are held against. */
export type SeedsPlan = Readonly<z.infer<typeof planSchema>>;

/** @param settings at least one; all begin with the same seed */
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

/**
 * @param file the file's name, for the message
 * @returns null for a line that is no plan
 * @throws {FolderError} for one of a newer format
 */
export function parsePlan(line: string, file: string = FILES.seeds): SeedsPlan | null {
  return foreignDocument(planSchema, line, file);
}
