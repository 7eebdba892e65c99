import type { Varied } from '../results/seeds-plan.ts';
import { tallyOf } from '../results/seeds-summary.ts';
import { STAMP } from '../results/stamp.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { lateRenewals } from '../threshold/late-renewals.ts';
import type { RunVerdict } from '../threshold/run-verdict.ts';
import type { Comparison, ComparisonTest, SettingCompared } from './comparison.ts';
import {
  agreed,
  comparisonTestOf,
  findingsOf,
  LEVEL,
  type SamplePair,
  type Design,
  type Finding,
} from './comparison-test.ts';
import { isCutShort } from '../metrics/cut-short.ts';
import type { Measurements } from '../metrics/measurements.ts';
import { unknownNow } from '../metrics/unknown.ts';
import { fewestRuns } from './mann-whitney-shift.ts';
import { byName, comparableFigure } from './comparable-figures.ts';
import { COMPARED, type ComparedName, type Figures } from '../storm/figures.ts';
import { recommend } from './recommend.ts';
import { fewestPairs } from './sign-flip.ts';
import { spanOf } from './span.ts';

/** One run of a setting. */
export interface ComparedRun extends RunVerdict {
  /** its figures without squall's own lateness; null: nothing was late, or how late is not known */
  readonly intended: Figures | null;
  /** whether only squall's own lateness keeps it from a verdict, as `isOpenByLateness` says */
  readonly isOpen: boolean;
  /** number of the round whose runs are a pair; null: unpaired */
  readonly round: number | null;
  /** its results folder; null: none */
  readonly folder: string | null;
}

export interface SettingRuns {
  readonly varied: readonly Varied[];
  /** expressions */
  readonly thresholds: readonly string[];
  readonly runs: readonly ComparedRun[];
}

export interface Compared {
  readonly scenario: string;
  readonly scenarioDescription: string;
  readonly world: Comparison['world'];
  /** number of pairs planned for each setting, and the seed of the first; null: finished runs, unpaired */
  readonly pairs: { readonly planned: number; readonly seed: number } | null;
  readonly interrupted: boolean;
  /** at least two; the others are compared with the first */
  readonly settings: readonly SettingRuns[];
}

/** What a comparison takes from the verdict of a run. */
type Standing = Pick<ComparedRun, 'verdict' | 'reasons' | 'isOpen'>;

/**
 * The standing of a run in a comparison: it has no verdict and is not open where squall's lateness has changed its figures by more
 * than its two views show, or where they lack unknown clients: a threshold may have failed for certain all the same.
 */
export function comparableStanding(
  measurements: Measurements,
  scenario: Pick<Scenario, 'tokens'>,
  { verdict, reasons, isOpen }: Standing,
): Standing {
  const why = unknownClients(measurements) ?? unbounded(measurements, scenario);
  if (why === null) return { verdict, reasons, isOpen };
  return { verdict: 'inconclusive', reasons: verdict === 'inconclusive' ? reasons : [why], isOpen: false };
}

/** The reason why the figures of a run are not those of all its clients; null: they are. */
function unknownClients({ curves, planned }: Measurements): string | null {
  const unknown = unknownNow(curves);
  return unknown === 0 ? null : `${unknown} of ${planned} clients are unknown, so its figures are not those of all`;
}

/** The reason why nothing bounds the figures of a run that was late; null: its two views do. */
function unbounded(measurements: Measurements, scenario: Pick<Scenario, 'tokens'>): string | null {
  if (isCutShort(measurements)) return 'squall was still late at the end, so nothing bounds its figures';
  const expired = lateRenewals(measurements, scenario);
  if (expired === 0) return null;
  return `squall may have renewed the tokens of ${expired} lost connections too late, so nothing bounds its figures`;
}

/** Whether a run counts in every figure: it has a verdict, or only squall's own lateness, which has bounds, keeps it from one. */
export function isCounted({ verdict, isOpen }: Pick<ComparedRun, 'verdict' | 'isOpen'>): boolean {
  return verdict !== 'inconclusive' || isOpen;
}

/**
 * Compares settings by their runs, as squall offered them and as it intended them: a difference is stated where both show
 * it. Other inconclusive runs are left out of every figure, and counted.
 */
