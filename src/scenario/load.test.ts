import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LEAST, problemsOf } from '../testing/expected-problems.ts';
import { parseScenario } from '../threshold/load-scenario.ts';

/** Parts of scenarios, and of attacks on their reader. */
const PIECES = [
  'duration clients count faults target embedded tokens refresh thresholds backoff model latency 30s 5 30% none ~ .inf 1e400'.split(
    ' ',
  ),
  '__proto__ constructor { } [ ] " \' | > &a *a !! # % @ \u0000 \ud800 \u202e 😀'.split(' '),
  [': ', ':\n  ', '\n', '- ', ', ', '? '],
].flat();

describe('all problems at once', () => {
  it('lists them in the order of the file, and the command line last', () => {
    const lines = problemsOf('duration: 30\nclients:\n  cuont: 5\nnmae: x\n', ['tokens.lifetime=5', 'seed']);
    expect(lines.map((line) => line.split(': ').slice(0, 2).join(': '))).toEqual([
      's.yaml:1:11: duration',
      's.yaml:3:3: clients.cuont',
      's.yaml:4:1: nmae',
      '--set seed: no value — write path=value, such as clients.count=500',
      '--set tokens.lifetime=5: tokens.lifetime',
    ]);
  });

  it('goes on to the thresholds when a section lacks the key that was refused', () => {
    const text = 'duration: 60s\nclients: { count: 5, arrive: { over: 30 } }\nthresholds: [nonsense]\n';
    expect(() => parseScenario(text, 's.yaml')).toThrow(/2:38[^]*3:14: thresholds\.0: unknown metric/);
  });

  it('counts those beyond the fiftieth', () => {
    const keys = Array.from({ length: 60 }, (_, i) => `zzzzz${i}: 1`);
    const lines = problemsOf([LEAST, ...keys].join('\n'));
    expect(lines).toHaveLength(51);
    expect(lines.at(-1)).toBe('and 10 more');
  });

  it.each([
    'ws://user:hunter2@127.0.0.1/',
    'ws://127.0.0.1/?access_token=hunter2',
    'ws://127.0.0.1/?x=eyJhdW50ZXIyIn0.hunter2.hunter2',
  ])('never shows the secret in %s, nor takes it', (url) => {
    const lines = [...problemsOf(`${LEAST}\ntarget: { url: "${url}" }`), ...problemsOf(LEAST, [`target.url=${url}`])];
    expect(lines).toHaveLength(2);
    expect(lines.join('\n')).not.toContain('hunter2');
  });

  it('is a ScenarioError for any text whatever', () => {
    const pieces = fc.constantFrom(...PIECES);
    const garbage = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.array(pieces, { maxLength: 40 }).map((parts) => parts.join('')),
    );
    fc.assert(
      fc.property(garbage, fc.array(garbage, { maxLength: 2 }), (text, sets) => {
        // `complaints` rethrows any other error, which fails the property.
        problemsOf(text, sets);
        problemsOf(
          LEAST + text,
          sets.map((set) => `clients.${set}`),
        );
      }),
      { numRuns: 400 },
    );
  });
});

it('freezes the scenario deeply', () => {
  const scenario = parseScenario(`${LEAST}faults: [{ at: 1s, drop: { code: 1012 } }]`, 's.yaml');
  const unfrozen = (value: unknown): boolean =>
    typeof value === 'object' && value !== null && (!Object.isFrozen(value) || Object.values(value).some(unfrozen));
  expect(unfrozen(scenario)).toBe(false);
});

it.each([
  ['storms/expiry cliff.yaml', 'expiry-cliff'],
  ['/tmp/.hidden.yml', 'hidden'],
  ['..', 'scenario'],
])('names a scenario without a name after its file %s: %s', (file, name) => {
  expect(parseScenario(LEAST, file).name).toBe(name);
});
