import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NETWORK } from '../../core/signal.ts';
import { measureStep, middleRate, type Try } from './step.ts';

/** Tries that begin as they are meant to at 100/s, and end as the list says; null in place of a latency for a failure. */
function tries(latenciesMs: readonly (number | null)[], failure: number = NETWORK.timeout): Try[] {
  return latenciesMs.map((ms, n) => ({
    intendedMs: 10 * n,
    startedMs: 10 * n + 1,
    endedMs: 10 * n + (ms ?? 500),
    failure: ms === null ? failure : null,
  }));
}

describe('the rate of events', () => {
  it.each([
    { atMs: [], perSecond: null },
    { atMs: [5], perSecond: null },
    { atMs: [5, 5, 5], perSecond: null },
    { atMs: [0, 500], perSecond: 2 },
  ])('at $atMs is $perSecond', ({ atMs, perSecond }) => {
    expect(middleRate(atMs)).toBe(perSecond);
  });

  it('is the rate of evenly spaced events, whatever their start and order', () => {
    const rate = fc.double({ min: 0.1, max: 1e4, noNaN: true });
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 500 }), rate, fc.nat(1e6), (n, perSecond, fromMs) => {
        const atMs = Array.from({ length: n }, (_, i) => fromMs + (i * 1000) / perSecond);
        expect(middleRate(atMs.toReversed())! / perSecond).toBeCloseTo(1, 3);
      }),
    );
  });

  it('is not changed by one late event among a hundred', () => {
    const atMs = Array.from({ length: 100 }, (_, i) => i * 10);
    expect(middleRate([...atMs.slice(1), 60_000])).toBeCloseTo(100, 6);
  });
});

describe('a step', () => {
  it('has the latencies of its successes since their intended start, and its failures by reason', () => {
    const step = measureStep(100, tries([10, 20, null, 30, 40]));
    expect(step).toMatchObject({ tries: 5, succeeded: 4, failures: { timeout: 1 }, notBegun: 0, p50Ms: 20, p99Ms: 40 });
    expect(step.startedPerSecond).toBeCloseTo(100);
    expect(step.latenessP99Ms).toBe(1);
  });

  it('achieves 50/s at a server that serves one try in 20 ms, however long its line grows', () => {
    const queued = Array.from({ length: 200 }, (_, n) => 20 * (n + 1) - 10 * n);
    expect(measureStep(100, tries(queued)).achievedPerSecond).toBeCloseTo(50);
  });

  it('counts the tries that this machine could not begin apart from the target’s failures', () => {
    const step = measureStep(100, tries([10, null, null], NETWORK.localLimit));
    expect(step).toMatchObject({ succeeded: 1, failures: {}, notBegun: 2 });
  });

  it('has no latency and no rate without a success', () => {
    const step = measureStep(100, tries([null, null], 503));
    expect(step).toMatchObject({ achievedPerSecond: null, p50Ms: null, p99Ms: null, failures: { 'http-503': 2 } });
  });
});
