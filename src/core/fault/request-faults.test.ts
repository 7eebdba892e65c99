import { describe, expect, test } from 'vitest';
import { Draws } from '../random/draws.ts';
import { RequestFaults } from './request-faults.ts';
import type { Plan } from './plan.ts';
import { AT_ONCE } from './planned.test.helper.ts';
import { Tallies } from './tallies.ts';
import { hitAtMs, isDrawn } from './select.ts';
import { injected, type Occurrence } from './occurrence.ts';

const COUNT = 200;
const CLIENTS = Array.from({ length: COUNT }, (_, client) => client);
const DRAWS = new Draws(1);
const MODE = { kind: 'refuse' } as const;

/** Faults of refreshes of `COUNT` clients, a clock, and what they have counted. */
function setUp() {
  const tallies = new Tallies();
  const requestFaults = new RequestFaults<'refresh'>(DRAWS, COUNT, tallies);
  const clock = { nowMs: 700 };
  const begin = (plan: Partial<Plan>, faultIndex: number, index = faultIndex): Occurrence => {
    const fault = { ...AT_ONCE, ...plan, kind: 'refresh', mode: MODE } as const;
    const occurrence = { ...injected(fault, faultIndex, index, 0), fault };
    requestFaults.begin(occurrence, clock.nowMs);
    return occurrence;
  };
  const meet = (client: number) => requestFaults.request(client, clock.nowMs);
  /** Each client sends one request, and the fault that it meets is a hit. */
  const askAll = (): number[] =>
    CLIENTS.filter((client) => {
      const requestFault = meet(client);
      requestFault?.hit();
      return requestFault !== undefined;
    });
  return { requestFaults, clock, begin, meet, askAll, counted: () => tallies.plain };
}

describe('a request fault', () => {
  test('meets each request of the clients that are drawn for it until it ends', () => {
    const { requestFaults, clock, begin, askAll, counted } = setUp();
    const occurrence = begin({ forMs: 1000, share: 0.3, cohort: { from: 0, to: 0.5 } }, 4, 7);
    const drawn = CLIENTS.filter((client) => isDrawn(DRAWS, occurrence, client, COUNT));
    expect(drawn.length).toBeGreaterThan(0);
    expect(askAll()).toEqual(drawn);
    expect(askAll()).toEqual(drawn);
    // The caller ends it.
    clock.nowMs += 5000;
    expect(askAll()).toEqual(drawn);
    requestFaults.end(7);
    expect(askAll()).toEqual([]);
    expect(counted()).toEqual({ 4: { planned: 3 * drawn.length, hit: 3 * drawn.length, missed: {} } });
  });

  test('begins and ends separately for each client where it is spread', () => {
    const { requestFaults, clock, begin, askAll, counted } = setUp();
    const startMs = clock.nowMs;
    const occurrence = begin({ forMs: 1000, spreadMs: 4000 }, 0);
    let asked = 0;
    for (const atMs of [0, 500, 1000, 2500, 4000, 4999]) {
      clock.nowMs = startMs + atMs;
      const standing = CLIENTS.filter((client) => {
        const fromMs = hitAtMs(DRAWS, occurrence, client, startMs);
        return fromMs <= startMs + atMs && startMs + atMs < fromMs + 1000;
      });
      expect(askAll()).toEqual(standing);
      asked += standing.length;
    }
    expect(asked).toBeGreaterThan(COUNT / 2);
    requestFaults.end(0);
    expect(askAll()).toEqual([]);
    expect(counted()).toEqual({ 0: { planned: asked, hit: asked, missed: {} } });
  });

  test('that began first is carried out, and later ones miss the clients that both are drawn for', () => {
    const { meet, begin, askAll, counted } = setUp();
    const some = begin({ forMs: 1000, cohort: { from: 0, to: 0.25 } }, 2);
    begin({ forMs: 1000 }, 1);
    expect(meet(0)?.occurrence).toBe(some);
    expect(meet(COUNT - 1)?.occurrence.faultIndex).toBe(1);
    expect(askAll()).toEqual(CLIENTS);
    expect(counted()).toMatchObject({ 1: { planned: 202, hit: 150, missed: { 'another-fault': 51 } }, 2: { hit: 50 } });
  });

  test('is counted over all occurrences', () => {
    const { requestFaults, begin, askAll, counted } = setUp();
    begin({ forMs: 10 }, 0, 3);
    askAll();
    requestFaults.end(3);
    begin({ forMs: 10 }, 0, 4);
    askAll();
    expect(counted()).toEqual({ 0: { planned: 400, hit: 400, missed: {} } });
  });

  test('that cannot be carried out counts its reason', () => {
    const { meet, begin, counted } = setUp();
    begin({ forMs: 10 }, 0);
    meet(5)?.miss('too-many-hung');
    expect(counted()).toEqual({ 0: { planned: 1, hit: 0, missed: { 'too-many-hung': 1 } } });
  });

  test('that was not settled when the run ended has missed, and only the first report counts', () => {
    const { requestFaults, meet, begin, counted } = setUp();
    begin({ forMs: 10 }, 0);
    meet(5)?.hit();
    const late = meet(6);
    requestFaults.stop();
    late?.hit();
    expect(counted()).toEqual({ 0: { planned: 2, hit: 1, missed: { 'run-over': 1 } } });
  });

  test('that has ended leaves hanging requests to its listener, and still counts the requests that it met', () => {
    const { requestFaults, meet, begin, counted } = setUp();
    const ended: number[] = [];
    requestFaults.onEnd((index) => ended.push(index));
    begin({ forMs: 10 }, 0, 3);
    const late = meet(5);
    requestFaults.end(3);
    expect(ended).toEqual([3]);
    late?.miss('refused');
    expect(counted()).toEqual({ 0: { planned: 1, hit: 0, missed: { refused: 1 } } });
  });

  test('meets no request once the run is over', () => {
    const { requestFaults, meet, begin, counted } = setUp();
    begin({ forMs: 10 }, 0);
    requestFaults.stop();
    expect(meet(5)).toBeUndefined();
    expect(counted()).toEqual({ 0: { planned: 0, hit: 0, missed: {} } });
  });

  test('has another draw for each request, over all occurrences', () => {
    const { requestFaults, meet, begin } = setUp();
    begin({ forMs: 10 }, 0, 3);
    const drawn = [meet(5)?.draw(), meet(5)?.draw(), meet(6)?.draw()];
    requestFaults.end(3);
    begin({ forMs: 10 }, 0, 4);
    drawn.push(meet(5)?.draw());
    expect(new Set(drawn).size).toBe(4);
  });
});
