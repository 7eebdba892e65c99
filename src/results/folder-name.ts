import { existsSync, mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { FolderError } from './folder-error.ts';

/** Folders that may start in one second under one name before squall gives up looking for a free one. */
const SAME_SECOND_MAX = 1000;

/**
 * `2026-11-23T18-04-05Z-refresh-outage`: sorts by time, and is a legal file name on every system, as the names of
 * scenarios are.
 */
function folderName(startedAt: Date, scenarioName: string): string {
  const time = startedAt
    .toISOString()
    .replace(/\.\d+Z$/, 'Z')
    .replaceAll(':', '-');
  return `${time}-${scenarioName}`;
}

/**
 * Makes a new folder below `resultsDir`, which is made too where it is missing. Two runs of one second get folders of
 * their own, told apart by `-2`, `-3`…
 *
 * @throws {FolderError} when nothing can be written there
 */
export function makeFolder(resultsDir: string, startedAt: Date, scenarioName: string): string {
  const name = folderName(startedAt, scenarioName);
  try {
    makeAll(resultsDir);
    for (let n = 1; n <= SAME_SECOND_MAX; n++) {
      const dir = join(resultsDir, n === 1 ? name : `${name}-${n}`);
      if (madeNew(dir)) return dir;
    }
  } catch (error) {
    throw FolderError.unwritable(resultsDir, error);
  }
  throw new FolderError(
    `${resultsDir} holds ${SAME_SECOND_MAX} folders of this second already: name another with --results DIR`,
  );
}

/** `mkdirSync` with `recursive` never returns where a parent exists that takes no folders, such as /proc. */
function makeAll(dir: string): void {
  if (existsSync(dir)) return;
  makeAll(dirname(dir));
  madeNew(dir);
}

function madeNew(dir: string): boolean {
  try {
    mkdirSync(dir);
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw error;
  }
}
