import { realpathSync } from 'node:fs';
import { dirname, parse, resolve, sep } from 'node:path';
import { pathFrom } from './named-files.ts';
import { type Place, showPlace } from './problem.ts';
import type { Unreadable } from './read-file.ts';

/**
 * Which files a scenario may name. It may come from a stranger, so a file has to lie below the scenario's own folder or
 * the working directory, with all symbolic links followed, unless the command line allows another one. What a `--set`
 * names, the user has named.
 */
export class FileRules {
  /** as they are written, to tell a missing file inside from one outside */
  readonly #written: readonly string[];
  readonly #real: readonly string[];

  /**
   * @param scenarioFile the scenario that was named on the command line
   * @param allowed files, and folders with all that is below them
   */
  constructor(scenarioFile: string, allowed: readonly string[] = []) {
    const folders = [dirname(scenarioFile), '.'].map((folder) => resolve(folder));
    // All there is lies below the root: to stand there allows nothing.
    const roots = [
      ...folders.filter((folder) => folder !== parse(folder).root),
      ...allowed.map((path) => resolve(path)),
    ];
    this.#written = roots;
    this.#real = roots.flatMap((path) => realPathOf(path) ?? []);
  }

  /** The real path of a file named at a place in the scenario, or why it may not be read. */
  locate(place: Place, name: string): string | Unreadable {
    const path = pathFrom(place, name);
    const real = realPathOf(path);
    if ('set' in place) return real ?? path;
    // Whether a file outside exists is not told.
    if (real === null) return this.#written.some((root) => isBelow(root, path)) ? path : outside(path);
    return this.#real.some((root) => isBelow(root, real)) ? real : outside(path);
  }
}

function realPathOf(path: string): string | null {
  try {
    return realpathSync(path);
  } catch {
    return null;
  }
}

function isBelow(root: string, path: string): boolean {
  return path === root || path.startsWith(root.endsWith(sep) ? root : `${root}${sep}`);
}

function outside(path: string): Unreadable {
  return {
    what: "outside the scenario's folder and the working directory",
    fix: `move it there, or allow it with --allow-file ${showPlace({ file: path })}`,
  };
}
