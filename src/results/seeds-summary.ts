import { z } from 'zod';
import { byName } from '../core/metrics.ts';
import { FIGURE_NAMES } from '../storm/figures.ts';
import type { RunVerdict } from '../threshold/run-verdict.ts';
import type { VerdictWithReasons } from '../threshold/verdict.ts';
import type { SeedRun } from './seeds-line.ts';
import { seedsSchema, variedSchema, type SeedsPlan } from './seeds-plan.ts';
import { spreadOf, spreadSchema } from './spread.ts';
import { FILES } from './files.ts';
import { parserOf } from './foreign.ts';
import { named } from './named.ts';
import { stampSchema } from './format.ts';
import { STAMP } from './stamp.ts';

const count = z.int();
const verdict = z.enum(['pass', 'fail', 'inconclusive']);
const verdicts = z.object({ pass: count, fail: count, inconclusive: count });

/** Numbers of seeds in which a threshold passed, failed, and had no data. */
export const tallySchema = z.object({ expression: z.string(), passed: count, failed: count, noData: count });

const settingSchema = z.object({
  /** its varied fields; empty when nothing was varied */
  varied: z.array(variedSchema),
  verdict,
  /** number of finished seeds */
  done: count,
  verdicts,
  /** the seeds that did not pass, lowest first; at most OFFENDERS_MAX */
  offenders: z.array(z.object({ seed: count, verdict })),
  figures: named(FIGURE_NAMES, spreadSchema, spreadOf([])),
  thresholds: z.array(tallySchema),
});

const summarySchema = z.object({
  ...stampSchema,
  scenario: z.string(),
  scenarioDescription: z.string(),
  world: z.literal('sim'),
  /** `cut-off`: squall was killed; only runs written before are counted */
  ended: z.enum(['completed', 'interrupted', 'cut-off']),
  /** fail: a run failed; inconclusive: none failed, but one was inconclusive or not finished; pass: all passed */
  verdict,
  seeds: seedsSchema,
  /** all settings with all seeds; `done` is less than `planned` only after an early end */
  runs: z.object({ planned: count, done: count }),
  verdicts,
  settings: z.array(settingSchema),
});

/** The outcome of many seeds for each setting: the summary.json of their folder. */
export type SeedsSummary = Readonly<z.infer<typeof summarySchema>>;
export type SettingSummary = Readonly<z.infer<typeof settingSchema>>;
export type ThresholdTally = Readonly<z.infer<typeof tallySchema>>;

const OFFENDERS_MAX = 20;

interface SeedsEnded {
  readonly plan: SeedsPlan;
  /** finished runs, by seed */
  readonly done: readonly SeedRun[];
  /** the ending when not all runs are finished */
  readonly early: 'interrupted' | 'cut-off';
}

export function summariseSeeds({ plan, done, early }: SeedsEnded): SeedsSummary {
  const { settings, ...about } = plan;
  const { planned } = plan.seeds;
  const bySetting: SeedRun[][] = settings.map(() => []);
  for (const run of done) bySetting[run.setting - 1]?.push(run);
  const runs = { planned: settings.length * planned, done: done.length };
  return {
    ...about,
    ...STAMP,
    world: 'sim',
    ended: runs.done === runs.planned ? 'completed' : early,
    ...mergedTallies(done, runs.planned),
    runs,
    settings: settings.map(({ varied, thresholds }, index) => {
      const its = bySetting[index] ?? [];
      return {
        varied,
        done: its.length,
        ...mergedTallies(its, planned),
        offenders: offenders(its),
        figures: byName(FIGURE_NAMES, (name) => spreadOf(its.map(({ figures }) => figures[name]))),
        thresholds: thresholds.map((expression, nth) => tallyOf(expression, nth, its)),
      };
    }),
  };
}

/** Parses the summary.json of many seeds. */
export const parseSeedsSummary = parserOf(summarySchema, FILES.summary);

function mergedTallies(done: readonly RunVerdict[], planned: number): Pick<SeedsSummary, 'verdict' | 'verdicts'> {
  const counted = { pass: 0, fail: 0, inconclusive: 0 } satisfies Record<VerdictWithReasons['verdict'], number>;
  for (const each of done) counted[each.verdict] += 1;
  return {
    verdict: counted.fail > 0 ? 'fail' : counted.pass === planned ? 'pass' : 'inconclusive',
    verdicts: counted,
  };
}

function offenders(done: readonly RunVerdict[]): SettingSummary['offenders'] {
  return done
    .filter((evaluated) => evaluated.verdict !== 'pass')
    .slice(0, OFFENDERS_MAX)
    .map((evaluated) => ({ seed: evaluated.seed, verdict: evaluated.verdict }));
}

/** Counts the outcomes of the threshold at an index. */
export function tallyOf(expression: string, index: number, done: readonly RunVerdict[]): ThresholdTally {
  const outcomes = done.map(({ thresholds }) => thresholds[index]?.ok ?? null);
  const counted = (ok: boolean | null): number => outcomes.filter((each) => each === ok).length;
  return { expression, passed: counted(true), failed: counted(false), noData: counted(null) };
}