export function compareRuns(compared: Compared): Comparison {
  const { pairs, interrupted, settings: all } = compared;
  const groups = readGroups(all);
  const design = pairs === null ? 'unpaired' : 'paired';
  const against = groups.map((group, index) => (index === 0 ? null : comparisonTests(groups[0] ?? [], group, design)));
  const beaten = beatenOnes(groups, design, against);
  const settings = all.map((each, index): SettingCompared => {
    const group = groups[index] ?? [];
    return {
      varied: [...each.varied],
      runs: {
        done: each.runs.length,
        conclusive: group.filter(({ verdict }) => verdict !== 'inconclusive').length,
        open: group.filter(({ isOpen }) => isOpen).length,
        passed: group.filter(({ verdict }) => verdict === 'pass').length,
        lockedOut: group.filter(({ figures }) => (figures.lockedOut ?? 0) > 0).length,
      },
      leftOut: leftOut(each.runs),
      figures: byName((name) => spanOf(values(group, name, 'offered'))),
      intended: isLate(group) ? byName((name) => spanOf(values(group, name, 'intended'))) : null,
      against: against[index] ?? null,
      thresholds: each.thresholds.map((expression, nth) => thresholdCompared(expression, nth, group)),
      unbeaten: !beaten.has(index),
      folders: each.runs.flatMap(({ folder }) => folder ?? []),
    };
  });
  const allTests = settings.flatMap((each) => Object.values(each.against ?? {}));
  const tests = allTests.filter((each) => each !== null && each.p !== null);
  return {
    kind: 'comparison',
    ...STAMP,
    scenario: compared.scenario,
    scenarioDescription: compared.scenarioDescription,
    world: compared.world,
    design,
    level: LEVEL,
    pairs: pairs?.planned ?? null,
    needs: design === 'paired' ? fewestPairs(LEVEL) : fewestRuns(LEVEL),
    seed: pairs?.seed ?? null,
    ended: interrupted ? 'interrupted' : 'completed',
    conclusive: isConclusive(groups, pairs?.planned ?? null),
    settings,
    tests: { made: tests.length, evident: tests.filter((each) => each?.evidence !== 'none').length },
    recommendation: recommend(settings, interrupted ? 'interrupted' : 'completed'),
  };
}

type View = 'offered' | 'intended';

/** A run that counts, with figures that can be ranked, in both views of it. */
interface ReadRun extends ComparedRun {
  readonly values: Readonly<Record<View, Readonly<Record<ComparedName, number | null>>>>;
}

function isLate(group: Group): boolean {
  return group.some(({ intended }) => intended !== null);
}

/** Outcomes and values of the threshold at an index. */
function thresholdCompared(expression: string, nth: number, group: Group): SettingCompared['thresholds'][number] {
  const { noData, ...tally } = tallyOf(expression, nth, group);
  const evaluated = group.map(({ thresholds }) => thresholds[nth]);
  const open = evaluated.filter((each) => each?.open?.why === 'generator').length;
  const isKnown = evaluated.some((each) => each !== undefined && each.intended !== null);
  return {
    ...tally,
    noData: noData - open,
    open,
    values: spanOf(evaluated.map((each) => each?.value ?? null)),
    intended: isKnown ? spanOf(evaluated.map((each) => each?.intended ?? each?.value ?? null)) : null,
  };
}

/** Whether a value is a measurement; a run without a storm has none of its duration. */
function isMeasured(value: number | null): boolean {
  return value !== null && value !== -Infinity;
}

/** The runs that count by setting. A figure that no run has is null in all. */
function readGroups(settings: readonly SettingRuns[]): readonly Group[] {
  const groups = settings.map(({ runs }) => runs.filter(isCounted));
  const all = groups.flat().flatMap(({ figures, intended }) => (intended === null ? [figures] : [figures, intended]));
  const measured = new Set(COMPARED.filter((name) => all.some((its) => isMeasured(comparableFigure(name, its)))));
  const read = (figures: Figures): ReadRun['values'][View] =>
    byName((name) => (measured.has(name) ? comparableFigure(name, figures) : null));
  return groups.map((group) =>
    group.map((run) => {
      const offered = read(run.figures);
      return { ...run, values: { offered, intended: run.intended === null ? offered : read(run.intended) } };
    }),
  );
}

