import { existsSync, realpathSync } from 'node:fs';
import { destroyTimings } from '../metrics/timings.ts';
import { compareRuns, type ComparedRun, type SettingRuns } from '../compare/compare-runs.ts';
import type { Comparison } from '../compare/comparison.ts';
import { differences, settingKey } from '../compare/differences.ts';
import type { WorldName } from '../metrics/run.ts';
import { summaryOf } from '../results/summarise-run.ts';
import { RunNotStarted } from '../results/folder-error.ts';
import { readFolder } from '../results/read-folder.ts';
import type { Summary } from '../results/summary.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { analyse } from '../storm/analyse.ts';
import { figuresOf } from '../storm/figures.ts';
import { log } from './output.ts';
import { UsageError } from './usage-error.ts';

/** More finished runs than this are compared in no time that anybody would wait. */
const FOLDERS_MAX = 60;

interface Finished {
  readonly scenario: Scenario;
  readonly world: WorldName;
  readonly run: ComparedRun;
}

/**
 * Compares finished runs: those whose scenarios are equal but for the seed are one setting, the first named first.
 *
 * @throws {UsageError} when all are of one setting, or there are too many
 * @throws {FolderError} when one is no run's folder
 */
export function compareFolders(dirs: readonly string[]): Comparison {
  if (dirs.length > FOLDERS_MAX) throw new UsageError(`${dirs.length} folders: at most ${FOLDERS_MAX} can be compared`);
  refuseDoubles(dirs);
  const groups = grouped(dirs.flatMap((dir) => readBegun(dir) ?? []));
  for (const group of groups) refuseTwins(group);
  const firsts = groups.flatMap(([first]) => first ?? []);
  const [first] = firsts;
  if (first === undefined || groups.length < 2) {
    throw new UsageError(
      'compare: the scenarios of these runs differ in nothing but the seed — name runs of two settings',
    );
  }
  const told = differences(firsts.map(({ scenario }) => scenario));
  const worlds = new Set(firsts.map(({ world }) => world));
  const settings = groups.map((group, index): SettingRuns => {
    const { scenario, world } = firsts[index]!;
    return {
      varied: [...(worlds.size > 1 ? [{ path: 'world', value: world }] : []), ...(told[index] ?? [])],
      thresholds: scenario.thresholds.map(({ expression }) => expression),
      runs: group.map(({ run }) => run),
    };
  });
  return compareRuns({
    scenario: [...new Set(firsts.map(({ scenario }) => scenario.name))].join(', '),
    scenarioDescription: first.scenario.description,
    world: worlds.size > 1 ? 'both' : first.world,
    pairs: null,
    interrupted: false,
    settings,
  });
}

/** One run counted twice would be evidence of nothing. */
function refuseDoubles(dirs: readonly string[]): void {
  const places = dirs.map((dir) => (existsSync(dir) ? realpathSync(dir) : dir));
  const twice = dirs.find((_, index) => places.indexOf(places[index]!) < index);
  if (twice !== undefined) throw new UsageError(`compare: ${twice} is named twice; name each run once`);
}

/** Simulations of one scenario and seed are one and the same run. */
function refuseTwins(group: readonly Finished[]): void {
  const twin = group.find(
    ({ world, run }, index) => world === 'sim' && group.findIndex((other) => other.run.seed === run.seed) < index,
  );
  if (twin === undefined) return;
  const { folder, seed } = twin.run;
  throw new UsageError(`compare: ${folder ?? 'a run'} is seed ${seed} of its setting once more; name each seed once`);
}

/** @returns null for a run that was killed before it began, which it says */
function readBegun(dir: string): Finished | null {
  try {
    return readFinished(dir);
  } catch (error) {
    if (!(error instanceof RunNotStarted)) throw error;
    log(`warning: ${error.message}; it is left out`);
    return null;
  }
}

/** By setting, in the order in which each was first named. */
function grouped(all: readonly Finished[]): readonly (readonly Finished[])[] {
  const groups = new Map<string, Finished[]>();
  for (const each of all) {
    const key = `${each.world} ${settingKey(each.scenario)}`;
    groups.set(key, [...(groups.get(key) ?? []), each]);
  }
  return [...groups.values()];
}

function readFinished(dir: string): Finished {
  const content = readFolder(dir);
  const { scenario, world, measurements, damage, warnings } = content;
  for (const warning of warnings) log(`warning: ${dir}: ${warning}`);
  const summary = summaryOf(content);
  const figures = figuresOf(measurements, analyse(measurements, scenario));
  destroyTimings(measurements.timings);
  const { seed, thresholds } = summary;
  return {
    scenario,
    world,
    run: { seed, figures, thresholds, ...standing(summary, damage), round: null, folder: dir },
  };
}

/**
 * A run that did not come to its end is no equal of one that did, whatever its thresholds said; nor is one whose files
 * are damaged, since its figures are worked out from what is left of them.
 */
function standing(
  { ended, verdict, reasons }: Summary,
  damage: readonly string[],
): Pick<ComparedRun, 'verdict' | 'reasons'> {
  if (damage.length > 0) return { verdict: 'inconclusive', reasons: damage };
  if (ended === 'completed') return { verdict, reasons };
  return { verdict: 'inconclusive', reasons: [`the run did not come to its end (${ended})`] };
}
