import { dirname, resolve } from 'node:path';
import type { Finding } from './explain.ts';
import { MAX_PATH_CHARS } from './limits.ts';
import { showPlace } from './problem.ts';
import type { Scenario } from './scenario.ts';
import type { Place } from './problem.ts';
import { placeOf } from './tree.ts';
import type { Tree } from './tree.ts';

/** Could it be the name of a file? */
export function isFileName(value: unknown): value is string {
  return typeof value === 'string' && value !== '' && value.length <= MAX_PATH_CHARS;
}

/**
 * The absolute path of a file named at a place in a scenario: relative to the file that the place is in or, in a
 * `--set`, to the working directory, where a shell completes it.
 */
export function pathFrom(place: Place, name: string): string {
  return resolve('set' in place ? '.' : dirname(place.file), name);
}

/** Makes the paths of files that a scenario names absolute, so that the resolved scenario can be run from elsewhere. */
export function resolveFiles(
  scenario: Scenario,
  tree: Tree,
  exists: (path: string) => boolean,
): { readonly scenario: Scenario; readonly findings: readonly Finding[] } {
  const findings: Finding[] = [];
  const resolved = (name: string | null, path: readonly string[], fix: string): string | null => {
    if (name === null) return null;
    const absolute = pathFrom(placeOf(tree, path, 'value'), name);
    if (!exists(absolute))
      findings.push({ path, part: 'value', message: `no such file (${showPlace({ file: absolute })}) — ${fix}` });
    return absolute;
  };
  const { tokens } = scenario;
  const keyFile = resolved(tokens.keyFile, ['tokens', 'keyFile'], 'name a file with a private JWK, or remove the key');
  const tokensFile = resolved(
    tokens.refresh.tokensFile,
    ['tokens', 'refresh', 'tokensFile'],
    'name a file with one refresh token a line',
  );
  return {
    scenario: { ...scenario, tokens: { ...tokens, keyFile, refresh: { ...tokens.refresh, tokensFile } } },
    findings,
  };
}
