import { expect, test } from 'vitest';
import { parseScenario } from '../scenario/load.ts';
import { measured } from '../testing/measured.ts';
import { AbortThresholds } from './abort-thresholds.ts';

function abortThresholds(...thresholds: readonly string[]): AbortThresholds {
  const text = `{ duration: 60s, clients: { count: 10 }, thresholds: [${thresholds.join(', ')}] }`;
  return new AbortThresholds(parseScenario(text, 'x.yaml'));
}

const at = (elapsedMs: number, handshakeMs: readonly number[]) =>
  measured({ elapsedMs, latenciesMs: { handshake: handshakeMs } });

test('a threshold that holds does not end the run', () => {
  expect(abortThresholds('{ expression: p99(handshake) < 2s, abort: true }').tripped(at(1000, [100]))).toBeNull();
});

test('a threshold that has failed ends it, with its figure', () => {
  const told = abortThresholds('{ expression: p99(handshake) < 2s, abort: true }').tripped(at(1000, [3000]));
  expect(told).toMatch(/^p99\(handshake\) < 2s failed: .*3/);
});

test('one that only judges at the end does not, however badly it fails', () => {
  expect(abortThresholds('p99(handshake) < 2s').tripped(at(1000, [3000]))).toBeNull();
});

test('one without data does not', () => {
  expect(abortThresholds('{ expression: p99(handshake) < 2s, abort: true }').tripped(at(1000, []))).toBeNull();
});

test('one in its grace does not, and does from its end on', () => {
  const wires = abortThresholds('{ expression: p99(handshake) < 2s, abort: true, grace: 10s }');
  expect(wires.tripped(at(9999, [3000]))).toBeNull();
  expect(wires.tripped(at(10_000, [3000]))).not.toBeNull();
});

test('the first in the order of the scenario is named', () => {
  const wires = abortThresholds(
    '{ expression: p50(handshake) < 5s, abort: true }',
    '{ expression: p50(handshake) < 2s, abort: true }',
    '{ expression: p50(handshake) < 1s, abort: true }',
  );
  expect(wires.tripped(at(1000, [3000]))).toMatch(/^p50\(handshake\) < 2s /);
});
