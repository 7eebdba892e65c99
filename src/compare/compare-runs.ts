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

/** One run of a setting: the unit of every figure and test here. */
export interface ComparedRun extends RunVerdict {
  /** runs of one round are a pair; null where nothing pairs them */
  readonly round: number | null;
  /** its results folder; null where it left none */
  readonly folder: string | null;
}

export interface SettingRuns {
  readonly varied: readonly Varied[];
  /** the expressions */
  readonly thresholds: readonly string[];
  readonly runs: readonly ComparedRun[];
}

export interface Compared {
  readonly scenario: string;
  readonly scenarioDescription: string;
  readonly world: Comparison['world'];
  /** planned for each setting, with the seed of the first; null: finished runs, unpaired */
  readonly pairs: { readonly planned: number; readonly seed: number } | null;
  readonly interrupted: boolean;
  /** at least two; the first is the one that the others are held against */
  readonly settings: readonly SettingRuns[];
}

/** Compares settings by their runs. Runs that came to no verdict are left out of every figure, and counted. */
export function compareRuns(compared: Compared): Comparison {
  const { pairs, interrupted, settings: all } = compared;
  const groups = readGroups(all);
  const design = pairs === null ? 'unpaired' : 'paired';
  const against = groups.map((group, index) => (index === 0 ? null : contests(groups[0] ?? [], group, design)));
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
      figures: byName((name) => spanOf(readings(group, name))),
      against: against[index] ?? null,
      thresholds: each.thresholds.map((expression, nth) => ({
        ...tallyOf(expression, nth, group),
        values: spanOf(group.map(({ thresholds }) => thresholds[nth]?.value ?? null)),
      })),
      unbeaten: !beaten.has(index),
      folders: each.runs.flatMap(({ folder }) => folder ?? []),
    };
  });
  const contested = settings.flatMap((each) => Object.values(each.against ?? {}));
  const tests = contested.filter((each) => each !== null && each.p !== null);
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

/** A run that came to a verdict, with its figures made fit to be ranked. */
interface ReadRun extends ComparedRun {
  readonly readings: Readonly<Record<ComparedName, number | null>>;
}

/** That a run had no storm says nothing of how long one took. */
function said(value: number | null): boolean {
  return value !== null && value !== -Infinity;
}

/** The runs that came to a verdict. Of a figure that none of all has, such as those of storms, nothing is compared. */
function readGroups(settings: readonly SettingRuns[]): readonly Group[] {
  const groups = settings.map(({ runs }) => runs.filter(({ verdict }) => verdict !== 'inconclusive'));
  const read = groups.map((group) =>
    group.map((run) => ({ ...run, readings: byName((name) => comparableFigure(name, run.figures)) })),
  );
  const told = new Set(COMPARED.filter((name) => read.flat().some(({ readings: its }) => said(its[name]))));
  return read.map((group) =>
    group.map((run) => ({ ...run, readings: byName((name) => (told.has(name) ? run.readings[name] : null)) })),
  );
}

/** As many pairs of another setting with the first as were asked for, or as are needed to show a difference. */
function isConclusive([first = [], ...others]: readonly Group[], planned: number | null): boolean {
  if (planned === null) return first.length > 0 && others.some(({ length }) => length > 0);
  const wanted = Math.min(planned, fewestPairs(LEVEL));
  return others.some((other) => pairsOf(first, other).length >= wanted);
}

type Group = readonly ReadRun[];

function contests(first: Group, other: Group, design: Design): Record<ComparedName, ComparisonTest | null> {
  const bouts = boutsOf(first, other, design);
  const findings = findingsByName(bouts, design);
  return byName((name) => comparisonTestOf(bouts[name], design, findings[name]));
}

/** Those that another setting beats: it is better by one figure, with evidence, worse by none, and passes as often. */
function beatenOnes(
  groups: readonly Group[],
  design: Design,
  against: readonly SettingCompared['against'][],
): ReadonlySet<number> {
  const beaten = new Set<number>();
  groups.forEach((first, index) => {
    groups.slice(index + 1).forEach((other, offset) => {
      const known = index === 0 ? against[1 + offset] : null;
      const findings = known ?? findingsByName(boutsOf(first, other, design), design);
      const evidence = new Set(COMPARED.map((name) => findings[name]?.evidence));
      const [better, worse] = [evidence.has('better'), evidence.has('worse')];
      if (better && !worse && passShare(other) >= passShare(first)) beaten.add(index);
      if (worse && !better && passShare(first) >= passShare(other)) beaten.add(index + 1 + offset);
    });
  });
  return beaten;
}

function findingsByName(bouts: Record<ComparedName, SamplePair>, design: Design): Record<ComparedName, Finding> {
  const findings = findingsOf(
    COMPARED.map((name) => bouts[name]),
    design,
  );
  return byName((name) => findings[COMPARED.indexOf(name)]!);
}

function boutsOf(first: Group, other: Group, design: Design): Record<ComparedName, SamplePair> {
  const pairs = pairsOf(first, other);
  const [a, b] = design === 'paired' ? [pairs.map(([x]) => x), pairs.map(([, y]) => y)] : [first, other];
  return byName((name) => ({ first: readings(a, name), other: readings(b, name) }));
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

function readings(group: Group, name: ComparedName): readonly (number | null)[] {
  return group.map(({ readings: each }) => each[name]);
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
