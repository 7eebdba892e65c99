import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Draws, PURPOSE } from '../random/draws.ts';
import type { BackoffPolicy, Growth, Jitter } from './backoff.ts';
import { delayInRoundsMs, delayMs, ruleDelayMs, stagedMs, withRetryAfterMs } from './delay.ts';
import { PLAIN } from './usual.ts';

const plain: BackoffPolicy = { ...PLAIN, growth: { kind: 'fixed', delayMs: 1000 }, capOn: 'after-jitter' };

/** The delays of retries 0..count-1, each fed back as the previous one. */
function series(policy: BackoffPolicy, count: number, u: (retry: number) => number): number[] {
  const delaysMs: number[] = [];
  let previousMs = 0;
  for (let retry = 0; retry < count; retry++) {
    previousMs = delayMs(policy, retry, previousMs, u(retry));
    delaysMs.push(previousMs);
  }
  return delaysMs;
}

const doubling: Growth = { kind: 'exponential', baseMs: 100, factor: 2 };

describe('growth, without jitter', () => {
  test.each<[Growth, number[]]>([
    [{ kind: 'fixed', delayMs: 0 }, [0, 0, 0, 0]],
    [{ kind: 'fixed', delayMs: 250 }, [250, 250, 250, 250]],
    [{ kind: 'linear', baseMs: 100, stepMs: 50 }, [100, 150, 200, 250]],
    [doubling, [100, 200, 400, 800]],
    [{ kind: 'exponential', baseMs: 100, factor: 1.5 }, [100, 150, 225, 337.5]],
    [{ kind: 'exponential', baseMs: 100, factor: 1 }, [100, 100, 100, 100]],
    [{ kind: 'exponential', baseMs: 100, factor: 2, growsFrom: 'previous' }, [100, 200, 400, 800]],
    [{ kind: 'table', delaysMs: [5, 50], then: 'repeat' }, [5, 50, 50, 50]],
    [{ kind: 'table', delaysMs: [5, 50], then: 'give-up' }, [5, 50, Infinity, Infinity]],
  ])('%j gives %j', (growth, expected) => {
    expect(series({ ...plain, growth }, 4, () => 0.5)).toEqual(expected);
  });

  test('powers agree with Math.pow to the rounding of their multiplications', () => {
    fc.assert(
      fc.property(fc.double({ min: 1, max: 4, noNaN: true }), fc.nat(200), (factor, n) => {
        const delay = delayMs({ ...plain, growth: { kind: 'exponential', baseMs: 1, factor } }, n, 0, 0);
        expect(Math.abs(delay / factor ** n - 1)).toBeLessThan(1e-13);
      }),
    );
  });
});

describe('jitter, at both ends and in the middle of the draw', () => {
  const last = 1 - 2 ** -53;

  test.each<[Jitter, number, number, number]>([
    [{ kind: 'none' }, 400, 400, 400],
    [{ kind: 'full', floorMs: 0 }, 0, 200, 400],
    [{ kind: 'full', floorMs: 70 }, 70, 270, 470],
    [{ kind: 'equal' }, 200, 300, 400],
    [{ kind: 'additive', minMs: -10, maxMs: 30 }, 390, 410, 430],
    [{ kind: 'proportional', low: 0.5, high: 1.5 }, 200, 400, 600],
    [{ kind: 'above', minMs: 100 }, 100, 250, 400],
    // The last record of uniform draws has the median 0.7680390470...
    [{ kind: 'additive', minMs: 0, maxMs: 100, redrawn: true }, 400, 476.803_904_701, 500],
    [{ kind: 'quantiles', factors: [1, 1.5, 3] }, 400, 600, 1200],
    // 8.292 standard deviations at both ends.
    [{ kind: 'gaussian', sd: 0.1 }, 68.305_556, 400, 731.694_443],
    // From a previous delay of 500: between the base of 100 and 1500.
    [{ kind: 'decorrelated' }, 100, 800, 1500],
    // Size floor(u * 0.5 * 400); 0 is even and subtracts, 5 and 9 are odd and add.
    [{ kind: 'backo2', ratio: 0.5 }, 400, 500, 599],
  ])('%j of 400 ms', (jitter, low, middle, high) => {
    const at = (u: number): number => delayMs({ ...plain, growth: doubling, jitter }, 2, 500, u);
    expect(at(0)).toBeCloseTo(low, 3);
    expect(at(0.5)).toBeCloseTo(middle, 9);
    expect(at(last)).toBeCloseTo(high, 3);
  });
});

