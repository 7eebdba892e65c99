import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Draws, PURPOSE, type Purpose } from './draws.ts';

const purposes = Object.values(PURPOSE);
const word = fc.nat(0xffffffff);
const purpose = fc.constantFrom(...purposes);

/** The 53 bits that `unit` makes of the generator's two output words. */
function fraction(high: number, low: number): number {
  return ((high >>> 5) * 2 ** 26 + (low >>> 6)) / 2 ** 53;
}

/** The distance of a chi-square statistic from its mean, in standard deviations. */
function chiSquareZ(counts: readonly number[]): number {
  const total = counts.reduce((sum, count) => sum + count, 0);
  const expected = total / counts.length;
  const chiSquare = counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
  const freedom = counts.length - 1;
  return (chiSquare - freedom) / Math.sqrt(2 * freedom);
}

const SAMPLES = 40_000;

/** The sample correlation of two streams, in its standard errors. */
function correlationZ(a: (i: number) => number, b: (i: number) => number): number {
  let sum = 0;
  for (let i = 0; i < SAMPLES; i++) sum += (a(i) - 0.5) * (b(i) - 0.5);
  return ((sum / SAMPLES) * 12) / (1 / Math.sqrt(SAMPLES));
}

describe('Draws', () => {
  // Random123, tests/kat_vectors, threefry2x32 20: counter, key, output. Keys beyond the purposes are cast.
  test.each([
    { counter: [0, 0], key: [0, 0], out: [0x6b200159, 0x99ba4efe] },
    { counter: [0xffffffff, 0xffffffff], key: [0xffffffff, 0xffffffff], out: [0x1cb996fc, 0xbb002be7] },
    { counter: [0x243f6a88, 0x85a308d3], key: [0x13198a2e, 0x03707344], out: [0xc4923a9c, 0x483df7a0] },
  ] as const)('is Threefry-2x32-20: known answer for counter $counter', ({ counter, key, out }) => {
    expect(new Draws(key[0]).unit(counter[0], key[1] as Purpose, counter[1])).toBe(fraction(out[0], out[1]));
  });

  test('keeps the numbers that recorded seeds stand for', () => {
    const draws = new Draws(42);
    const pinned = [
      draws.unit(0, PURPOSE.arrive, 0),
      draws.unit(1, PURPOSE.backoff, 0),
      draws.unit(1, PURPOSE.backoff, 1),
      draws.unit(9_999_999, PURPOSE.fault, 7),
    ];
    expect(pinned).toEqual([0.8690483965743594, 0.10780548139356172, 0.5567132715141714, 0.37740345551389853]);
  });

  test('stays in [0, 1), whatever the address', () => {
    fc.assert(
      fc.property(word, word, purpose, word, (seed, client, what, n) => {
        const u = new Draws(seed).unit(client, what, n);
        expect(u).toBeGreaterThanOrEqual(0);
        expect(u).toBeLessThan(1);
      }),
    );
  });

  test('is a function of the address: other draws in between change nothing', () => {
    fc.assert(
      fc.property(
        word,
        word,
        purpose,
        word,
        fc.array(fc.tuple(word, purpose, word)),
        (seed, client, what, n, others) => {
          const draws = new Draws(seed);
          const before = draws.unit(client, what, n);
          for (const other of others) draws.unit(...other);
          expect(draws.unit(client, what, n)).toBe(before);
        },
      ),
    );
  });

  const draws = new Draws(7);
  const streams: Record<string, (i: number) => number> = {
    'over clients': (i) => draws.unit(i, PURPOSE.backoff, 0),
    'over one stream': (i) => draws.unit(3, PURPOSE.backoff, i),
    'over seeds': (i) => new Draws(i).unit(0, PURPOSE.lead, 0),
  };

  test.each(Object.entries(streams))('is uniform %s', (_, unit) => {
    const counts = Array.from({ length: 256 }, () => 0);
    const lowBits = Array.from({ length: 256 }, () => 0);
    for (let i = 0; i < SAMPLES; i++) {
      counts[Math.floor(unit(i) * 256)]! += 1;
      lowBits[(unit(i) * 2 ** 53) % 256]! += 1;
    }
    expect(Math.abs(chiSquareZ(counts))).toBeLessThan(4);
    expect(Math.abs(chiSquareZ(lowBits))).toBeLessThan(4);
  });

  test.each([
    ['clients', (i: number) => draws.unit(i + 1, PURPOSE.backoff, 0)],
    ['draws of a client', (i: number) => draws.unit(i, PURPOSE.backoff, 1)],
    ['purposes', (i: number) => draws.unit(i, PURPOSE.backoffOnce, 0)],
    ['seeds', (i: number) => new Draws(8).unit(i, PURPOSE.backoff, 0)],
  ])('does not correlate between neighbouring %s', (_, neighbour) => {
    const z = correlationZ((i) => draws.unit(i, PURPOSE.backoff, 0), neighbour);
    expect(Math.abs(z)).toBeLessThan(4);
  });

  test('gives every purpose a stream of its own', () => {
    const first = purposes.map((what) => draws.unit(1, what, 1));
    expect(new Set(first).size).toBe(purposes.length);
    expect(new Set<number>(purposes).size).toBe(purposes.length);
  });
});
