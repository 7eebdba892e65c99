import { existsSync, realpathSync } from 'node:fs';
import { destroyTimings } from '../../metrics/timings.ts';
import { comparableStanding, compareRuns, type ComparedRun, type SettingRuns } from '../../compare/compare-runs.ts';
import type { Comparison } from '../../compare/comparison.ts';
import { differences, settingKey } from '../../compare/differences.ts';
import type { WorldName } from '../../metrics/run.ts';
import { summaryOf } from '../../results/summarise-run.ts';
import { RunNotStarted } from '../../results/folder-error.ts';
import { readFolder } from '../../results/read-folder.ts';
import type { Summary } from '../../results/summary.ts';
import type { Scenario } from '../../scenario/scenario.ts';
import { analyse } from '../../storm/analyse.ts';
import { figuresOf, intendedFigures } from '../../storm/figures.ts';
import { isOpenByLateness } from '../../threshold/verdict.ts';
import { log } from '../terminal/output.ts';
import { UsageError } from '../terminal/usage-error.ts';

/** Maximum number of folders; comparing more takes too long. */
const FOLDERS_MAX = 60;

interface Finished {
  readonly scenario: Scenario;
  readonly world: WorldName;
  readonly run: ComparedRun;
}

/**
 * Compares finished runs. Runs whose scenarios differ only in the seed form one setting; the first folder's setting
 * comes first.
 *
 * @throws {UsageError} for a single setting, or too many folders
 * @throws {FolderError} for a folder that holds no run
 */
export function compareFolders(dirs: readonly string[]): Comparison {
  if (dirs.length > FOLDERS_MAX) throw new UsageError(`${dirs.length} folders: at most ${FOLDERS_MAX} can be compared`);
  refuseDoubles(dirs);
  const groups = grouped(dirs.flatMap((dir) => readBegun(dir) ?? []));
  for (const group of groups) refuseTwins(group);
  const firsts = groups.flatMap(([first]) => first ?? []);
  const [first] = firsts;
  if (first === undefined || groups.length < 2) {
    throw new UsageError('compare: the scenarios of these runs differ only in the seed — name runs of two settings');
  }
  const varied = differences(firsts.map(({ scenario }) => scenario));
  const worlds = new Set(firsts.map(({ world }) => world));
  const settings = groups.map((group, index): SettingRuns => {
    const { scenario, world } = firsts[index]!;
    return {
      varied: [...(worlds.size > 1 ? [{ path: 'world', value: world }] : []), ...(varied[index] ?? [])],
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

/** Rejects a folder that is named twice, since counting one run twice is no evidence. */
function refuseDoubles(dirs: readonly string[]): void {
  const places = dirs.map((dir) => (existsSync(dir) ? realpathSync(dir) : dir));
  const twice = dirs.find((_, index) => places.indexOf(places[index]!) < index);
  if (twice !== undefined) throw new UsageError(`compare: ${twice} is named twice; name each run once`);
}

/** Rejects two simulations of one scenario and seed, since they are the same run. */
function refuseTwins(group: readonly Finished[]): void {
  const twin = group.find(
    ({ world, run }, index) => world === 'sim' && group.findIndex((other) => other.run.seed === run.seed) < index,
  );
  if (twin === undefined) return;
  const { folder, seed } = twin.run;
  throw new UsageError(`compare: ${folder ?? 'a run'} repeats seed ${seed} of its setting; name each seed once`);
}

/** @returns null for a run that was killed before it began, with a warning */
function readBegun(dir: string): Finished | null {
  try {
    return readFinished(dir);
  } catch (error) {
    if (!(error instanceof RunNotStarted)) throw error;
    log(`warning: ${error.message}; it is left out`);
    return null;
  }
}

/** Runs by setting, in the order in which the settings were first named. */
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
  const intended = intendedFigures(measurements, scenario);
  const isOpen = damage.length === 0 && summary.ended === 'completed' && isOpenByLateness({ ...content, ...summary });
  const held = comparableStanding(measurements, scenario, { ...standing(summary, damage), isOpen });
  destroyTimings(measurements.timings);
  const { seed, thresholds } = summary;
  return {
    scenario,
    world,
    run: {
      seed,
      figures,
      intended,
      ...held,
      thresholds,
      round: null,
      folder: dir,
    },
  };
}

/**
 * Verdict and reasons of a finished run; inconclusive when the run ended early or its files are damaged, whatever its
 * thresholds say.
 */
function standing(
  { ended, verdict, reasons }: Summary,
  damage: readonly string[],
): Pick<ComparedRun, 'verdict' | 'reasons'> {
  if (damage.length > 0) return { verdict: 'inconclusive', reasons: damage };
  if (ended === 'completed') return { verdict, reasons };
  return { verdict: 'inconclusive', reasons: [`the run ended early (${ended})`] };
}
