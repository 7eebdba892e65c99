import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Draws, PURPOSE } from '../random/draws.ts';
import type { Plan } from './plan.ts';
import { AT_ONCE } from './planned.test.helper.ts';
import { furtherDraw, gatewaysHit, hitAtMs, hitsOf, isDrawn, shareOf } from './select.ts';
import type { Occurrence } from './occurrence.ts';

const POPULATION = 40_000;
const CLIENTS = Array.from({ length: POPULATION }, (_, client) => client);
const draws = new Draws(3);

/** An occurrence of a fault of this plan. */
function occurrenceOf(plan: Partial<Plan>, faultIndex = 0, ordinal = 0): Occurrence {
  const fault = { ...AT_ONCE, ...plan, kind: 'drop', mode: { kind: 'reset' } } as const;
  return { index: 77, faultIndex, ordinal, fault, atMs: 0 };
}

function drawn(occurrence: Occurrence): number[] {
  return CLIENTS.filter((client) => isDrawn(draws, occurrence, client, POPULATION));
}

/** Four standard errors of a share of the population. */
function tolerance(share: number, population = POPULATION): number {
  return 4 * Math.sqrt((share * (1 - share)) / population);
}

const anySeed = fc.nat(0xffffffff);
const anyClient = fc.nat(POPULATION - 1);
const anyFault = fc.nat(100);

describe('isDrawn', () => {
  test('is true for exactly the share of a cohort, in any population, fault and occurrence', () => {
    const property = fc.property(
      anySeed,
      fc.integer({ min: 1, max: 400 }),
      fc.integer({ min: 1, max: 1000 }),
      fc.constantFrom(null, { from: 0.25, to: 0.5 }, { from: 0.9, to: 1 }),
      anyFault,
      fc.nat(9999),
      (seed, count, permille, cohort, index, ordinal) => {
        const occurrence = occurrenceOf({ share: permille / 1000, cohort }, index, ordinal);
        const fresh = new Draws(seed);
        const members = CLIENTS.slice(Math.ceil((cohort?.from ?? 0) * count), Math.ceil((cohort?.to ?? 1) * count));
        const hit = CLIENTS.slice(0, count).filter((client) => isDrawn(fresh, occurrence, client, count));
        expect(hit).toHaveLength(Math.floor((permille * members.length + 500) / 1000));
        expect(members).toEqual(expect.arrayContaining(hit));
      },
    );
    fc.assert(property);
  });

  test.each([100, 200])('draws each of %d clients, and each pair, equally often', (count) => {
    const seeds = 4000;
    const occurrence = occurrenceOf({ share: 0.5 });
    const times = Array.from({ length: count }, () => 0);
    let neighbours = 0;
    for (let seed = 0; seed < seeds; seed++) {
      const fresh = new Draws(seed);
      const hit = Array.from(times.keys(), (client) => isDrawn(fresh, occurrence, client, count));
      for (const client of times.keys()) {
        times[client]! += hit[client] ? 1 : 0;
        if (client % 2 === 1 && hit[client] && hit[client - 1]) neighbours += 1;
      }
    }
    const chiSquare = times.reduce((sum, n) => sum + (n - seeds / 2) ** 2 / (seeds / 4), 0);
    expect(Math.abs(chiSquare - (count - 1))).toBeLessThan(4 * Math.sqrt(2 * (count - 1)));
    const both = (count / 2 - 1) / (count - 1) / 2;
    const pairs = (seeds * count) / 2;
    expect(Math.abs(neighbours / pairs - both)).toBeLessThan(4 * Math.sqrt((both * (1 - both)) / pairs));
  });

  test('is true for all with a share of 1', () => {
    expect(drawn(occurrenceOf({ share: 1 }, 5))).toHaveLength(POPULATION);
  });

  test('is true with a larger share for all that a smaller one draws', () => {
    const larger = new Set(drawn(occurrenceOf({ share: 0.4 }, 1)));
    expect(drawn(occurrenceOf({ share: 0.2 }, 1)).every((client) => larger.has(client))).toBe(true);
  });

  test.each([
    ['fault', occurrenceOf({ share: 0.5 }, 1, 0)],
    ['occurrence', occurrenceOf({ share: 0.5 }, 0, 1)],
    ['occurrence of another fault', occurrenceOf({ share: 0.5 }, 7, 999)],
  ])('is another draw for each %s', (_, other) => {
    const first = occurrenceOf({ share: 0.5 }, 0, 0);
    const both = drawn(first).filter((client) => isDrawn(draws, other, client, POPULATION)).length;
    expect(Math.abs(both / POPULATION - 0.25)).toBeLessThan(tolerance(0.25));
  });

  test('does not depend on other draws', () => {
    fc.assert(
      fc.property(anySeed, anyFault, anyClient, anyFault, (seed, index, client, other) => {
        const fresh = new Draws(seed);
        const occurrence = occurrenceOf({ share: 0.5, spreadMs: 1000 }, index);
        const before = isDrawn(fresh, occurrence, client, POPULATION);
        hitAtMs(fresh, occurrenceOf({ spreadMs: 1000 }, other), client, 0);
        furtherDraw(fresh, occurrence, client, 3);
        fresh.unit(client, PURPOSE.backoff, other);
        expect(isDrawn(fresh, occurrence, client, POPULATION)).toBe(before);
      }),
    );
  });

  test('gives the recorded clients for a seed', () => {
    const occurrence = occurrenceOf({ share: 0.5 }, 1);
    const seed42 = new Draws(42);
    const few = CLIENTS.slice(0, 10).filter((client) => isDrawn(seed42, occurrence, client, 10));
    const many = CLIENTS.slice(0, 20).filter((client) => isDrawn(seed42, occurrence, client, POPULATION));
    expect([few, many]).toEqual([
      [3, 4, 5, 7, 8],
      [0, 1, 2, 3, 5, 10, 11, 14, 19],
    ]);
  });
});

