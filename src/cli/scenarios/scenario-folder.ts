import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { bundledNames } from './bundled.ts';
import { UsageError } from '../terminal/usage-error.ts';

/** The option `--all` of `run` and `simulate`. */
export const ALL_FLAG = {
  type: 'boolean',
  default: false,
  describe: 'Run every *.yaml file of a folder in turn; one table shows which had its expected verdict',
} as const;

/**
 * The scenario files to run: the named one or, with --all, all files of a folder (without subfolders) by name.
 *
 * @throws {UsageError} for a folder without --all, --all without a folder, and a folder without scenarios
 */
export function scenarioFiles(path: string, all: boolean): readonly string[] {
  const isFolder = statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
  if (!all) {
    if (isFolder && !bundledNames().includes(path))
      throw new UsageError(`${path} is a folder: name a scenario in it, or add --all for every one`);
    return [path];
  }
  if (!isFolder) throw new UsageError(`--all with ${path}, which is no folder: name a folder, or leave --all out`);
  const names = readdirSync(path).filter((name) => /\.ya?ml$/.test(name));
  if (names.length === 0) throw new UsageError(`--all with ${path}, which holds no *.yaml file: name another folder`);
  return names.toSorted().map((name) => join(path, name));
}
