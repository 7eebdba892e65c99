import { dirname, resolve } from 'node:path';
import type { Finding } from '../core/codec/reject.ts';
import { MAX_PATH_CHARS } from '../core/limits.ts';
import { type Place, showPlace } from './problem.ts';
import type { UserPlan, WrittenScenario } from './scenario.ts';
import type { Unreadable } from './read-file.ts';
import { placeOf, type Tree } from './tree.ts';

/** Whether a value can be the name of a file. */
export function isFileName(value: unknown): value is string {
  return typeof value === 'string' && value !== '' && value.length <= MAX_PATH_CHARS;
}

/**
 * The absolute path of a file named at a place. The base is the folder of the naming file or, for a `--set`, the working
 * directory, where a shell completes it.
 */
export function pathFrom(place: Place, name: string): string {
  return resolve('set' in place ? '.' : dirname(place.file), name);
}

/** The real path of a file named at a place, or why it may not be read. */
export type Locate = (place: Place, name: string) => string | Unreadable;

type FileUserPlan = Extract<UserPlan, { kind: 'file' }>;

interface NamedFiles {
  readonly locate: Locate;
  readonly whyUnusable: (path: string) => string | null;
  /** whether there is nothing at a path, in a folder that exists */
  readonly isFree: (path: string) => boolean;
}

/**
 * Makes the paths of files that a scenario names absolute, so that the resolved scenario can be run from elsewhere.
 *
 * @param disk null when nothing on disk may be looked at
 */
export function resolveFiles(
  scenario: WrittenScenario,
  tree: Tree,
  disk: NamedFiles | null,
): { readonly scenario: WrittenScenario; readonly findings: readonly Finding[] } {
  const findings: Finding[] = [];
  const resolved = (name: string | null, path: readonly string[], fix: string, mayBeNew = false): string | null => {
    if (name === null) return null;
    const place = placeOf(tree, path, 'value');
    const absolute = pathFrom(place, name);
    if (disk === null) return absolute;
    const complain = (what: string, mend: string): string => {
      findings.push({ path, part: 'value', message: `${what} (${showPlace({ file: absolute })}) — ${mend}` });
      return absolute;
    };
    const found = disk.locate(place, name);
    if (typeof found !== 'string') return complain(found.what, found.fix);
    const what = mayBeNew && disk.isFree(found) ? null : disk.whyUnusable(found);
    return what === null ? found : complain(what, fix);
  };
  const { tokens, users } = scenario;
  const withPaths = (plan: FileUserPlan): FileUserPlan => ({
    ...plan,
    file: resolved(plan.file, ['users', 'file'], 'name a file with one user a row') ?? plan.file,
    out: resolved(plan.out, ['users', 'out'], 'name a file that squall may write, or a new one', true),
  });
  const keyFile = resolved(tokens.keyFile, ['tokens', 'keyFile'], 'name a file with a private JWK, or remove the key');
  const tokensFile = resolved(
    tokens.refresh.tokensFile,
    ['tokens', 'refresh', 'tokensFile'],
    'name a file with one refresh token a line',
  );
  return {
    scenario: {
      ...scenario,
      users: users?.kind === 'file' ? withPaths(users) : users,
      tokens: { ...tokens, keyFile, refresh: { ...tokens.refresh, tokensFile } },
    },
    findings,
  };
}
