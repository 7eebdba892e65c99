import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { LEAST } from '../testing/expected-problems.ts';
import { loadScenario, parseScenario } from '../threshold/load-scenario.ts';
import { ScenarioError } from './problem.ts';
import { resolvedYaml } from './resolved-yaml.ts';
import type { ModelPlan, Scenario } from './scenario.ts';

const folder = mkdtempSync(join(tmpdir(), 'squall-model-'));
const MEASURED = 'model:\n  gateways: 2\n  handshakes: 600/s\n  latency: { exponential: 20ms, floor: 5ms }\n';

afterAll(() => {
  rmSync(folder, { recursive: true });
});

/** A file of the folder by its path, with a text. */
function write(name: string, text: string): string {
  const file = join(folder, name);
  writeFileSync(file, text);
  return file;
}

/** Loads a scenario whose third line is `model`, beside a `calibrated.yaml`. */
function load(model: string, measured = MEASURED, sets: readonly string[] = []): Scenario {
  write('calibrated.yaml', measured);
  return loadScenario(write('s.yaml', `${LEAST}${model}\n`), { sets });
}

const modelOf = (...parts: Parameters<typeof load>): ModelPlan => load(...parts).model;

/** The lines of the error, with paths relative to the folder. */
function complaintsOf(...parts: Parameters<typeof load>): string[] {
  try {
    load(...parts);
  } catch (error) {
    if (!(error instanceof ScenarioError)) throw error;
    return error.message.replaceAll(`${folder}/`, '').split('\n');
  }
  return [];
}

describe('a model in a file of its own', () => {
  it.each(['model: calibrated.yaml', 'model: { file: calibrated.yaml }', `model: ${folder}/calibrated.yaml`])(
    'is as if written in the scenario: %s',
    (model) => {
      const { model: inline } = parseScenario(LEAST + MEASURED, 's.yaml');
      expect(modelOf(model)).toEqual(inline);
    },
  );

  it('is spelled out in the resolved scenario, which needs the file no longer', () => {
    const scenario = load('model: calibrated.yaml');
    expect(parseScenario(resolvedYaml(scenario), 'elsewhere/s.yaml')).toEqual(scenario);
  });

  it('gives way to keys beside its name, each as a whole', () => {
    expect(modelOf('model: { file: calibrated.yaml, gateways: 4, latency: { exponential: 9ms } }')).toMatchObject({
      gateways: 4,
      handshakesPerSecond: 600,
      latency: { kind: 'exponential', floorMs: 0, meanMs: 9 },
    });
  });

  it.each(['model: calibrated.yaml', 'model: { file: calibrated.yaml, latency: 2ms }'])(
    'gives way to a --set: %s',
    (model) => {
      expect(modelOf(model, MEASURED, ['model.latency=5ms'])).toMatchObject({
        handshakesPerSecond: 600,
        latency: { kind: 'fixed', ms: 5 },
      });
    },
  );

  it('is found from the working directory when a --set names it', () => {
    write('other.yaml', 'model: { gateways: 9 }');
    const set = relative('.', join(folder, 'other.yaml'));
    expect(modelOf('model: calibrated.yaml', MEASURED, [`model=${set}`])).toMatchObject({
      gateways: 9,
      handshakesPerSecond: Infinity,
    });
    expect(modelOf('model: { file: calibrated.yaml, queue: 3 }', MEASURED, [`model.file=${set}`])).toMatchObject({
      gateways: 9,
      queue: 3,
    });
  });

  it.each([
    [
      'model: { gateways: 0 }',
      'calibrated.yaml:1:20: model.gateways: too few (0) — write a whole number from 1 to 250',
    ],
    ['model:\n  gatewys: 3', 'calibrated.yaml:2:3: model.gatewys: unknown key — did you mean `gateways`?'],
    [
      'model:\n  latency: { mean: 3ms }',
      'calibrated.yaml:2:3: model.latency.sd: missing — write a number and a unit (ms, s, m, h), such as 10s',
    ],
    ['model: {}\ntarget: {}', 'calibrated.yaml:2:1: target: unknown key — a model file has `model` alone'],
    [
      'model: { file: other.yaml }',
      'calibrated.yaml:1:10: model.file: a file within a model file — write the keys out',
    ],
    [
      'model: other.yaml',
      'calibrated.yaml:1:1: model: not a mapping — write `model:`, and below it keys such as latency',
    ],
    ['{}', 'calibrated.yaml:1:1: no model: it has no key `model` — write `model:`, and below it keys such as latency'],
    ['# soon', 'calibrated.yaml:1:1: nothing in it — write `model:`, and below it keys such as latency'],
    [
      'model: {',
      'calibrated.yaml:1:9: not valid YAML — Flow map in block collection must be sufficiently indented and end with a }',
    ],
  ])('has its problems placed in its own lines: %j', (measured, line) => {
    expect(complaintsOf('model: calibrated.yaml', measured)).toEqual([line]);
  });

  it.each([
    [
      'model: nowhere.yaml',
      's.yaml:3:8: model: no such file (nowhere.yaml) — check the path; `squall calibrate` writes one',
    ],
    [
      'model: { file: nowhere.yaml }',
      's.yaml:3:16: model.file: no such file (nowhere.yaml) — check the path; `squall calibrate` writes one',
    ],
    [
      'model: "a\\eb.yaml"',
      String.raw`s.yaml:3:8: model: no such file (a\u001bb.yaml) — check the path; ${'`squall calibrate` writes one'}`,
    ],
    ['model: .', `s.yaml:3:8: model: a directory (${folder}) — name the model file in it`],
  ])('is reported missing where it is named: %s', (model, line) => {
    expect(complaintsOf(model)).toEqual([line]);
  });

  it('has its problems listed after those of the scenario, and before the command line', () => {
    const places = complaintsOf('model: { file: calibrated.yaml, queue: -1 }', 'model: { gateways: 0 }', [
      'seed=-1',
    ]).map((line) => line.split(': ')[0]);
    expect(places).toEqual(['s.yaml:3:40', 'calibrated.yaml:1:20', '--set seed=-1']);
  });

  it('is not quoted when the path leads to another file, such as a key', () => {
    for (const secret of ['hunter2', '{"kty":"oct","k":"hunter2"}', 'model: hunter2', 'model: [hunter2]']) {
      expect(complaintsOf('model: calibrated.yaml', secret)).not.toEqual([]);
      expect(complaintsOf('model: calibrated.yaml', secret).join('\n')).not.toContain('hunter2');
    }
  });
});