describe('shareOf', () => {
  test.each([
    [0.5, 100, 50],
    [0.5, 5, 3],
    [0.145, 100, 15],
    [0.07, 100, 7],
    [0.285, 1000, 285],
    [0.01, 40, 0],
    [0.0125, 40, 1],
    [1, 10_000_000, 10_000_000],
    [0.999_999, 10_000_000, 9_999_990],
  ])('%d of %d are %d', (share, count, expected) => {
    expect(shareOf(share, count)).toBe(expected);
  });
});

describe('a cohort', () => {
  test('is a part of the population in the order of arrival', () => {
    expect(drawn(occurrenceOf({ cohort: { from: 0.25, to: 0.5 } }))).toEqual(CLIENTS.slice(10_000, 20_000));
  });

  test('has no gap to its neighbour and no client in common, in any population', () => {
    const cut = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 200 }), cut, cut, (count, a, b) => {
        const cuts = [0, Math.min(a, b), Math.max(a, b), 1];
        const parts = [0, 1, 2].map((n) => occurrenceOf({ cohort: { from: cuts[n]!, to: cuts[n + 1]! } }));
        const met = parts.flatMap((part) => [...hitsOf(draws, part, count, 0).clients]);
        expect(met).toEqual(CLIENTS.slice(0, count));
      }),
    );
  });

  test("is hit by the fault's share of it, drawn from all of it", () => {
    const within = drawn(occurrenceOf({ share: 0.3, cohort: { from: 0.5, to: 1 } }));
    expect(within).toHaveLength(6000);
    const firstHalf = within.filter((client) => client < (POPULATION * 3) / 4).length;
    expect(Math.abs(firstHalf / 6000 - 0.5)).toBeLessThan(tolerance(0.5, 6000));
  });
});

describe('hitAtMs', () => {
  test('stays within the spread', () => {
    fc.assert(
      fc.property(anyFault, anyClient, fc.nat(1e6), fc.nat(1e5), fc.nat(9999), (index, client, atMs, spreadMs, n) => {
        const at = hitAtMs(draws, occurrenceOf({ spreadMs }, index, n), client, atMs);
        expect(at).toBeGreaterThanOrEqual(atMs);
        expect(at).toBeLessThanOrEqual(atMs + spreadMs);
      }),
    );
  });

  test('spreads the hits evenly, also of a small share', () => {
    const bins = Array.from({ length: 10 }, () => 0);
    const occurrence = occurrenceOf({ share: 0.25, spreadMs: 10 }, 2);
    const hit = drawn(occurrence);
    for (const client of hit) bins[Math.floor(hitAtMs(draws, occurrence, client, 0))]! += 1;
    const expected = hit.length / bins.length;
    for (const count of bins) expect(Math.abs(count - expected)).toBeLessThan(4 * Math.sqrt(expected * 0.9));
  });

  test('is the begin itself without a spread', () => {
    expect(hitAtMs(draws, occurrenceOf({}), 1, 30_000)).toBe(30_000);
  });
});

describe('hitsOf', () => {
  test('are the drawn clients with their instants, in order', () => {
    const plan = fc.record({
      share: fc.double({ min: 0.01, max: 1, noNaN: true }),
      spreadMs: fc.constantFrom(0, 1, 5000),
      cohort: fc.constantFrom(null, { from: 0.2, to: 0.7 }),
    });
    fc.assert(
      fc.property(plan, fc.nat(300), fc.nat(1e6), (planned, count, fromMs) => {
        const occurrence = occurrenceOf(planned);
        const { clients, atMs } = hitsOf(draws, occurrence, count, fromMs);
        const expected = CLIENTS.slice(0, count).filter((client) => isDrawn(draws, occurrence, client, count));
        expect([...clients].toSorted((a, b) => a - b)).toEqual(expected);
        expect([...atMs]).toEqual(Array.from(clients, (client) => hitAtMs(draws, occurrence, client, fromMs)));
        const inOrder = (rank: number) => atMs[rank - 1]! < atMs[rank]! || clients[rank - 1]! < clients[rank]!;
        expect(Array.from(clients.keys()).slice(1).every(inOrder)).toBe(true);
      }),
    );
  });
});

describe('the gateways that are hit', () => {
  test('are the share, at least one, in order, and the same for the same seed', () => {
    fc.assert(
      fc.property(
        anySeed,
        fc.integer({ min: 1, max: 16 }),
        fc.double({ min: 0.01, max: 1, noNaN: true }),
        (seed, gateways, share) => {
          const hit = gatewaysHit(new Draws(seed), occurrenceOf({ share }), gateways);
          expect(hit).toHaveLength(Math.max(1, Math.round(share * gateways)));
          expect(hit).toEqual([...new Set(hit)].toSorted((a, b) => a - b));
          expect(hit.every((gateway) => gateway >= 0 && gateway < gateways)).toBe(true);
          expect(gatewaysHit(new Draws(seed), occurrenceOf({ share }), gateways)).toEqual(hit);
        },
      ),
    );
  });

  test('differ between occurrences, and each is hit about equally often', () => {
    const hits = Array.from(
      { length: 3000 },
      (_, occurrence) => gatewaysHit(draws, occurrenceOf({ share: 0.3 }, 0, occurrence), 3)[0],
    );
    for (const gateway of [0, 1, 2]) {
      const share = hits.filter((hit) => hit === gateway).length / hits.length;
      expect(Math.abs(share - 1 / 3)).toBeLessThan(tolerance(1 / 3, hits.length));
    }
  });
});
