import { expect, it } from 'vitest';
import { problemsOf, LEAST } from '../testing/expected-problems.ts';
import { parseScenario } from '../threshold/load-scenario.ts';
import { resolvedYaml } from './resolved-yaml.ts';

const TEXT = `${LEAST}thresholds: [ready >= 99%, exposure < 1s]\n`;
const FAIL = `${TEXT}expect: { verdict: fail, because: [exposure < 1s] }\n`;

it('a resolved scenario has the expectation of its file', () => {
  const scenario = parseScenario(FAIL, 's.yaml');
  expect(scenario.expect).toEqual({ verdict: 'fail', because: ['exposure < 1s'], world: 'both' });
  expect(parseScenario(resolvedYaml(scenario), 's.yaml')).toEqual(scenario);
  expect(parseScenario(TEXT, 's.yaml').expect).toBeNull();
});

it('an expectation applies to the thresholds of the file, not to others', () => {
  expect(parseScenario(FAIL, 's.yaml', { sets: ['thresholds=[stopped == 0]'] }).expect).toBeNull();
  expect(parseScenario(FAIL, 's.yaml', { sets: ['thresholds.0=stopped == 0'] }).expect).toBeNull();
  expect(parseScenario(FAIL, 's.yaml', { sets: ['clients.count=5'] }).expect).not.toBeNull();
  const sets = ['thresholds=[stopped == 0]', 'expect={ verdict: pass }'];
  expect(parseScenario(FAIL, 's.yaml', { sets }).expect).toMatchObject({ verdict: 'pass' });
});

it.each([
  [
    '{ verdict: fail, because: [ready >= 98%] }',
    '4:36: expect.because.0: none of the thresholds ("ready >= 98%"; see thresholds, line 3) — write one as it stands there',
  ],
  [
    '{ verdict: pass, because: [ready >= 99%] }',
    '4:26: expect.because: nothing fails in a pass (["ready >= 99%"]; expect.verdict is pass, line 4) — remove it, or expect a fail',
  ],
  [
    '{ verdict: fail }',
    '4:1: expect.because: a run fails by its thresholds alone ([]; expect.verdict is fail, line 4) — name those that will not hold, each as it stands under thresholds',
  ],
  ['{ verdict: failed }', '4:20: expect.verdict: unknown word ("failed") — did you mean `fail`?'],
  ['{ because: [] }', '4:1: expect.verdict: missing — write `pass`, `fail`, `inconclusive`'],
])('an expectation that no run could meet is refused: %s', (text, line) => {
  expect(problemsOf(`${TEXT}expect: ${text}`)).toEqual([`s.yaml:${line}`]);
});