/** Whether a setting has as many pairs of runs that count with the first as planned, or as a difference needs to show. */
function isConclusive([first = [], ...others]: readonly Group[], planned: number | null): boolean {
  if (planned === null) return first.length > 0 && others.some(({ length }) => length > 0);
  const wanted = Math.min(planned, fewestPairs(LEVEL));
  return others.some((other) => pairsOf(first, other).length >= wanted);
}

type Group = readonly ReadRun[];

function comparisonTests(first: Group, other: Group, design: Design): Record<ComparedName, ComparisonTest | null> {
  const pairs = samplePairsOf(first, other, design, 'offered');
  const findings = findingsByName(pairs, design);
  if (!isLate(first) && !isLate(other)) {
    return byName((name) => comparisonTestOf(pairs[name], design, findings[name]));
  }
  const onTime = samplePairsOf(first, other, design, 'intended');
  const onTimeFindings = findingsByName(onTime, design);
  return byName((name) => {
    const finding = agreed(findings[name], onTimeFindings[name]);
    return inBothViews(comparisonTestOf(pairs[name], design, finding), comparisonTestOf(onTime[name], design, finding));
  });
}

/** A test by the offered figures with the size of the difference by the intended ones; null: a view has no values. */
function inBothViews(offered: ComparisonTest | null, intended: ComparisonTest | null): ComparisonTest | null {
  if (offered === null || intended === null) return null;
  const { by, value, low, high } = intended;
  return { ...offered, intended: { by, value, low, high } };
}

/**
 * Settings that another one beats: it is better in a figure with evidence, worse in none, and passes as often. Of runs that
 * squall was late with, all of that holds as squall offered them and as it intended them.
 */
function beatenOnes(
  groups: readonly Group[],
  design: Design,
  against: readonly SettingCompared['against'][],
): ReadonlySet<number> {
  const beaten = new Set<number>();
  groups.forEach((first, index) => {
    groups.slice(index + 1).forEach((other, offset) => {
      const known = index === 0 ? against[1 + offset] : null;
      const findings = known ?? comparisonTests(first, other, design);
      const evidence = new Set(COMPARED.map((name) => findings[name]?.evidence));
      if (evidence.has('open')) return;
      const [better, worse] = [evidence.has('better'), evidence.has('worse')];
      if (better && !worse && leastPassShare(other) >= mostPassShare(first)) beaten.add(index);
      if (worse && !better && leastPassShare(first) >= mostPassShare(other)) beaten.add(index + 1 + offset);
    });
  });
  return beaten;
}

function findingsByName(pairs: Record<ComparedName, SamplePair>, design: Design): Record<ComparedName, Finding> {
  const findings = findingsOf(
    COMPARED.map((name) => pairs[name]),
    design,
  );
  return byName((name) => findings[COMPARED.indexOf(name)]!);
}

function samplePairsOf(first: Group, other: Group, design: Design, view: View): Record<ComparedName, SamplePair> {
  const pairs = pairsOf(first, other);
  const [a, b] = design === 'paired' ? [pairs.map(([x]) => x), pairs.map(([, y]) => y)] : [first, other];
  return byName((name) => ({ first: values(a, name, view), other: values(b, name, view) }));
}

function pairsOf(first: Group, other: Group): readonly (readonly [ReadRun, ReadRun])[] {
  return first.flatMap((a) => {
    const b = other.find(({ round }) => round === a.round);
    return b === undefined ? [] : [[a, b] as const];
  });
}

function leastPassShare(group: Group): number {
  return group.filter(({ verdict }) => verdict === 'pass').length / Math.max(1, group.length);
}

/** The share of runs that passed, or that squall's own lateness leaves open. */
function mostPassShare(group: Group): number {
  return group.filter(({ verdict, isOpen }) => verdict === 'pass' || isOpen).length / Math.max(1, group.length);
}

function values(group: Group, name: ComparedName, view: View): readonly (number | null)[] {
  return group.map(({ values: each }) => each[view][name]);
}

function leftOut(runs: readonly ComparedRun[]): SettingCompared['leftOut'] {
  const counted = new Map<string, number>();
  for (const { reasons } of runs.filter((run) => !isCounted(run))) {
    const reason = reasons[0] ?? 'inconclusive';
    counted.set(reason, (counted.get(reason) ?? 0) + 1);
  }
  return Array.from(counted, ([reason, n]) => ({ reason, runs: n }));
}
