import { realpathSync } from 'node:fs';
import { dirname, parse, resolve, sep } from 'node:path';
import { pathFrom } from './named-files.ts';
import { type Place, showPlace } from './problem.ts';
import type { Unreadable } from './read-file.ts';

/**
 * Rules for files that a scenario names. The scenario may come from a stranger, so a file has to be below its folder or
 * the working directory, after symbolic links, or be allowed on the command line. Files named by `--set` are allowed.
 */
export class FileRules {
  /** the folders as written, which distinguish a missing file inside from one outside */
  readonly #written: readonly string[];
  readonly #real: readonly string[];

  /**
   * @param scenarioFile the scenario that was named on the command line
   * @param allowed files, and folders with all that is below them
   */
  constructor(scenarioFile: string, allowed: readonly string[] = []) {
    const folders = [dirname(scenarioFile), '.'].map((folder) => resolve(folder));
    // Every file is below the root, so a working directory of / allows none.
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
    // The message does not reveal whether a file outside exists.
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
