import { lstatSync } from 'node:fs';
import { destroyTimings } from '../metrics/timings.ts';
import { basename, join } from 'node:path';
import type { Comparison } from '../compare/comparison.ts';
import type { ComparedRun } from '../report/html/comparison.ts';
import { FolderError } from '../results/folder-error.ts';
import { readFolder } from '../results/read-folder.ts';

/**
 * The curves of a comparison: those of the first run of each setting that has left a folder.
 *
 * @param dir the comparison's own folder, in which its runs lie; null for finished runs, whose folders the user named
 */
export function readComparedRuns(dir: string | null, comparison: Comparison): readonly ComparedRun[] {
  return comparison.settings.flatMap(({ folders: [folder] }, index) => {
    const place = folder === undefined || dir === null ? folder : placeIn(dir, folder);
    return place === undefined ? [] : (runIn(place, index) ?? []);
  });
}

/** A comparison from a stranger may name any folder of this machine: only those that lie in its own are read. */
function placeIn(dir: string, folder: string): string | undefined {
  const name = basename(folder);
  const place = join(dir, name);
  const inside = name !== '' && name !== '.' && name !== '..';
  return inside && lstatSync(place, { throwIfNoEntry: false })?.isDirectory() === true ? place : undefined;
}

/** @returns null where it is no longer, as when everything was moved */
function runIn(folder: string, index: number): ComparedRun | null {
  try {
    const { measurements, faults } = readFolder(folder);
    const { curves, elapsedMs: durationMs } = measurements;
    destroyTimings(measurements.timings);
    return { number: index + 1, curves, durationMs, faults: [...faults] };
  } catch (error) {
    if (!(error instanceof FolderError)) throw error;
    return null;
  }
}
