import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { faultCodec } from '../core/fault/codec.ts';
import { MAX_FAULTS } from './limits.ts';
import { parseScenario } from '../threshold/load-scenario.ts';
import type { Scenario } from './scenario.ts';
import { whyNotFault, withFault } from './with-fault.ts';

function scenarioWith(more: object = {}): Scenario {
  return parseScenario(stringify({ duration: '30s', clients: { count: 10 }, ...more }), 's.yaml');
}

const DROP = { at: '1s', drop: 'reset' };

describe('withFault', () => {
  it('puts the fault last, and drops the expectation', () => {
    const scenario = scenarioWith({ faults: [DROP], thresholds: ['ready >= 99%'], expect: { verdict: 'pass' } });
    const { faults, expect: expected } = withFault(scenario, faultCodec.parse({ at: '2s', drop: { code: 1012 } }));
    expect(faults.map(({ atMs }) => atMs)).toEqual([1000, 2000]);
    expect(expected).toBeNull();
    expect(scenario.faults).toHaveLength(1);
  });
});

describe('whyNotFault', () => {
  const URL_TARGET = { target: { url: 'ws://127.0.0.1:1' } };

  it.each<[string, object]>([
    ['takes what can be carried out', {}],
    ['takes what a foreign target need not know of', URL_TARGET],
  ])('%s', (_title, more) => {
    expect(whyNotFault(scenarioWith(more), faultCodec.parse(DROP))).toBeNull();
  });

  it.each<[string, object, object, RegExp]>([
    ['refuses what only an embedded target can do', URL_TARGET, { at: '1s', keys: 'rotate' }, /only the embedded/],
    ['refuses what could hit nobody', {}, { at: '1s', session: 'logout' }, /nobody has a second device/],
    ['refuses what would begin after the end', {}, { at: '30s', drop: 'reset' }, /after the end of the run/],
    [
      'refuses one more than a scenario can have',
      { faults: Array.from({ length: MAX_FAULTS }, () => DROP) },
      DROP,
      /100 faults at most/,
    ],
  ])('%s', (_title, more, written, why) => {
    expect(whyNotFault(scenarioWith(more), faultCodec.parse(written))).toMatch(why);
  });
});
