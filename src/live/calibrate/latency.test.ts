import { expect, it } from 'vitest';
import type { Carrier } from '../../core/token/carrier.ts';
import { oneWayMs, serviceMs } from './latency.ts';
import { findingOf, type Finding, type RampEnd } from './ramp.ts';
import { measureStep, type Step } from './step.ts';

const HEADER: Carrier = { kind: 'header' };

/** A ramp whose steps had these median handshakes and did 100/s in the end. */
function finding(end: RampEnd, mediansMs: readonly number[]): Finding {
  const limits = { maxPerSecond: 1000, maxBy: '', maxLatenessP99Ms: 50 };
  const empty = measureStep(100, []);
  const steps = mediansMs.map((p50Ms): Step => ({ ...empty, p50Ms, startedPerSecond: 100, achievedPerSecond: 100 }));
  return findingOf(steps, limits, end);
}

it.each<[string, RampEnd, number[], Carrier, number | null]>([
  ['is a quarter of a handshake without its service time', 'knee', [30], HEADER, 5],
  ['is taken from the step in which handshakes were fastest', 'knee', [40, 30, 900], HEADER, 5],
  ['divides by two more trips if the token travels in a message', 'knee', [40], { kind: 'message' }, 5],
  ['includes the service time if the capacity is not known', 'max-rate', [30], HEADER, 7.5],
  ['is never negative', 'knee', [3], HEADER, 0],
  ['is not known if nothing was measured', 'interrupted', [], HEADER, null],
])('the one-way latency %s', (_title, end, mediansMs, carrier, ms) => {
  expect(oneWayMs(finding(end, mediansMs), carrier)).toBe(ms);
});

it('the service time is known only with the capacity', () => {
  expect(serviceMs(finding('knee', [30]))).toBe(10);
  expect(serviceMs(finding('max-rate', [30]))).toBeNull();
});
