import { basename, join } from 'node:path';
import type { Comparison } from '../compare/comparison.ts';
import { comparisonPage, type ComparedRun } from '../report/html/comparison.ts';
import { FolderError } from '../results/folder-error.ts';
import { readFolder } from '../results/read-folder.ts';

/** The page of a comparison, with the curves of the first run of each setting that has left a folder. */
export function comparisonPageOf(dir: string, comparison: Comparison): string {
  const runs = comparison.settings.flatMap(({ folders: [folder] }, index) => {
    const run = folder === undefined ? null : (runIn(folder, index) ?? runIn(join(dir, basename(folder)), index));
    return run === null ? [] : [run];
  });
  return comparisonPage({ comparison, runs });
}

/** @returns null where it is no longer, as when everything was moved */
function runIn(folder: string, index: number): ComparedRun | null {
  try {
    const { measurements, faults } = readFolder(folder);
    const { curves, elapsedMs: durationMs } = measurements;
    return { number: index + 1, curves, durationMs, faults: [...faults] };
  } catch (error) {
    if (!(error instanceof FolderError)) throw error;
    return null;
  }
}
