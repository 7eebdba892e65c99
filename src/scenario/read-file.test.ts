import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { MAX_FILE_BYTES } from './limits.ts';
import { ScenarioError } from './problem.ts';
import { loadScenario } from '../threshold/load-scenario.ts';

const folder = mkdtempSync(join(tmpdir(), 'squall-scenario-'));

afterAll(() => {
  rmSync(folder, { recursive: true });
});

function write(name: string, content: string | Uint8Array): string {
  const file = join(folder, name);
  writeFileSync(file, content);
  return file;
}

it.each([
  ['a directory', () => folder, 'a directory — name the scenario file in it'],
  [
    'a missing file',
    () => join(folder, 'nowhere.yaml'),
    'no such file — check the path; `squall init` makes a scenario to start from',
  ],
  [
    'a path through a file',
    () => join(write('plain.yaml', 'a: 1'), 'below.yaml'),
    'no such file — check the path; `squall init` makes a scenario to start from',
  ],
  ['a binary file', () => write('binary', Uint8Array.of(0x7f, 0x45, 0, 1)), 'a binary file — give a scenario in YAML'],
  [
    'a file in Latin-1',
    () => write('latin.yaml', Uint8Array.of(0x61, 0x3a, 0x20, 0xe9)),
    'not UTF-8 — give a scenario in YAML, saved as UTF-8',
  ],
  [
    'a file over 1 MiB',
    () => write('big.yaml', '#'.repeat(MAX_FILE_BYTES + 1)),
    'larger than 1 MiB — a scenario is a few hundred lines at most',
  ],
])('refuses %s in one line', (_, make, message) => {
  const file = make();
  expect(() => loadScenario(file)).toThrow(new ScenarioError([{ place: { file }, path: '', message }]));
});

it('finds the files that a scenario names beside it, and says so when one is not there', () => {
  write('key.jwk.json', '{}');
  const file = write('keys.yaml', 'duration: 30s\nclients: { count: 1 }\ntokens: { keyFile: key.jwk.json }\n');
  expect(loadScenario(file).tokens.keyFile).toBe(join(folder, 'key.jwk.json'));
  write('keys.yaml', 'duration: 30s\nclients: { count: 1 }\ntokens: { keyFile: kye.jwk.json }\n');
  expect(() => loadScenario(file)).toThrow(
    `${file}:3:20: tokens.keyFile: no such file (${join(folder, 'kye.jwk.json')}) — name a file with a private JWK, or remove the key`,
  );
});

it('says the same of a file whose name is too long', () => {
  const file = write('long.yaml', `duration: 30s\nclients: { count: 1 }\ntokens: { keyFile: ${'k'.repeat(1000)} }\n`);
  expect(() => loadScenario(file)).toThrow(`${file}:3:20: tokens.keyFile: no such file`);
});

it('takes a file in a --set relative to the working directory, where the shell completes it', () => {
  const file = write('plain.yaml', 'duration: 30s\nclients: { count: 1 }\n');
  const { tokens } = loadScenario(file, { sets: ['tokens.keyFile=package.json'] });
  expect(tokens.keyFile).toBe(join(process.cwd(), 'package.json'));
});
