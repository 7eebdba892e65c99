import { dirname, resolve } from 'node:path';
import type { Finding } from './explain.ts';
import type { Scenario } from './scenario.ts';
import { placeOf } from './tree.ts';
import type { Tree } from './tree.ts';

/**
 * Makes the paths of files that a scenario names absolute, so that the resolved scenario can be run from elsewhere. They are
 * relative to the scenario file or, in a `--set`, to the working directory, where a shell completes them.
 */
export function resolveFiles(
  scenario: Scenario,
  tree: Tree,
  file: string,
  exists: (path: string) => boolean,
): { readonly scenario: Scenario; readonly findings: readonly Finding[] } {
  const findings: Finding[] = [];
  const resolved = (name: string | null, path: readonly string[], fix: string): string | null => {
    if (name === null) return null;
    const base = 'set' in placeOf(tree, path, 'value') ? '.' : dirname(file);
    const absolute = resolve(base, name);
    if (!exists(absolute)) findings.push({ path, part: 'value', message: `no such file (${absolute}) — ${fix}` });
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
