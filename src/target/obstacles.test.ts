import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { Tally } from '../core/fault/fault.ts';
import type { Plan } from '../core/fault/plan.ts';
import { AT_ONCE } from '../core/fault/planned.test.helper.ts';
import type { RefreshFault } from '../core/fault/refresh.ts';
import { hitAtMs, isDrawn } from '../core/fault/select.ts';
import { injected, type Strike } from '../core/fault/strike.ts';
import { Draws } from '../core/random/draws.ts';
import { Obstacles, plainTallies } from './obstacles.ts';

const COUNT = 200;
const CLIENTS = Array.from({ length: COUNT }, (_, client) => client);
const DRAWS = new Draws(1);
const MODE = { kind: 'refuse' } as const;

beforeEach(() => void vi.useFakeTimers({ toFake: ['performance'] }));
afterEach(() => void vi.useRealTimers());

/** Obstacles to refreshes of `COUNT` clients, and what they have counted. */
function setUp() {
  const tallies = new Map<number, Tally>();
  const obstacles = new Obstacles<RefreshFault>(DRAWS, COUNT, tallies);
  const begin = (plan: Partial<Plan>, faultIndex: number, index = faultIndex): Strike => {
    const strike = injected({ ...AT_ONCE, ...plan, kind: 'refresh', mode: MODE }, faultIndex, index, 0);
    if (!tallies.has(faultIndex)) tallies.set(faultIndex, new Tally());
    obstacles.begin(strike, MODE);
    return strike;
  };
  /** Each client asks once, and what is in its way spoils it. */
  const askAll = (): number[] =>
    CLIENTS.filter((client) => {
      const obstacle = obstacles.meet(client);
      obstacle?.spoiled();
      return obstacle !== undefined;
    });
  return { obstacles, begin, askAll, counted: () => plainTallies(tallies) };
}

describe('what stands in the way of requests', () => {
  test('is in the way of those it is drawn for, each time they ask, until it ends', () => {
    const { obstacles, begin, askAll, counted } = setUp();
    const strike = begin({ forMs: 1000, share: 0.3, cohort: { from: 0, to: 0.5 } }, 4, 7);
    const drawn = CLIENTS.filter((client) => isDrawn(DRAWS, strike, client, COUNT));
    expect(drawn.length).toBeGreaterThan(0);
    expect(askAll()).toEqual(drawn);
    expect(askAll()).toEqual(drawn);
    // When it is over, whoever began it says.
    vi.advanceTimersByTime(5000);
    expect(askAll()).toEqual(drawn);
    obstacles.end(7);
    expect(askAll()).toEqual([]);
    expect(counted()).toEqual({ 4: { planned: 3 * drawn.length, hit: 3 * drawn.length, missed: {} } });
  });

  test('begins and ends for each client by itself where it is spread', () => {
    const { obstacles, begin, askAll, counted } = setUp();
    const strike = begin({ forMs: 1000, spreadMs: 4000 }, 0);
    const startMs = performance.now();
    let asked = 0;
    for (const atMs of [0, 500, 1000, 2500, 4000, 4999]) {
      vi.advanceTimersByTime(startMs + atMs - performance.now());
      const standing = CLIENTS.filter((client) => {
        const fromMs = hitAtMs(DRAWS, strike, client, startMs);
        return fromMs <= startMs + atMs && startMs + atMs < fromMs + 1000;
      });
      expect(askAll()).toEqual(standing);
      asked += standing.length;
    }
    expect(asked).toBeGreaterThan(COUNT / 2);
    obstacles.end(0);
    expect(askAll()).toEqual([]);
    expect(counted()).toEqual({ 0: { planned: asked, hit: asked, missed: {} } });
  });

  test('is what came first, and what came later misses those whom both are drawn for', () => {
    const { obstacles, begin, askAll, counted } = setUp();
    const some = begin({ forMs: 1000, cohort: { from: 0, to: 0.25 } }, 2);
    begin({ forMs: 1000 }, 1);
    expect(obstacles.meet(0)?.strike).toBe(some);
    expect(obstacles.meet(COUNT - 1)?.strike.faultIndex).toBe(1);
    expect(askAll()).toEqual(CLIENTS);
    expect(counted()).toMatchObject({ 1: { planned: 202, hit: 150, missed: { 'another-fault': 51 } }, 2: { hit: 50 } });
  });

  test('adds up over the occurrences of a fault', () => {
    const { obstacles, begin, askAll, counted } = setUp();
    begin({ forMs: 10 }, 0, 3);
    askAll();
    obstacles.end(3);
    begin({ forMs: 10 }, 0, 4);
    askAll();
    expect(counted()).toEqual({ 0: { planned: 400, hit: 400, missed: {} } });
  });

  test('that cannot be carried out says why', () => {
    const { obstacles, begin, counted } = setUp();
    begin({ forMs: 10 }, 0);
    obstacles.meet(5)?.missed('too-many-hung');
    expect(counted()).toEqual({ 0: { planned: 1, hit: 0, missed: { 'too-many-hung': 1 } } });
  });
});
