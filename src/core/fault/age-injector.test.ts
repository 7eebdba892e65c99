import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Draws } from '../random/draws.ts';
import { mono } from '../time/instant.ts';
import type { AgeFault } from './age.ts';
import { CONNECTION_INJECTORS } from './connection-faults.ts';
import { Tally } from './fault.ts';
import { faultWorld } from './injector.ts';
import { injected } from './occurrence.ts';
import { AT_ONCE } from './planned.test.helper.ts';

/** A connection of a client: when it became ready, and when the client or the fault ended it. */
interface Connection {
  readonly client: number;
  readonly readyAt: number;
  readonly leavesAt: number;
  cutAt: number | null;
}

const CLIENTS = 3;
const UNTIL_MS = 400;

/** Runs one fault over clients that come back `awayMs` after each end, and stay for these times unless they are cut. */
function connectionsUnder(plan: Partial<AgeFault>, atMs: number, awayMs: number, stays: readonly number[]) {
  const fault: AgeFault = { ...AT_ONCE, kind: 'age', limitMs: 50, jitter: { ms: 0 }, code: 1001, reason: '', ...plan };
  const open: (Connection | undefined)[] = [];
  const all: Connection[] = [];
  const backAt = Array.from({ length: CLIENTS }, (_, client) => 7 * client);
  const leave = (client: number, now: number) => {
    open[client] = undefined;
    backAt[client] = now + awayMs;
  };
  const connections = {
    readySince: (client: number) => open[client]?.readyAt ?? Infinity,
    drop: (client: number, _mode: unknown, now: number) => {
      open[client]!.cutAt = now;
      leave(client, now);
      return null;
    },
  };
  const tally = new Tally();
  const occurrence = { ...injected(fault, 0, 0, atMs), fault };
  const world = { ...faultWorld(new Draws(1), { count: CLIENTS, perUser: 1 }), connections };
  const active = CONNECTION_INJECTORS.age({ occurrence, tally, fromMs: atMs, endMs: Infinity }, world);
  let nextAt = atMs;
  for (let now = 0; now < UNTIL_MS; now++) {
    for (let client = 0; client < CLIENTS; client++) {
      if (open[client]?.leavesAt === now) leave(client, now);
      if (open[client] === undefined && backAt[client]! <= now) {
        const connection = { client, readyAt: now, leavesAt: now + stays[all.length % stays.length]!, cutAt: null };
        open[client] = connection;
        all.push(connection);
      }
    }
    if (nextAt <= now) nextAt = active.advance(mono(now));
  }
  return { all, tally };
}

const STAYS = fc.array(fc.integer({ min: 1, max: 150 }), { minLength: 1, maxLength: 20 });

test('every connection is cut at the limit while the fault is on, and none sooner or later', () => {
  fc.assert(
    fc.property(
      fc.record({ limitMs: fc.integer({ min: 1, max: 120 }), forMs: fc.integer({ min: 0, max: 200 }) }),
      fc.integer({ min: 0, max: 150 }),
      fc.integer({ min: 1, max: 60 }),
      STAYS,
      (plan, atMs, awayMs, stays) => {
        const { all, tally } = connectionsUnder(plan, atMs, awayMs, stays);
        const endMs = plan.forMs === 0 ? Infinity : atMs + plan.forMs;
        for (const { readyAt, leavesAt, cutAt } of all) {
          const dueAt = Math.max(readyAt + plan.limitMs, atMs);
          expect(cutAt).toBe(dueAt < Math.min(leavesAt, endMs, UNTIL_MS) ? dueAt : null);
        }
        const cut = all.filter(({ cutAt }) => cutAt !== null).length;
        expect(tally).toMatchObject({ planned: cut, hit: cut, missed: {} });
      },
    ),
    { numRuns: 60 },
  );
});

test('jitter makes each limit longer by a draw of its own, up to the jitter', () => {
  const { all } = connectionsUnder({ limitMs: 20, jitter: { fraction: 1 } }, 0, 1, [10_000]);
  const ages = all.flatMap(({ readyAt, cutAt }) => (cutAt === null ? [] : [cutAt - readyAt]));
  expect(ages.length).toBeGreaterThan(25);
  expect(new Set(ages).size).toBeGreaterThan(10);
  // The clock of the test moves in whole milliseconds.
  expect(Math.min(...ages)).toBeGreaterThanOrEqual(20);
  expect(Math.max(...ages)).toBeLessThanOrEqual(41);
  expect(Math.max(...ages)).toBeGreaterThan(35);
});

test('clients that are not drawn keep their connections', () => {
  const { all } = connectionsUnder({ cohort: { from: 0, to: 0.5 } }, 0, 1, [10_000]);
  expect(new Set(all.filter(({ cutAt }) => cutAt !== null).map(({ client }) => client))).toEqual(new Set([0, 1]));
});
