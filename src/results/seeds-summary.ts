import type { Scenario } from '../scenario/scenario.ts';
import { FIGURE_NAMES, type FigureName } from '../storm/figures.ts';
import type { Judged } from '../threshold/judge.ts';
import type { Judgement } from '../threshold/verdict.ts';
import { spreadOf, type Spread } from './spread.ts';
import { VERSION } from './version.ts';

/** What many seeds of one scenario come to: the summary.json of their folder. */
export interface SeedsSummary {
  /** version of squall */
  readonly squall: string;
  readonly scenario: string;
  readonly scenarioDescription: string;
  readonly world: 'sim';
  readonly ended: 'completed' | 'interrupted';
  /** fail: a seed failed; inconclusive: none did, but one was, or not all were done; pass: all passed */
  readonly verdict: Judgement['verdict'];
  /** `done` can be less than `planned` only when the run was interrupted */
  readonly seeds: { readonly first: number; readonly planned: number; readonly done: number };
  readonly verdicts: Readonly<Record<Judgement['verdict'], number>>;
  /** the seeds that did not pass, lowest first, each to be looked at by itself; at most OFFENDERS_MAX */
  readonly offenders: readonly Pick<Judged, 'seed' | 'verdict'>[];
  readonly figures: Readonly<Record<FigureName, Spread>>;
  readonly thresholds: readonly ThresholdTally[];
}

/** In how many seeds a threshold passed, failed, and had no data. */
export interface ThresholdTally {
  readonly expression: string;
  readonly passed: number;
  readonly failed: number;
  readonly noData: number;
}

const OFFENDERS_MAX = 20;

interface SeedsEnded {
  readonly scenario: Scenario;
  /** how many seeds there were to be */
  readonly planned: number;
  /** in the order of their seeds */
  readonly done: readonly Judged[];
}

export function summariseSeeds({ scenario, planned, done }: SeedsEnded): SeedsSummary {
  const verdicts = { pass: 0, fail: 0, inconclusive: 0 };
  for (const { verdict } of done) verdicts[verdict] += 1;
  const complete = done.length === planned;
  return {
    squall: VERSION,
    scenario: scenario.name,
    scenarioDescription: scenario.description,
    world: 'sim',
    ended: complete ? 'completed' : 'interrupted',
    verdict: verdicts.fail > 0 ? 'fail' : complete && verdicts.inconclusive === 0 ? 'pass' : 'inconclusive',
    seeds: { first: scenario.seed, planned, done: done.length },
    verdicts,
    offenders: done
      .filter(({ verdict }) => verdict !== 'pass')
      .slice(0, OFFENDERS_MAX)
      .map(({ seed, verdict }) => ({ seed, verdict })),
    figures: figures(done),
    thresholds: scenario.thresholds.map(({ expression }, index) => tally(expression, index, done)),
  };
}

function figures(done: readonly Judged[]): SeedsSummary['figures'] {
  return byFigure((name) => spreadOf(done.map((judged) => judged.figures[name])));
}

function byFigure<Value>(value: (name: FigureName) => Value): Readonly<Record<FigureName, Value>>;
function byFigure(value: (name: FigureName) => unknown): Readonly<Record<string, unknown>> {
  return Object.fromEntries(FIGURE_NAMES.map((name) => [name, value(name)]));
}

function tally(expression: string, index: number, done: readonly Judged[]): ThresholdTally {
  const outcomes = done.map(({ thresholds }) => thresholds[index]?.ok ?? null);
  const count = (ok: boolean | null): number => outcomes.filter((each) => each === ok).length;
  return { expression, passed: count(true), failed: count(false), noData: count(null) };
}
