import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Draws, PURPOSE } from '../random/draws.ts';
import { hitAtMs, isDrawn } from './select.ts';

const POPULATION = 40_000;
const draws = new Draws(3);

function drawn(faultIndex: number, share: number): number[] {
  return Array.from({ length: POPULATION }, (_, client) => client).filter((client) =>
    isDrawn(draws, faultIndex, client, share),
  );
}

describe('isDrawn', () => {
  test.each([0.01, 0.3, 0.5, 0.9])('hits a share of %d of the population, within 4 standard errors', (share) => {
    const error = Math.sqrt((share * (1 - share)) / POPULATION);
    expect(Math.abs(drawn(0, share).length / POPULATION - share)).toBeLessThan(4 * error);
  });

  test('hits everybody with a share of 1', () => {
    expect(drawn(5, 1)).toHaveLength(POPULATION);
  });

  test('hits those of a smaller share with a larger one too', () => {
    const larger = new Set(drawn(1, 0.4));
    expect(drawn(1, 0.2).every((client) => larger.has(client))).toBe(true);
  });

  test('draws anew for each fault', () => {
    const both = drawn(0, 0.5).filter((client) => isDrawn(draws, 1, client, 0.5)).length;
    const error = Math.sqrt((0.25 * 0.75) / POPULATION);
    expect(Math.abs(both / POPULATION - 0.25)).toBeLessThan(4 * error);
  });

  test('hits the same clients whatever else is drawn', () => {
    fc.assert(
      fc.property(fc.nat(0xffffffff), fc.nat(100), fc.nat(1e6), fc.nat(100), (seed, index, client, other) => {
        const fresh = new Draws(seed);
        const before = isDrawn(fresh, index, client, 0.5);
        hitAtMs(fresh, other, client, 0, 1000);
        fresh.unit(client, PURPOSE.backoff, other);
        expect(isDrawn(fresh, index, client, 0.5)).toBe(before);
      }),
    );
  });
});

describe('hitAtMs', () => {
  test('stays within the spread', () => {
    fc.assert(
      fc.property(fc.nat(100), fc.nat(1e6), fc.nat(1e6), fc.nat(1e5), (index, client, atMs, spreadMs) => {
        const at = hitAtMs(draws, index, client, atMs, spreadMs);
        expect(at).toBeGreaterThanOrEqual(atMs);
        expect(at).toBeLessThanOrEqual(atMs + spreadMs);
      }),
    );
  });

  test('spreads the hits evenly, also over those that a small share draws', () => {
    const bins = Array.from({ length: 10 }, () => 0);
    const hit = drawn(2, 0.25);
    for (const client of hit) bins[Math.floor(hitAtMs(draws, 2, client, 0, 10))]! += 1;
    const expected = hit.length / bins.length;
    for (const count of bins) expect(Math.abs(count - expected)).toBeLessThan(4 * Math.sqrt(expected * 0.9));
  });

  test('is the instant itself without a spread', () => {
    expect(hitAtMs(draws, 0, 1, 30_000, 0)).toBe(30_000);
  });
});
