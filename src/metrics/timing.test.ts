import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { MAX_LATENCY_MS, maxMsIn } from './latency-histogram.ts';
import type { Rank } from './rank.ts';
import { Timing } from './timing.ts';

const made: Timing[] = [];
function timing(...latenciesMs: readonly number[]): Timing {
  const fresh = Timing.empty();
  made.push(fresh);
  for (const ms of latenciesMs) fresh.recordMs(ms);
  return fresh;
}
afterEach(() => {
  for (const used of made.splice(0)) used.destroy();
});

const latencies = fc.array(fc.double({ min: 0, max: MAX_LATENCY_MS, noNaN: true }), { maxLength: 30 });

function digits(ms: number): number {
  return Number(ms.toPrecision(3));
}

function rounded(rank: Rank | null): Rank | null {
  return rank && { ...rank, ms: digits(rank.ms), mostMs: digits(rank.mostMs) };
}

const NEVER: Rank = { ms: Infinity, mostMs: Infinity, of: 'failure' };

describe('Timing', () => {
  it('has no figures when nothing was recorded', () => {
    expect(timing().summary()).toEqual({
      count: 0,
      failures: {},
      unfinished: 0,
      all: { p50Ms: null, p90Ms: null, p99Ms: null, p999Ms: null, maxMs: null },
      p50Ms: null,
      p90Ms: null,
      p99Ms: null,
      p999Ms: null,
      maxMs: null,
    });
    expect(timing().meanMs).toBeNull();
  });

  it.each([
    ['successes alone', [10, 20], 0, [], 1, { ms: 20, mostMs: 20, of: 'success' }],
    ['a failure, which ranks last', [10, 20], 1, [], 1, NEVER],
    [
      'fewer failures than lie beyond the quantile',
      Array<number>(199).fill(10),
      1,
      [],
      0.99,
      { ms: 10, mostMs: 10, of: 'success' },
    ],
    ['more failures than lie beyond the quantile', Array<number>(149).fill(10), 2, [], 0.99, NEVER],
    ['failures alone', [], 3, [], 0.01, NEVER],
    ['an unfinished latency that is older', [10, 20], 0, [200], 1, { ms: 200, mostMs: Infinity, of: 'unfinished' }],
    ['an unfinished latency that is younger', [10, 20], 0, [5], 1, { ms: 20, mostMs: 20, of: 'success' }],
    ['all three', [10, 20], 1, [15], 0.75, { ms: 20, mostMs: 20, of: 'success' }],
    ['a hanging latency that is younger', [10, 5000], 0, [3000], 1, { ms: 5000, mostMs: Infinity, of: 'success' }],
    [
      'a rank that no hanging latency can reach',
      [10, 20, 30, 40],
      0,
      [1500],
      0.5,
      { ms: 30, mostMs: 30, of: 'success' },
    ],
    ['between two successes', [10, 2000, 3000, 4000], 0, [1500], 0.5, { ms: 2000, mostMs: 3000, of: 'success' }],
    ['hanging latencies and failures', [10, 20], 1, [1500], 0.75, { ms: 1500, mostMs: Infinity, of: 'unfinished' }],
  ] as const)('ranks %s', (_what, all, failed, ages, q, rank) => {
    const recorded = timing(...all);
    if (failed > 0) recorded.fail('refused', failed);
    for (const ms of ages) recorded.recordUnfinishedMs(ms);
    expect(rounded(recorded.rank(q))).toEqual(rank);
  });

  it('ranks as a sorted list of all attempts does', () => {
    const few = fc.array(fc.integer({ min: 1, max: 500 }), { maxLength: 12 });
    fc.assert(
      fc.property(few, few, fc.nat(5), fc.double({ min: 0, max: 1, noNaN: true }), (all, ages, failed, q) => {
        fc.pre(all.length + ages.length + failed > 0);
        const recorded = timing(...all);
        for (const ms of ages) recorded.recordUnfinishedMs(ms);
        if (failed > 0) recorded.fail('refused', failed);
        const list = [...all, ...ages, ...Array<number>(failed).fill(Infinity)].toSorted((a, b) => a - b);
        const exact = list[Math.max(1, Math.ceil(q * list.length - 1e-9)) - 1]!;
        expect(recorded.rank(q)!.ms).toBeGreaterThanOrEqual(exact - 0.0005);
        expect(recorded.rank(q)!.ms).toBeLessThanOrEqual(exact * 1.001 + 0.0005);
      }),
    );
  });

  it('bounds a rank by all hanging latencies succeeding now, and by none ever succeeding', () => {
    const few = fc.array(fc.integer({ min: 1, max: 3000 }), { maxLength: 12 });
    fc.assert(
      fc.property(few, few, fc.nat(5), fc.double({ min: 0, max: 1, noNaN: true }), (all, ages, failed, q) => {
        fc.pre(all.length + ages.length + failed > 0);
        const recorded = timing(...all);
        for (const ms of ages) recorded.recordUnfinishedMs(ms);
        if (failed > 0) recorded.fail('refused', failed);
        expect(recorded.hanging).toBe(ages.filter((age) => age >= 1000).length);
        const list = [
          ...all.map((ms) => ({ ms, succeeds: true })),
          ...ages.map((ms) => ({ ms: ms >= 1000 ? Infinity : ms, succeeds: false })),
          ...Array.from({ length: failed }, () => ({ ms: Infinity, succeeds: false })),
        ].toSorted((x, y) => (x.ms === y.ms ? 0 : x.ms - y.ms));
        const place = list[Math.max(1, Math.ceil(q * list.length - 1e-9)) - 1]!;
        const exact = place.succeeds ? place.ms : Infinity;
        expect(recorded.rank(q)!.mostMs).toBeGreaterThanOrEqual(exact - 0.0005);
        expect(recorded.rank(q)!.mostMs).toBeLessThanOrEqual(exact * 1.001 + 0.0005);
      }),
      { numRuns: 40 },
    );
  });

  it('keeps unfinished latencies apart from the successes, and merges them', () => {
    const [one, two] = [timing(10), timing(20)];
    one.recordUnfinishedMs(3000);
    two.merge(one);
    expect(two.summary()).toMatchObject({ count: 2, unfinished: 1 });
    expect(two.maxMs).toBeCloseTo(20, 0);
    expect(two.summary().all.maxMs).toBeCloseTo(3000, -1);
    const copy = timing();
    copy.mergeUnfinished(two.encodeUnfinished()!);
    expect(copy.rank(1)).toMatchObject({ of: 'unfinished' });
    expect(copy.rank(1)!.ms / 3000).toBeCloseTo(1, 2);
    copy.reset();
    expect([copy.unfinished, copy.encodeUnfinished()]).toEqual([0, null]);
  });

  it('has a finite mean of all only without failures', () => {
    const recorded = timing(10, 20);
    recorded.recordUnfinishedMs(60);
    expect(rounded(recorded.meanRank)).toEqual({ ms: 30, mostMs: 30, of: 'unfinished' });
    recorded.recordUnfinishedMs(1910);
    expect(rounded(recorded.meanRank)).toEqual({ ms: 500, mostMs: Infinity, of: 'unfinished' });
    recorded.fail('refused');
    expect(recorded.meanRank).toEqual(NEVER);
    expect(timing().meanRank).toBeNull();
  });

  it('gives every quantile to three digits, rounded up', () => {
    fc.assert(
      fc.property(latencies, fc.double({ min: 0.001, max: 1, noNaN: true }), (all, q) => {
        fc.pre(all.length > 0);
        const recorded = timing(...all);
        const rank = Math.max(1, Math.ceil(q * all.length - 1e-9));
        const exact = all.toSorted((a, b) => a - b)[rank - 1]!;
        expect(recorded.quantileMs(q)).toBeGreaterThanOrEqual(exact - 0.0005);
        expect(recorded.quantileMs(q)).toBeLessThanOrEqual(exact * 1.001 + 0.001);
      }),
    );
  });

  it('shows a stall when latencies are measured from the intended start (coordinated omission)', () => {
    const naive = timing();
    const honest = timing();
    for (let i = 0; i < 10_000; i++) {
      naive.recordMs(1);
      honest.recordMs(1);
    }
    naive.recordMs(100_000);
    // One is due every 10 ms; all that are due in the 100 s of the stall are served at its end.
    for (let dueMs = 0; dueMs < 100_000; dueMs += 10) honest.recordMs(100_000 - dueMs);

    expect(naive.meanMs! / 10.998).toBeCloseTo(1, 2);
    expect(honest.count).toBe(20_000);
    expect(honest.meanMs! / 25_003).toBeCloseTo(1, 2);
    expect(honest.quantileMs(0.5)).toBe(1);
    expect(honest.quantileMs(0.75)! / 50_000).toBeCloseTo(1, 2);
    expect(honest.quantileMs(0.9999)! / 100_000).toBeCloseTo(1, 2);
  });

  it.each([
    { ms: 0, at: 0.001, clamped: 0 },
    { ms: 0.0001, at: 0.001, clamped: 0 },
    { ms: MAX_LATENCY_MS, at: MAX_LATENCY_MS, clamped: 0 },
    { ms: -1, at: 0.001, clamped: 1 },
    { ms: NaN, at: 0.001, clamped: 1 },
    { ms: MAX_LATENCY_MS + 1, at: MAX_LATENCY_MS, clamped: 1 },
    { ms: Infinity, at: MAX_LATENCY_MS, clamped: 1 },
  ])('records $ms ms at $at ms', ({ ms, at, clamped }) => {
    const recorded = timing(ms);
    expect(recorded.count).toBe(1);
    expect(recorded.maxMs! / at).toBeCloseTo(1, 2);
    expect(recorded.clamped).toBe(clamped);
  });

  it('merges into the same histogram as a single recording, encoded or not', () => {
    fc.assert(
      fc.property(latencies, latencies, (a, b) => {
        const whole = timing(...a, ...b).encode();
        const direct = timing(...a);
        direct.merge(timing(...b));
        const encoded = timing(...b);
        encoded.mergeEncoded(timing(...a).encode());
        const [read, again] = [timing(), timing()];
        read.mergeEncoded(whole);
        again.mergeEncoded(encoded.encode());
        expect(maxMsIn(whole)).toBe(read.maxMs ?? 0);
        expect(direct.summary()).toEqual(read.summary());
        expect(again.summary()).toEqual(read.summary());
        expect(direct.meanMs).toEqual(read.meanMs);
      }),
      { numRuns: 50 },
    );
  });

  it('counts failures by reason, beside the latencies and not among them', () => {
    const one = timing(5);
    one.fail('http-503');
    const other = timing();
    other.fail('http-503', 2);
    other.fail('timeout');
    one.merge(other);
    expect(one.summary()).toMatchObject({ count: 1, failures: { 'http-503': 3, timeout: 1 } });
    expect(one.failed).toBe(4);
  });

  it('shows the same latencies with other failures beside them', () => {
    const recorded = timing(5);
    const view = recorded.withFailures(new Map([['refused', 7]]));
    recorded.recordMs(6);
    expect(view.summary()).toMatchObject({ count: 2, failures: { refused: 7 } });
    expect(recorded.failed).toBe(0);
  });

  it('lists every latency with its count, in ascending order', () => {
    expect(timing().recorded()).toEqual([]);
    expect(timing(1.5, 0.002, 1.5).recorded()).toEqual([
      { ms: 0.002, count: 1 },
      { ms: 1.5, count: 2 },
    ]);
    const many = Array.from({ length: 500 }, (_, i) => 1.03 ** i / 1000);
    const all = timing(...many);
    const bars = all.recorded();
    expect(bars.reduce((sum, { count }) => sum + count, 0)).toBe(all.count);
    expect([bars[0]?.ms, bars.at(-1)?.ms]).toEqual([all.minMs, all.maxMs]);
  });

  it('is empty after a reset', () => {
    const recorded = timing(5, -1);
    recorded.fail('reset');
    recorded.reset();
    expect(recorded.summary()).toEqual(timing().summary());
    expect(recorded.clamped).toBe(0);
    recorded.recordMs(7);
    expect(recorded.minMs! / 7).toBeCloseTo(1, 2);
  });

  it.each(['', 'AAAA', 'not base64!', 'HISTFAAAAA'])('refuses %o, which is no histogram', (payload) => {
    expect(() => timing().mergeEncoded(payload)).toThrow(RangeError);
    expect(() => maxMsIn(payload)).toThrow(RangeError);
  });
});
