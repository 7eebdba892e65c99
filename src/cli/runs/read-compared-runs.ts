import { lstatSync } from 'node:fs';
import { destroyTimings } from '../../metrics/timings.ts';
import { basename, join } from 'node:path';
import type { Comparison } from '../../compare/comparison.ts';
import type { ComparedRun } from '../../report/html/comparison.ts';
import { FolderError } from '../../results/folder-error.ts';
import { readFolder } from '../../results/read-folder.ts';

/**
 * The curves of a comparison: one run of each setting, the first with a folder.
 *
 * @param dir the comparison's folder, which holds its runs; null for finished runs whose folders the user named
 */
export function readComparedRuns(dir: string | null, comparison: Comparison): readonly ComparedRun[] {
  return comparison.settings.flatMap(({ folders: [folder] }, index) => {
    const place = folder === undefined || dir === null ? folder : placeIn(dir, folder);
    return place === undefined ? [] : (runIn(place, index) ?? []);
  });
}

/** Accepts only folders inside the comparison's own; a foreign comparison may name any folder of this machine. */
function placeIn(dir: string, folder: string): string | undefined {
  const name = basename(folder);
  const place = join(dir, name);
  const inside = name !== '' && name !== '.' && name !== '..';
  return inside && lstatSync(place, { throwIfNoEntry: false })?.isDirectory() === true ? place : undefined;
}

/** @returns null for a folder that no longer exists */
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