describe('the order of cap, jitter and floor', () => {
  test.each<[string, Partial<BackoffPolicy>, number]>([
    ['a cap before the jitter bounds the window', { jitter: { kind: 'full', floorMs: 0 }, capOn: 'before-jitter' }, 75],
    ['a cap after the jitter cuts the delay', { jitter: { kind: 'full', floorMs: 0 }, capOn: 'after-jitter' }, 150],
    [
      'additive jitter goes beyond a cap before',
      { jitter: { kind: 'additive', minMs: 0, maxMs: 80 }, capOn: 'before-jitter' },
      190,
    ],
    [
      'additive jitter does not go beyond a cap on both',
      { jitter: { kind: 'additive', minMs: 0, maxMs: 80 }, capOn: 'both' },
      150,
    ],
    [
      'decorrelated: a cap before bounds 3 * previous',
      { jitter: { kind: 'decorrelated' }, capOn: 'before-jitter' },
      125,
    ],
    ['decorrelated: a cap after cuts the delay', { jitter: { kind: 'decorrelated' }, capOn: 'after-jitter' }, 150],
    [
      'the floor lifts what jitter made short',
      { jitter: { kind: 'full', floorMs: 0 }, capOn: 'before-jitter', floorMs: 90 },
      90,
    ],
    ['the floor wins over the cap', { capOn: 'both', floorMs: 500 }, 500],
  ])('%s', (_, change, expected) => {
    expect(delayMs({ ...plain, growth: doubling, capMs: 150, ...change }, 2, 500, 0.5)).toBe(expected);
  });
});

describe('the first delay', () => {
  const policy: BackoffPolicy = {
    ...plain,
    growth: doubling,
    first: { minMs: 40, maxMs: 60 },
    floorMs: 70,
    capMs: 10_000,
  };

  test('is drawn from its own range, and the growth begins after it', () => {
    expect(series(policy, 4, () => 0.5)).toEqual([50, 100, 200, 400]);
  });

  test('is not the base of decorrelated jitter', () => {
    expect(series({ ...policy, jitter: { kind: 'decorrelated' } }, 3, () => 0.5)).toEqual([50, 200, 350]);
  });
});

test('a first delay may have any distribution', () => {
  const quantiles: BackoffPolicy = { ...plain, first: { quantilesMs: [10, 20, 60] } };
  expect([0, 0.25, 0.5, 0.75, 1 - 2 ** -53].map((u) => Math.round(delayMs(quantiles, 0, 0, u)))).toEqual([
    10, 15, 20, 40, 60,
  ]);
  expect(delayMs(quantiles, 1, 0, 0.5)).toBe(1000);
});

test('a growth from the previous delay grows from its jitter, and from its cap', () => {
  const growth: Growth = { kind: 'exponential', baseMs: 100, factor: 2, growsFrom: 'previous' };
  const jitter: Jitter = { kind: 'proportional', low: 0, high: 1 };
  expect(series({ ...plain, growth, jitter, capMs: 120 }, 4, () => 0.75)).toEqual([75, 112.5, 120, 120]);
});

test('stages replace the delay once a client has been without a connection for long', () => {
  const staged = {
    ...plain,
    stages: [
      { afterMs: 100, delayMs: 7 },
      { afterMs: 200, delayMs: 0 },
    ],
  };
  // At 60 ms, the wait of 50 ms is broken off after 40 ms, and 7 ms follow.
  expect([0, 50, 60, 100, 190, 195, 300].map((ms) => stagedMs(staged, ms, 50))).toEqual([50, 50, 47, 7, 7, 5, 0]);
});

