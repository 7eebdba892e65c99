import { expect, test } from 'vitest';
import { parseScenario } from '../threshold/load-scenario.ts';
import { measured } from '../testing/measured.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { abortReason } from './abort-reason.ts';

function scenarioWith(...thresholds: readonly string[]): Scenario {
  const text = `{ duration: 60s, clients: { count: 10 }, thresholds: [${thresholds.join(', ')}] }`;
  return parseScenario(text, 'x.yaml');
}

const at = (elapsedMs: number, handshakeMs: readonly number[]) =>
  measured({ elapsedMs, latenciesMs: { handshake: handshakeMs } });

test('a threshold that holds does not end the run', () => {
  expect(abortReason(scenarioWith('{ expression: p99(handshake) < 2s, abort: true }'), at(1000, [100]))).toBeNull();
});

test('a threshold that has failed ends it, with its figure', () => {
  const reason = abortReason(scenarioWith('{ expression: p99(handshake) < 2s, abort: true }'), at(1000, [3000]));
  expect(reason).toMatch(/^p99\(handshake\) < 2s failed: .*3/);
});

test('a failed threshold without `abort` does not end the run', () => {
  expect(abortReason(scenarioWith('p99(handshake) < 2s'), at(1000, [3000]))).toBeNull();
});

test('a threshold without data does not end the run', () => {
  expect(abortReason(scenarioWith('{ expression: p99(handshake) < 2s, abort: true }'), at(1000, []))).toBeNull();
});

test('a failed threshold ends the run once its grace time is over', () => {
  const scenario = scenarioWith('{ expression: p99(handshake) < 2s, abort: true, grace: 10s }');
  expect(abortReason(scenario, at(9999, [3000]))).toBeNull();
  expect(abortReason(scenario, at(10_000, [3000]))).not.toBeNull();
});

test('the reason names the first failed threshold of the scenario', () => {
  const scenario = scenarioWith(
    '{ expression: p50(handshake) < 5s, abort: true }',
    '{ expression: p50(handshake) < 2s, abort: true }',
    '{ expression: p50(handshake) < 1s, abort: true }',
  );
  expect(abortReason(scenario, at(1000, [3000]))).toMatch(/^p50\(handshake\) < 2s /);
});

test('a threshold that unknown clients may have met does not end the run, and one that they cannot have met does', () => {
  const lost = measured({
    elapsedMs: 2000,
    planned: 10,
    series: {
      attempts: [[100, 10]],
      stateReady: [
        [100, 10],
        [1000, -6],
      ],
      stateUnknown: [[1000, 6]],
    },
  });
  const held = (expression: string) => abortReason(scenarioWith(`{ expression: ${expression}, abort: true }`), lost);
  expect([held('ready >= 90%'), held('least(ready) >= 9')]).toEqual([null, null]);
  expect(held('ready < 3')).toMatch(/^ready < 3 failed: 4 to 10$/);
});
