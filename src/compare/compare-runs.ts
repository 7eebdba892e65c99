import type { Varied } from '../results/seeds-plan.ts';
import { tallyOf } from '../results/seeds-summary.ts';
import { STAMP } from '../results/format.ts';
import type { RunVerdict } from '../threshold/run-verdict.ts';
import type { Comparison, ComparisonTest, SettingCompared } from './comparison.ts';
import { comparisonTestOf, findingsOf, LEVEL, type SamplePair, type Design, type Finding } from './comparison-test.ts';
import { fewestRuns } from './mann-whitney-shift.ts';
import { byName, comparableFigure } from './comparable-figures.ts';
import { COMPARED, type ComparedName } from '../storm/figures.ts';
import { recommend } from './recommend.ts';
import { fewestPairs } from './sign-flip.ts';
import { spanOf } from './span.ts';

/** One run of a setting. */
export interface ComparedRun extends RunVerdict {
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

/** Compares settings by their runs. Inconclusive runs are left out of every figure, and counted. */
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
        conclusive: group.length,
        passed: group.filter(({ verdict }) => verdict === 'pass').length,
        lockedOut: group.filter(({ figures }) => (figures.lockedOut ?? 0) > 0).length,
      },
      leftOut: leftOut(each.runs),
      figures: byName((name) => spanOf(values(group, name))),
      against: against[index] ?? null,
      thresholds: each.thresholds.map((expression, nth) => ({
        ...tallyOf(expression, nth, group),
        values: spanOf(group.map(({ thresholds }) => thresholds[nth]?.value ?? null)),
      })),
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

/** A conclusive run, with figures that can be ranked. */
interface ReadRun extends ComparedRun {
  readonly values: Readonly<Record<ComparedName, number | null>>;
}

/** Whether a value is a measurement; a run without a storm has none of its duration. */
function isMeasured(value: number | null): boolean {
  return value !== null && value !== -Infinity;
}

/** The conclusive runs by setting. A figure that no run has is null in all. */
function readGroups(settings: readonly SettingRuns[]): readonly Group[] {
  const groups = settings.map(({ runs }) => runs.filter(({ verdict }) => verdict !== 'inconclusive'));
  const read = groups.map((group) =>
    group.map((run) => ({ ...run, values: byName((name) => comparableFigure(name, run.figures)) })),
  );
  const measured = new Set(COMPARED.filter((name) => read.flat().some(({ values: its }) => isMeasured(its[name]))));
  return read.map((group) =>
    group.map((run) => ({ ...run, values: byName((name) => (measured.has(name) ? run.values[name] : null)) })),
  );
}

/** Whether a setting has as many conclusive pairs with the first as planned, or as a difference needs to show. */
function isConclusive([first = [], ...others]: readonly Group[], planned: number | null): boolean {
  if (planned === null) return first.length > 0 && others.some(({ length }) => length > 0);
  const wanted = Math.min(planned, fewestPairs(LEVEL));
  return others.some((other) => pairsOf(first, other).length >= wanted);
}

type Group = readonly ReadRun[];

function comparisonTests(first: Group, other: Group, design: Design): Record<ComparedName, ComparisonTest | null> {
  const pairs = samplePairsOf(first, other, design);
  const findings = findingsByName(pairs, design);
  return byName((name) => comparisonTestOf(pairs[name], design, findings[name]));
}

/** Settings that another one beats: it is better in a figure with evidence, worse in none, and passes as often. */
function beatenOnes(
  groups: readonly Group[],
  design: Design,
  against: readonly SettingCompared['against'][],
): ReadonlySet<number> {
  const beaten = new Set<number>();
  groups.forEach((first, index) => {
    groups.slice(index + 1).forEach((other, offset) => {
      const known = index === 0 ? against[1 + offset] : null;
      const findings = known ?? findingsByName(samplePairsOf(first, other, design), design);
      const evidence = new Set(COMPARED.map((name) => findings[name]?.evidence));
      const [better, worse] = [evidence.has('better'), evidence.has('worse')];
      if (better && !worse && passShare(other) >= passShare(first)) beaten.add(index);
      if (worse && !better && passShare(first) >= passShare(other)) beaten.add(index + 1 + offset);
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

function samplePairsOf(first: Group, other: Group, design: Design): Record<ComparedName, SamplePair> {
  const pairs = pairsOf(first, other);
  const [a, b] = design === 'paired' ? [pairs.map(([x]) => x), pairs.map(([, y]) => y)] : [first, other];
  return byName((name) => ({ first: values(a, name), other: values(b, name) }));
}

function pairsOf(first: Group, other: Group): readonly (readonly [ReadRun, ReadRun])[] {
  return first.flatMap((a) => {
    const b = other.find(({ round }) => round === a.round);
    return b === undefined ? [] : [[a, b] as const];
  });
}

function passShare(group: Group): number {
  return group.filter(({ verdict }) => verdict === 'pass').length / Math.max(1, group.length);
}

function values(group: Group, name: ComparedName): readonly (number | null)[] {
  return group.map(({ values: each }) => each[name]);
}

function leftOut(runs: readonly ComparedRun[]): SettingCompared['leftOut'] {
  const counted = new Map<string, number>();
  for (const { verdict, reasons } of runs) {
    if (verdict !== 'inconclusive') continue;
    const reason = reasons[0] ?? 'inconclusive';
    counted.set(reason, (counted.get(reason) ?? 0) + 1);
  }
  return Array.from(counted, ([reason, n]) => ({ reason, runs: n }));
}
