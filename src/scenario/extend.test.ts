import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { problemsOf } from '../testing/expected-problems.ts';
import { loadScenario, parseScenario } from '../threshold/load-scenario.ts';
import { ScenarioError } from './problem.ts';
import { resolvedYaml } from './resolved-yaml.ts';
import type { Scenario } from './scenario.ts';

const folder = mkdtempSync(join(tmpdir(), 'squall-extends-'));
afterAll(() => rmSync(folder, { recursive: true }));

const BASE = `
name: base
description: what the base shows
duration: 30s
tokens: { lifetime: 20s, carrier: { query: token }, refresh: { lead: 5s } }
clients: { count: 100, backoff: phoenix }
faults: [{ at: 5s, drop: reset }, { at: 9s, drop: reset }]
thresholds: [ready >= 99%]
expect: { verdict: pass }
`;

/** Writes a file of the folder. */
function write(name: string, text: string): string {
  const file = join(folder, name);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
  return file;
}

beforeEach(() => void write('base.yaml', BASE));

const load = (text: string, sets: readonly string[] = []): Scenario =>
  loadScenario(write('child.yaml', `extends: ./base.yaml\n${text}`), { sets });

/** The lines of complaint about a file, with paths as seen from the folder. */
function complaintsOf(file: string, sets: readonly string[] = []): string[] {
  try {
    loadScenario(file, { sets });
  } catch (error) {
    if (!(error instanceof ScenarioError)) throw error;
    return error.message.replaceAll(`${folder}/`, '').split('\n');
  }
  return [];
}

describe('a scenario that extends another', () => {
  it('overrides the base: mappings key by key, lists as a whole', () => {
    const { tokens, clients, faults, durationMs } = load(
      'tokens: { refresh: { lead: 8s } }\nfaults: [{ at: 7s, drop: reset }]',
    );
    expect(tokens).toMatchObject({ lifetimeMs: 20_000, refresh: { lead: { ms: 8000 } } });
    expect(faults.map(({ atMs }) => atMs)).toEqual([7000]);
    expect([durationMs, clients.count]).toEqual([30_000, 100]);
  });

  it('has its own name, description and expectation', () => {
    expect(load('')).toMatchObject({ name: 'child', description: '', expect: null });
  });

  it('adds keys to a shorthand for a mapping, as --set does', () => {
    const { backoff } = parseScenario(
      'duration: 30s\nclients: { count: 1, backoff: { preset: phoenix, max: 3 } }',
      's',
    ).clients;
    expect(load('clients: { backoff: { max: 3 } }').clients.backoff).toEqual(backoff);
  });

  it('replaces the kind that its base chose', () => {
    expect(load('tokens: { carrier: { cookie: sid } }').tokens.carrier).toEqual({ kind: 'cookie', name: 'sid' });
  });

  it('gives way to a --set', () => {
    expect(load('clients: { count: 7 }', ['clients.count=9']).clients.count).toBe(9);
  });

  it('may extend one that extends another, each found from where it is named', () => {
    write('parts/middle.yaml', 'extends: ../base.yaml\nclients: { count: 5 }\nmodel: measured.yaml\n');
    write('parts/measured.yaml', 'model: { gateways: 3 }\n');
    const scenario = loadScenario(write('top.yaml', 'extends: parts/middle.yaml\nseed: 9\n'));
    expect(scenario).toMatchObject({ seed: 9, durationMs: 30_000, clients: { count: 5 }, model: { gateways: 3 } });
  });

  it('may extend part of a scenario', () => {
    write('part.yaml', 'clients: { count: 5 }\n');
    expect(loadScenario(write('whole.yaml', 'extends: part.yaml\nduration: 30s\n')).clients.count).toBe(5);
  });

  it('is spelled out in the resolved scenario, which needs no other file', () => {
    const scenario = load('seed: 5');
    expect(resolvedYaml(scenario)).not.toContain('extends');
    expect(parseScenario(resolvedYaml(scenario), 'elsewhere/s.yaml')).toEqual(scenario);
  });

  it('has each mistake placed in the file where it stands, its own first', () => {
    write('base.yaml', BASE.replace('lifetime: 20s', 'lifetime: 20').replace('count: 100', 'cuont: 100'));
    const lines = complaintsOf(
      write('child.yaml', 'extends: base.yaml\nseed: -1\nclients: { arrive: { ovre: 3s } }\n'),
    );
    expect(lines.map((line) => line.split(': ').slice(0, 2).join(': '))).toEqual([
      'child.yaml:2:7: seed',
      'child.yaml:3:22: clients.arrive.ovre',
      'base.yaml:5:21: tokens.lifetime',
      'base.yaml:6:12: clients.cuont',
    ]);
  });

  it('says of two values that do not go together where the other one stands', () => {
    expect(complaintsOf(write('child.yaml', 'extends: base.yaml\ntokens: { refresh: { lead: 20s } }\n'))).toEqual([
      'child.yaml:2:28: tokens.refresh.lead: every token would be due for renewal as soon as it is issued (20s; tokens.lifetime is 20s, base.yaml:5:21) — make the lead shorter than the lifetime',
    ]);
  });
});

