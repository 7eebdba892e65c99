import { existsSync, mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { FolderError } from './folder-error.ts';

/** Maximum number of folders of one name and second. */
const SAME_SECOND_MAX = 1000;

/** `2026-11-23T18-04-05Z-refresh-outage`: the name sorts by time and is a legal file name on every system. */
function folderName(startedAt: Date, scenarioName: string): string {
  const time = startedAt
    .toISOString()
    .replace(/\.\d+Z$/, 'Z')
    .replaceAll(':', '-');
  return `${time}-${scenarioName}`;
}

/**
 * Creates a new folder below `resultsDir`, and `resultsDir` if it is missing. Further runs of the same second get the
 * suffix `-2`, `-3`…
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

/**
 * Creates a new folder at a path.
 *
 * @throws {FolderError} when it cannot be made, or is there already
 */
export function makeFolderAt(dir: string): string {
  try {
    makeAll(dirname(dir));
    if (madeNew(dir)) return dir;
  } catch (error) {
    throw FolderError.unwritable(dir, error);
  }
  throw new FolderError(`${dir} is there already: name a new folder`);
}

/**
 * Creates a folder and its parents. `mkdirSync` with `recursive` never returns below a parent that takes no folders,
 * such as /proc.
 */
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
