import { COMPARED } from '../storm/figures.ts';
import { z } from 'zod';
import { variedSchema } from '../results/seeds-plan.ts';
import { tallySchema } from '../results/seeds-summary.ts';
import { FILES } from '../results/files.ts';
import { parserOf } from '../results/foreign.ts';
import { stampSchema } from '../results/format.ts';
import { named } from '../results/named.ts';

const count = z.int();

/**
 * A value of a figure: a number in the unit of `FIGURES`, or a word that can be ranked with numbers: `no storm` is better
 * than any number, `never` (no recovery) is worse than any.
 */
const reading = z.union([z.number(), z.enum(['no storm', 'never'])]);

/** Median and interval of a figure. null: no data, or too few runs for an interval. */
export const spanSchema = z.object({
  /** runs that count and have the figure */
  runs: count,
  median: reading.nullable(),
  /** ends of the 95 % interval of the median */
  low: reading.nullable(),
  high: reading.nullable(),
});

/** The span of a figure that the writing version did not know. */
export const NO_SPAN = { runs: 0, median: null, low: null, high: null };

/** The size of a difference. */
const difference = {
  /**
   * Scale of `value`: the ratio to the first setting's figure; the difference, if a run had 0; or `order`, if a run had no
   * number and only the order is compared.
   */
  by: z.enum(['ratio', 'difference', 'order']),
  value: z.number().nullable(),
  /** ends of its 95 % interval */
  low: z.number().nullable(),
  high: z.number().nullable(),
};

/** Comparison of a setting with the first one by one figure; less is better. */
const comparisonTestSchema = z.object({
  ...difference,
  /** two-sided p of this figure alone; exact up to 14 pairs, a sample beyond; null: `too few` */
  p: z.number().nullable(),
  /** the same, adjusted for testing all figures of the setting; never below `p` */
  adjustedP: z.number().nullable(),
  /**
   * result by `adjustedP`; `none`: no evidence of a difference; `too few`: no values could have been evidence; `open`: the
   * runs as offered and as intended, without squall's own lateness, show different results
   */
  evidence: z.enum(['better', 'worse', 'none', 'too few', 'open']),
  /** the size of the difference without squall's own lateness; p is the larger one of both; null: no run was late */
  intended: z.object(difference).nullable().default(null),
});

const settingSchema = z.object({
  /** fields in which it differs from the other settings */
  varied: z.array(variedSchema),
  runs: z.object({
    done: count,
    /** runs with a verdict */
    conclusive: count,
    /** runs that squall's own lateness keeps from a verdict; they are in every figure, the other ones without a verdict in none */
    open: count.default(0),
    /** conclusive runs that passed */
    passed: count,
    /** runs that count and ended with clients locked out */
    lockedOut: count,
  }),
  /** number of runs left out, by reason */
  leftOut: z.array(z.object({ reason: z.string(), runs: count })),
  figures: named(COMPARED, spanSchema, NO_SPAN),
  /** the figures without squall's own lateness; null: no run was late */
  intended: named(COMPARED, spanSchema, NO_SPAN).nullable().default(null),
  /** null: the first setting; a figure is null if it cannot be compared */
  against: named(COMPARED, comparisonTestSchema).nullable(),
  thresholds: z.array(
    tallySchema.extend({
      /** runs in which squall's own lateness leaves it open */
      open: count.default(0),
      values: spanSchema,
      /** the values without squall's own lateness; null: no run was late */
      intended: spanSchema.nullable().default(null),
    }),
  ),
  /** no other setting passes as often, is better in a figure with evidence, and worse in none */
  unbeaten: z.boolean(),
  /** results folders of its runs; of simulations only the first has one */
  folders: z.array(z.string()),
});

const comparisonSchema = z.object({
  kind: z.literal('comparison'),
  ...stampSchema,
  scenario: z.string(),
  scenarioDescription: z.string(),
  /** `both`: finished runs of both worlds */
  world: z.enum(['live', 'sim', 'both']),
  /** `paired`: runs of one round and seed are a pair; `unpaired`: the runs of a setting are a group */
  design: z.enum(['paired', 'unpaired']),
  /** level of the intervals and the tests: 0.05 */
  level: z.number(),
  /** pairs planned for each setting; null: finished runs */
  pairs: count.nullable(),
  /** fewest counted runs of each setting with which a difference can show */
  needs: count,
  /** seed of the first pair */
  seed: count.nullable(),
  ended: z.enum(['completed', 'interrupted']),
  /** enough counted runs to compare a setting with the first */
  conclusive: z.boolean(),
  /** the others are compared with the first */
  settings: z.array(settingSchema).min(1),
  /** number of tests, and of tests with evidence */
  tests: z.object({ made: count, evident: count }),
  recommendation: z.object({
    /** number of the setting, from 1; null: none meets the thresholds, or there are no thresholds */
    setting: count.nullable(),
    text: z.string(),
  }),
});

/** The result of a comparison, as --json prints it and comparison.json holds it. */
export type Comparison = Readonly<z.infer<typeof comparisonSchema>>;
export type SettingCompared = Readonly<z.infer<typeof settingSchema>>;
export type Span = Readonly<z.infer<typeof spanSchema>>;
export type ComparisonTest = Readonly<z.infer<typeof comparisonTestSchema>>;
export type Reading = z.infer<typeof reading>;

/** Parses comparison.json. */
export const parseComparison = parserOf(comparisonSchema, FILES.comparison);