describe('rounds', () => {
  const rounds = { size: 3, afterMs: 50, everyMs: 1000 };
  const policy: BackoffPolicy = { ...plain, growth: { kind: 'linear', baseMs: 10, stepMs: 5 }, rounds };
  const waits = (downs: readonly number[], own = policy) =>
    downs.map((downMs, retry) => delayInRoundsMs(own, rounds, retry, 0, 0.5, downMs));

  test('begin at their instants, and begin the growth anew', () => {
    expect(waits([0, 50, 60, 75, 1050, 1060, 1075])).toEqual([50, 10, 15, 975, 10, 15, 975]);
  });

  test('that were missed are left out, and one that ends as another is due waits for the one after that', () => {
    expect(waits([0, 50, 60, 1300, 3050, 3100, 4050])).toEqual([50, 10, 15, 750, 10, 15, 1000]);
  });

  test('are not begun twice by an instant that was rounded down', () => {
    expect(waits([0, 50, 60, 1049.999_999_9]).at(-1)).toBeCloseTo(0, 6);
    expect(delayInRoundsMs(policy, { ...rounds, size: 1 }, 2, 0, 0.5, 1049.999_999_9)).toBeCloseTo(1000, 6);
  });

  test('end with the last retry', () => {
    expect(waits([0, 50, 60], { ...policy, maxRetries: 2 })).toEqual([50, 10, Infinity]);
  });
});

test("a rule's own delays are taken one by one, and the last one repeats", () => {
  const rule = { from: 1013, to: 1013, action: 'retry' } as const;
  expect([0, 1, 2].map((retry) => ruleDelayMs({ ...rule, delaysMs: [5, 50] }, retry))).toEqual([5, 50, 50]);
  expect([ruleDelayMs({ ...rule, delayMs: 9 }, 4), ruleDelayMs(rule, 4)]).toEqual([9, null]);
});

describe('giving up', () => {
  test('comes after maxRetries', () => {
    expect(series({ ...plain, maxRetries: 2 }, 4, () => 0.5)).toEqual([1000, 1000, Infinity, Infinity]);
    expect(delayMs({ ...plain, maxRetries: 0, first: { minMs: 0, maxMs: 1 } }, 0, 0, 0)).toBe(Infinity);
  });

  test('comes at the end of a table even where a cap would bound it', () => {
    const growth: Growth = { kind: 'table', delaysMs: [10], then: 'give-up' };
    expect(delayMs({ ...plain, growth, capMs: 100, capOn: 'both' }, 1, 10, 0.5)).toBe(Infinity);
  });
});

const ms = fc.integer({ min: 0, max: 100_000 });
const growths = fc.oneof(
  fc.record({ kind: fc.constant('fixed' as const), delayMs: ms }),
  fc.record({ kind: fc.constant('linear' as const), baseMs: ms, stepMs: ms }),
  fc.record({
    kind: fc.constant('exponential' as const),
    baseMs: ms,
    factor: fc.double({ min: 1, max: 10, noNaN: true }),
  }),
  fc.record({
    kind: fc.constant('table' as const),
    delaysMs: fc.array(ms, { minLength: 1, maxLength: 12 }),
    then: fc.constant('repeat' as const),
  }),
);
const jitters = fc.oneof(
  fc.constantFrom<Jitter>({ kind: 'none' }, { kind: 'equal' }, { kind: 'decorrelated' }),
  fc.record({ kind: fc.constant('full' as const), floorMs: ms }),
  fc.record({ kind: fc.constant('additive' as const), minMs: ms, maxMs: ms }),
  fc.record({ kind: fc.constant('proportional' as const), low: fc.constant(0.5), high: fc.constant(2) }),
  fc.record({ kind: fc.constant('backo2' as const), ratio: fc.double({ min: 0, max: 1, noNaN: true }) }),
);
const units = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
const policies = fc
  .record({
    growth: growths,
    jitter: jitters,
    capMs: fc.oneof(ms, fc.constant(Infinity)),
    capOn: fc.constantFrom('before-jitter' as const, 'after-jitter' as const, 'both' as const),
    floorMs: ms,
  })
  .map((parts): BackoffPolicy => ({ ...plain, ...parts }));

