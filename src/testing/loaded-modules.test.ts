import { readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { expect, test } from 'vitest';
import { CHECKOUT } from './checkout.ts';

const SRC = join(CHECKOUT, 'src');
/** A static import or re-export of more than types, with what it names. */
const IMPORT = /^(?:import|export) (?!type\b)(?:[^;'"]*? from )?'([^']+)';/gm;

/** Files below src, and packages, that are loaded with these files, before anything is imported on demand. */
function loadedWith(entries: readonly string[]): ReadonlySet<string> {
  const loaded = new Set<string>();
  const load = (file: string): void => {
    const name = relative(SRC, file);
    if (loaded.has(name)) return;
    loaded.add(name);
    for (const [, from = ''] of readFileSync(file, 'utf8').matchAll(IMPORT)) {
      if (from.startsWith('.')) load(join(dirname(file), from));
      else loaded.add(from);
    }
  };
  for (const entry of entries) load(join(SRC, entry));
  return loaded;
}

/** Those that are a file below one of the folders, or one of the packages. */
function among(loaded: ReadonlySet<string>, places: readonly string[]): readonly string[] {
  return [...loaded].filter((name) => places.some((place) => name === place || name.startsWith(`${place}/`)));
}

/** What no run on this machine needs without being asked for it. */
const ON_DEMAND = ['bullmq', 'compare', 'ink', 'ioredis', 'oauth4webapi', 'react', 'sim', 'undici', 'zod'];
const REPORTS = ['audit', 'cli', 'report', 'results', 'tui'];

/** A run without a terminal loads all of this, one after the other. */
const RUN = ['main.ts', 'cli/cli.ts', 'cli/run.ts', 'report/of-run.ts', 'live/run/run.ts', 'cli/runs/run-scenario.ts'];

test('a run loads nothing that only other runs, other verbs or a terminal need', () => {
  const loaded = loadedWith(RUN);
  expect(among(loaded, [...ON_DEMAND, 'mqtt-packet', 'protocols/registry.ts'])).toEqual([]);
  expect(among(loaded, ['scale'])).toEqual(['scale/redis-url.ts']);
  // It loads what it writes at its end.
  expect(loaded).toContain('report/html/page.ts');
});

test('a command line that is refused loads neither sockets nor reports', () => {
  const loaded = loadedWith(['main.ts', 'cli/cli.ts', 'cli/run.ts']);
  const needless = [...ON_DEMAND, 'd3-scale', 'hdr-histogram-js', 'jose', 'piscina', 'ws', 'identity', 'jwt'];
  expect(among(loaded, needless)).toEqual([]);
  expect(among(loaded, ['live'])).toEqual(['live/refused.ts']);
  expect(among(loaded, ['report'])).toEqual(['report/formats.ts']);
});

test('a worker loads no report, and the bytes of no protocol but the plainest, which it warms up with', () => {
  const loaded = loadedWith(['live/worker/worker.ts']);
  expect(among(loaded, [...ON_DEMAND, ...REPORTS, 'mqtt-packet', 'piscina', 'scale', 'threshold', 'yaml'])).toEqual([]);
  expect(among(loaded, ['protocols']).toSorted()).toEqual([
    'protocols/codec.ts',
    'protocols/inbound.ts',
    'protocols/none.ts',
    'protocols/own/failure.ts',
    'protocols/registry.ts',
  ]);
});

test('a process of the target loads nothing of the clients, and what its role needs when it knows that', () => {
  const roles = [...ON_DEMAND, ...REPORTS, 'core/protocol', 'hdr-histogram-js', 'live', 'protocols', 'threshold'];
  const target = loadedWith(['embedded/main.ts']);
  expect(among(target, [...roles, 'ws', 'embedded/gateway.ts', 'embedded/token-service.ts'])).toEqual([]);
  expect(among(loadedWith(['embedded/main.ts', 'embedded/gateway.ts']), roles)).toEqual([]);
  expect(among(loadedWith(['embedded/main.ts', 'embedded/token-service.ts']), [...roles, 'ws'])).toEqual([]);
});

test('of jose only the parts that are used are loaded', () => {
  const loaded = loadedWith(['identity/file-tokens.ts', 'live/worker/worker.ts', 'embedded/gateway.ts']);
  expect(loaded).not.toContain('jose');
  expect(loaded).toContain('jose/jwt/sign');
});
