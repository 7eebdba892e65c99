import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { RateCap } from './rate-cap.ts';

/** How much more than a second's worth a second may see. */
const TOLERANCE_MS = 50;

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** A cap, and when it began which client. */
function capped(perSecond: number): { cap: RateCap; begun: { client: number; atMs: number }[] } {
  const begun: { client: number; atMs: number }[] = [];
  const cap = new RateCap(
    perSecond,
    (client) => begun.push({ client, atMs: performance.now() }),
    () => performance.now(),
  );
  return { cap, begun };
}

describe('a rate cap', () => {
  test('without a rate begins every attempt from within the call', () => {
    const { cap, begun } = capped(Infinity);
    for (let client = 0; client < 1000; client++) cap.ask(client);
    expect(begun).toHaveLength(1000);
    expect(cap.delayed).toBe(0);
  });

  test('begins attempts in the order of their asking, evenly', () => {
    const { cap, begun } = capped(10);
    const start = performance.now();
    for (const client of [3, 1, 2, 0]) cap.ask(client);
    vi.advanceTimersByTime(1000);
    expect(begun.map(({ client, atMs }) => [client, atMs - start])).toEqual([
      [3, 0],
      [1, 100],
      [2, 200],
      [0, 300],
    ]);
    expect(cap.delayed).toBe(3);
  });

  test('holds nothing back of attempts that come together, at a rate far below it', () => {
    const { cap, begun } = capped(500);
    for (let second = 0; second < 10; second++) {
      vi.advanceTimersByTime(1000);
      for (let client = 0; client < 20; client++) cap.ask(client);
    }
    expect(begun).toHaveLength(200);
    expect(cap.delayed).toBe(0);
  });

  test.each([1, 7, 300, 999, 2500])('keeps up a rate of %i/s for as long as somebody waits', (perSecond) => {
    const { cap, begun } = capped(perSecond);
    for (let client = 0; client < 3 * perSecond; client++) cap.ask(client);
    vi.advanceTimersByTime(2000);
    expect(begun.length).toBeGreaterThanOrEqual(2 * perSecond - 1 - perSecond / 200);
    expect(begun.length).toBeLessThanOrEqual(2 * perSecond + 1);
  });

  test('after a stall catches up by a bounded number', () => {
    let nowMs = 0;
    let begun = 0;
    const cap = new RateCap(
      1000,
      () => (begun += 1),
      () => nowMs,
    );
    for (let client = 0; client < 5000; client++) cap.ask(client);
    nowMs = 2000;
    vi.advanceTimersToNextTimer();
    expect(begun).toBe(2 + TOLERANCE_MS);
    cap.stop();
  });

  test('forgets a client that withdraws, and one that was stopped forgets all', () => {
    const { cap, begun } = capped(10);
    for (const client of [0, 1, 2, 3]) cap.ask(client);
    cap.withdraw(1);
    vi.advanceTimersByTime(100);
    cap.stop();
    vi.advanceTimersByTime(10_000);
    expect(begun.map(({ client }) => client)).toEqual([0, 2]);
    expect(vi.getTimerCount()).toBe(0);
  });

  test('does not queue where the line has emptied and time has passed', () => {
    const { cap, begun } = capped(10);
    cap.ask(0);
    cap.ask(1);
    cap.withdraw(1);
    vi.advanceTimersByTime(150);
    cap.ask(2);
    expect(begun.map(({ client }) => client)).toEqual([0, 2]);
  });

  test('is never passed, and begins each client that waits once, whatever the order of asking and withdrawing', () => {
    const step = fc.oneof(
      fc.record({ ask: fc.nat(9) }),
      fc.record({ withdraw: fc.nat(9) }),
      fc.record({ sleepMs: fc.integer({ min: 1, max: 400 }) }),
    );
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 40 }), fc.array(step, { maxLength: 80 }), (perSecond, steps) => {
        const { cap, begun } = capped(perSecond);
        const waiting = new Set<number>();
        let seen = 0;
        const settle = (): void => {
          for (const { client } of begun.slice(seen)) expect(waiting.delete(client)).toBe(true);
          seen = begun.length;
        };
        for (const each of steps) {
          if ('sleepMs' in each) vi.advanceTimersByTime(each.sleepMs);
          else if ('withdraw' in each) {
            cap.withdraw(each.withdraw);
            waiting.delete(each.withdraw);
          } else {
            waiting.add(each.ask);
            cap.ask(each.ask);
          }
          settle();
        }
        vi.advanceTimersByTime(11_000);
        settle();
        expect(waiting.size).toBe(0);
        const most = Math.ceil((perSecond * (1000 + TOLERANCE_MS)) / 1000) + 1;
        for (const { atMs } of begun) {
          expect(begun.filter((other) => other.atMs >= atMs && other.atMs < atMs + 1000).length).toBeLessThanOrEqual(
            most,
          );
        }
      }),
    );
  });
});