describe('every growth with every jitter and every order', () => {
  test('never falls below the floor and is never NaN, also when the growth overflows', () => {
    fc.assert(
      fc.property(policies, fc.nat(5000), ms, units, (policy, retry, previousMs, u) => {
        expect(delayMs(policy, retry, previousMs, u)).toBeGreaterThanOrEqual(policy.floorMs);
      }),
      { numRuns: 2000 },
    );
  });

  test('never exceeds a cap after the jitter, unless the floor does', () => {
    fc.assert(
      fc.property(policies, fc.nat(5000), ms, units, (policy, retry, previousMs, u) => {
        fc.pre(policy.capOn !== 'before-jitter');
        expect(delayMs(policy, retry, previousMs, u)).toBeLessThanOrEqual(Math.max(policy.capMs, policy.floorMs));
      }),
      { numRuns: 2000 },
    );
  });

  test('without jitter, grows or stays', () => {
    const steady = policies.filter((policy) => policy.growth.kind !== 'table');
    fc.assert(
      fc.property(steady, fc.nat(5000), (drawn, retry) => {
        const policy: BackoffPolicy = { ...drawn, jitter: { kind: 'none' } };
        expect(delayMs(policy, retry + 1, 0, 0)).toBeGreaterThanOrEqual(delayMs(policy, retry, 0, 0));
      }),
    );
  });
});

describe('moments over seeded draws, within 4 standard errors', () => {
  const SAMPLES = 40_000;
  const draws = new Draws(2015);

  function moments(policy: BackoffPolicy, retries: number): { mean: number; variance: number } {
    let sum = 0;
    let squares = 0;
    for (let client = 0; client < SAMPLES; client++) {
      const x = series(policy, retries, (retry) => draws.unit(client, PURPOSE.backoff, retry)).at(-1)!;
      sum += x;
      squares += x * x;
    }
    const mean = sum / SAMPLES;
    return { mean, variance: squares / SAMPLES - mean * mean };
  }

  // A uniform variable of width w has variance w^2/12, and its squared deviation has variance w^4/180.
  test.each<[Jitter, number, number]>([
    [{ kind: 'full', floorMs: 0 }, 1 / 2, 1],
    [{ kind: 'equal' }, 3 / 4, 1 / 2],
  ])('%j', (jitter, mean, width) => {
    const measured = moments({ ...plain, jitter }, 1);
    const w = 1000 * width;
    expect(Math.abs(measured.mean - 1000 * mean)).toBeLessThan(4 * Math.sqrt(w ** 2 / 12 / SAMPLES));
    expect(Math.abs(measured.variance - w ** 2 / 12)).toBeLessThan(4 * Math.sqrt(w ** 4 / 180 / SAMPLES));
  });

  test.each([
    [1, 2000],
    [2, 3500],
    [3, 5750],
    [4, 9125],
  ])('decorrelated, uncapped: the mean of delay %d from a base of 1000 is %d', (retries, expected) => {
    const { mean, variance } = moments({ ...plain, jitter: { kind: 'decorrelated' } }, retries);
    expect(Math.abs(mean - expected)).toBeLessThan(4 * Math.sqrt(variance / SAMPLES));
  });
});

describe('a server that sends a Retry-After', () => {
  test.each([
    ['heed', 1000, 5000, 5000],
    ['heed', 8000, 5000, 8000],
    ['heed', 1000, 0, 1000],
    ['ignore', 1000, 5000, 1000],
  ] as const)('%s: a delay of %d ms and a Retry-After of %d ms give %d ms', (retryAfter, ownMs, askedMs, kept) => {
    expect(withRetryAfterMs({ ...plain, retryAfter }, ownMs, askedMs)).toBe(kept);
  });
});
