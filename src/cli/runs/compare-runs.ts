import { destroyTimings } from '../../metrics/timings.ts';
import { comparableStanding, compareRuns, isCounted, type ComparedRun } from '../../compare/compare-runs.ts';
import type { Comparison } from '../../compare/comparison.ts';
import { needsAnother, turnsOf, type Turn } from '../../compare/order.ts';
import { settingText } from '../../compare/recommend.ts';
import type { Consent } from '../../live/network/consent.ts';
import { runLive } from '../../live/run/run.ts';
import type { Outcome, WorldName } from '../../metrics/run.ts';
import { durationText } from '../../report/format.ts';
import type { Setting } from '../../results/seeds-plan.ts';
import type { Scenario } from '../../scenario/scenario.ts';
import { simulateSeeds } from '../../sim/seeds.ts';
import { simulate } from '../../sim/simulate.ts';
import { figuresOf, intendedFigures } from '../../storm/figures.ts';
import { isOpenByLateness } from '../../threshold/verdict.ts';
import { runJob, refusalText, type JobOptions } from './run-job.ts';
import { log } from '../terminal/output.ts';
import { NO_SCREEN } from './run-all.ts';

export interface ComparisonJob {
  /** at least two, all with the same seed; no threshold aborts a run of theirs */
  readonly settings: readonly [Setting, ...Setting[]];
  /** runs of each setting */
  readonly pairs: number;
  /** the consent given to the scenario's faults on real sockets */
  readonly consent: Consent;
  readonly signal: AbortSignal;
}

/** The finished runs of a comparison, each with the index of its setting. */
type FinishedRuns = readonly { readonly setting: number; readonly run: ComparedRun }[];

/** The runs to compare. */
export interface Series {
  readonly world: WorldName;
  readonly runs: FinishedRuns;
  /** the reason for an early end: an interrupt, or a further run that was refused */
  readonly early: 'interrupted' | 'refused' | null;
}

/**
 * Runs settings on real sockets, one at a time and in turns; each run leaves its results folder in `dir`. Rounds with
 * an inconclusive run are repeated, up to half the number of rounds asked for.
 */
export async function runInTurns(job: ComparisonJob, dir: string): Promise<Series> {
  const { settings, pairs, consent, signal } = job;
  const runScenario: RunScenario = (scenario, options) => runLive(scenario, { ...options, consent });
  const planned = settings.length * pairs;
  const upTo = settings.reduce((sum, { scenario }) => sum + scenario.durationMs, 0) * pairs;
  log(`${planned} runs, one after the other: up to ${durationText(upTo)}, and a few seconds before each`);
  const runs: { setting: number; run: ComparedRun }[] = [];
  const ended = (early: Series['early']): Series => ({ world: 'live', runs, early });
  for (let round = 0; needsAnother(runs.map(turnOf), settings.length, pairs); round++) {
    if (round >= pairs) log('some runs were inconclusive: one more round replaces theirs');
    const total = Math.max(planned, (round + 1) * settings.length);
    for (const { setting } of turnsOf(round, settings.length)) {
      const { scenario, varied } = settings[setting]!;
      try {
        const run = await runOnce(
          'live',
          runScenario,
          { ...scenario, seed: scenario.seed + round },
          round,
          dir,
          signal,
        );
        if (run !== null) runs.push({ setting, run });
      } catch (error) {
        // A refused run does not discard the runs already finished.
        const why = refusalText(error);
        if (why === null || runs.length === 0) throw error;
        log(`squall: ${why}; the results so far follow`);
        return ended('refused');
      }
      if (signal.aborted) return ended('interrupted');
      const verdict = runs.at(-1)?.run.verdict ?? 'inconclusive';
      log(`${runs.length} of ${total}  round ${round + 1}, #${setting + 1} ${settingText(varied)}: ${verdict}`);
    }
  }
  return ended(null);
}

function turnOf({ setting, run }: FinishedRuns[number]): Turn & { conclusive: boolean } {
  return { round: run.round ?? 0, setting, conclusive: isCounted(run) };
}

type RunScenario = (scenario: Scenario, options: JobOptions) => Promise<Outcome>;

/** @returns null for an interrupted run */
async function runOnce(
  world: WorldName,
  runScenario: RunScenario,
  scenario: Scenario,
  round: number,
  resultsDir: string,
  signal: AbortSignal,
): Promise<ComparedRun | null> {
  const { outcome, summary, dir } = await runJob(
    { scenario, world, resultsDir, run: (options) => runScenario(scenario, options) },
    { signal, watch: async () => NO_SCREEN },
  );
  const { measurements } = outcome;
  const figures = figuresOf(measurements, summary.storms);
  const intended = intendedFigures(measurements, scenario);
  const isOpen = isOpenByLateness({ ...outcome, thresholds: summary.thresholds });
  const standing = comparableStanding(measurements, scenario, { ...summary, isOpen });
  destroyTimings(measurements.timings);
  const { seed, thresholds, ended } = summary;
  if (ended === 'interrupted') return null;
  return {
    seed,
    ...standing,
    thresholds,
    figures,
    intended,
    round,
    folder: dir,
  };
}

/** Simulates every setting with the same seeds; the first seed of each setting leaves a folder in `dir`. */
export async function simulateSettings(job: ComparisonJob, dir: string): Promise<Series> {
  const { settings, pairs, signal } = job;
  const first = settings[0].scenario.seed;
  const runs: { setting: number; run: ComparedRun }[] = [];
  const addRun = (setting: number, run: ComparedRun): void => {
    runs.push({ setting, run });
    const nth = `${runs.length} of ${settings.length * pairs}`;
    log(`${nth}  seed ${run.seed}, #${setting + 1} ${settingText(settings[setting]!.varied)}: ${run.verdict}`);
  };
  for (const [setting, { scenario }] of settings.entries()) {
    const run = await runOnce('sim', simulate, scenario, 0, dir, signal);
    if (run !== null) addRun(setting, run);
    if (signal.aborted) return { world: 'sim', runs, early: 'interrupted' };
  }
  if (pairs > 1) {
    const others = settings.map(({ scenario }) => ({ ...scenario, seed: first + 1 }));
    await simulateSeeds(others, {
      seeds: pairs - 1,
      signal,
      onDone: (evaluated, setting) =>
        addRun(setting, { ...evaluated, ...NEVER_LATE, round: evaluated.seed - first, folder: null }),
    });
  }
  return { world: 'sim', runs, early: runs.length < settings.length * pairs ? 'interrupted' : null };
}

/** What a simulation knows of squall's own lateness. */
const NEVER_LATE = { intended: null, isOpen: false } as const;

export function comparisonOf({ settings, pairs }: ComparisonJob, { world, runs, early }: Series): Comparison {
  const [{ scenario }] = settings;
  return compareRuns({
    scenario: scenario.name,
    scenarioDescription: scenario.description,
    world,
    pairs: { planned: pairs, seed: scenario.seed },
    interrupted: early !== null,
    settings: settings.map(({ varied, scenario: { thresholds } }, index) => ({
      varied,
      thresholds: thresholds.map(({ expression }) => expression),
      runs: runs.flatMap(({ setting, run }) => (setting === index ? run : [])).toSorted((a, b) => a.seed - b.seed),
    })),
  });
}
