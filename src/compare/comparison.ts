import { COMPARED } from '../storm/figures.ts';
import { z } from 'zod';
import { variedSchema } from '../results/seeds-plan.ts';
import { tallySchema } from '../results/seeds-summary.ts';
import { FILES } from '../results/files.ts';
import { foreignDocument } from '../results/foreign.ts';
import { stampSchema } from '../results/format.ts';
import { named } from '../results/named.ts';

const count = z.int();

/**
 * What a figure comes to: a number in the unit of `FIGURES`, or one of two words that are no numbers and can be ranked
 * all the same. `no storm` is better than any number, `never` (there was no end to it) is worse than any.
 */
const reading = z.union([z.number(), z.enum(['no storm', 'never'])]);

/** null: no data, or too few runs for an interval */
export const spanSchema = z.object({
  /** how many of the conclusive runs had the figure */
  runs: count,
  median: reading.nullable(),
  /** ends of the 95 % interval of the median */
  low: reading.nullable(),
  high: reading.nullable(),
});

/** Of a figure that the version that wrote it did not know. */
export const NO_SPAN = { runs: 0, median: null, low: null, high: null };

/** A setting held against the first one, by one figure. Less is better, in all of them. */
const contestSchema = z.object({
  /**
   * What `value` is: how many times the first setting's figure; the figure minus the first setting's, where a run had 0,
   * which no ratio can be formed with; or nothing, where runs had no number and only their order is compared.
   */
  by: z.enum(['ratio', 'difference', 'order']),
  value: z.number().nullable(),
  /** ends of its 95 % interval */
  low: z.number().nullable(),
  high: z.number().nullable(),
  /** two-sided, of this figure by itself; exact up to 14 pairs, beyond them by a sample; null: `too few` */
  p: z.number().nullable(),
  /** the same, adjusted for all figures of the setting having been looked at; never below `p` */
  adjustedP: z.number().nullable(),
  /** by `adjustedP`; `none`: no evidence of a difference, which is not evidence of none; `too few`: no figures could have been evidence */
  evidence: z.enum(['better', 'worse', 'none', 'too few']),
});

const settingSchema = z.object({
  /** what tells it from the other settings */
  varied: z.array(variedSchema),
  runs: z.object({
    done: count,
    /** the others are in none of the figures */
    conclusive: count,
    /** of the conclusive ones */
    passed: count,
    /** of the conclusive ones, those at whose end clients were locked out */
    lockedOut: count,
  }),
  /** why runs were left out, and how many for each reason */
  leftOut: z.array(z.object({ reason: z.string(), runs: count })),
  figures: named(COMPARED, spanSchema, NO_SPAN),
  /** null for the first setting; a figure is null where the two cannot be held against one another */
  against: named(COMPARED, contestSchema).nullable(),
  thresholds: z.array(tallySchema.extend({ values: spanSchema })),
  /** no other setting passes as often and is better by one figure, with evidence, and worse by none; each two by themselves */
  unbeaten: z.boolean(),
  /** the results folders of its runs; of simulations, the first alone leaves one */
  folders: z.array(z.string()),
});

const comparisonSchema = z.object({
  kind: z.literal('comparison'),
  ...stampSchema,
  scenario: z.string(),
  scenarioDescription: z.string(),
  /** `both`: finished runs of both worlds were named */
  world: z.enum(['live', 'sim', 'both']),
  /** how runs belong together: those of one round and seed are a pair, or each setting's runs are a group */
  design: z.enum(['paired', 'unpaired']),
  /** of the intervals and the tests: 0.05 */
  level: z.number(),
  /** planned for each setting; null for finished runs, of which there are what there are */
  pairs: count.nullable(),
  /** of each setting, conclusive, with which a difference can be shown at all */
  needs: count,
  /** seed of the first pair */
  seed: count.nullable(),
  ended: z.enum(['completed', 'interrupted']),
  /** enough conclusive runs to hold a setting against the first */
  conclusive: z.boolean(),
  /** the first is the one that the others are held against */
  settings: z.array(settingSchema).min(1),
  /** how many tests there were, and in how many there was evidence */
  tests: z.object({ made: count, evident: count }),
  recommendation: z.object({
    /** which setting, from 1; null: none meets the thresholds, or there are none to meet */
    setting: count.nullable(),
    text: z.string(),
  }),
});

/** What a comparison of settings comes to: what --json prints, and the comparison.json of its folder. */
export type Comparison = Readonly<z.infer<typeof comparisonSchema>>;
export type SettingCompared = Readonly<z.infer<typeof settingSchema>>;
export type Span = Readonly<z.infer<typeof spanSchema>>;
export type ComparisonTest = Readonly<z.infer<typeof contestSchema>>;
export type Reading = z.infer<typeof reading>;

/**
 * @param file where it stands, for the message
 * @returns null for a text that is no comparison
 * @throws {FolderError} for one of a newer format
 */
export function parseComparison(text: string, file: string = FILES.comparison): Comparison | null {
  return foreignDocument(comparisonSchema, text, file);
}