describe('extends', () => {
  it.each([
    [
      'nowhere.yaml',
      '1:10: extends: no such file (nowhere.yaml) — check the path; `squall init` makes a scenario to start from',
    ],
    ['.', `1:10: extends: a directory (${folder}) — name the scenario file in it`],
    ['itself.yaml', '1:10: extends: goes round in a circle (itself.yaml) — extend a file that does not lead back here'],
    ['5', '1:10: extends: not a file name (5) — write the path of another scenario'],
    ['[base.yaml]', '1:1: extends: not a file name (["base.yaml"]) — write the path of another scenario'],
    ['', '1:1: extends: empty — write the path of another scenario'],
  ])('%s is refused where it is written', (name, line) => {
    expect(complaintsOf(write('itself.yaml', `extends: ${name}\nduration: 30s\nclients: { count: 1 }\n`))).toEqual([
      `itself.yaml:${line}`,
    ]);
  });

  it('in a circle of files is refused where it closes', () => {
    write('a.yaml', 'extends: b.yaml\n');
    write('b.yaml', '\nextends: ./a.yaml\n');
    expect(complaintsOf(join(folder, 'a.yaml'))).toEqual([
      'b.yaml:2:10: extends: goes round in a circle (a.yaml) — extend a file that does not lead back here',
    ]);
  });

  it('through more than 8 files is refused', () => {
    for (let n = 0; n < 10; n++) write(`n${n}.yaml`, n === 0 ? BASE : `extends: n${n - 1}.yaml\n`);
    expect(complaintsOf(join(folder, 'n8.yaml'))).toEqual([]);
    expect(complaintsOf(join(folder, 'n9.yaml'))).toEqual([
      'n1.yaml:1:10: extends: more than 8 files, each extending the next (n0.yaml) — write it with fewer',
    ]);
  });

  it('of a file that is no scenario names its place, and quotes nothing of it', () => {
    for (const text of ['hunter2', '[hunter2]', '# soon', 'a: {']) {
      write('secret.yaml', text);
      const lines = complaintsOf(write('child.yaml', 'extends: secret.yaml\n'));
      expect(lines).toHaveLength(1);
      expect(lines[0]).toMatch(/^secret\.yaml:1:\d+: /);
      expect(lines[0]).not.toContain('hunter2');
    }
  });

  it('is not taken from the command line, nor where no file is read', () => {
    const refused = 'a file, and none is read here ("base.yaml") — write it at the top of a scenario file';
    const text = 'duration: 30s\nclients: { count: 1 }\n';
    expect(complaintsOf(write('plain.yaml', text), ['extends=base.yaml'])).toEqual([
      `--set extends=base.yaml: extends: ${refused}`,
    ]);
    expect(problemsOf(`${text}extends: base.yaml`)).toEqual([`s.yaml:3:10: extends: ${refused}`]);
  });
});
