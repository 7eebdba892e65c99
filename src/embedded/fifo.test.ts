import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Fifo } from './fifo.ts';

/** Offers jobs at the given instants and returns when each was finished. */
function serveAll(fifo: Fifo<number>, arrivalsMs: readonly number[]): number[] {
  const finishedMs: number[] = [];
  const drainUntil = (nowMs: number) => {
    for (let dueMs = fifo.nextAtMs; dueMs <= nowMs; dueMs = fifo.nextAtMs) {
      const job = fifo.take(dueMs);
      if (job === undefined) return;
      finishedMs[job] = dueMs;
    }
  };
  for (const [job, nowMs] of arrivalsMs.entries()) {
    drainUntil(nowMs);
    fifo.offer(job, nowMs);
  }
  drainUntil(Number.MAX_VALUE);
  return finishedMs;
}

const arrivals = fc
  .array(fc.double({ min: 0, max: 1000, noNaN: true }), { minLength: 1, maxLength: 600 })
  .map((times) => times.toSorted((a, b) => a - b));

it('serves nothing at a rate of 0, and goes on where it was when it has one again', () => {
  const fifo = new Fifo<string>(10, 5);
  fifo.offer('half done', 0);
  fifo.setRate(0, 50);
  fifo.offer('waits', 100);
  expect(fifo.nextAtMs).toBeGreaterThan(1e12);
  fifo.setRate(20, 60_000);
  expect(fifo.nextAtMs).toBeCloseTo(60_000 + 25, 6);
  expect(fifo.take(60_025.001)).toBe('half done');
  expect(fifo.nextAtMs).toBeCloseTo(60_000 + 75, 6);
});

it('finishes jobs in order of arrival, each one service time or more after the one before', () => {
  fc.assert(
    fc.property(arrivals, fc.integer({ min: 1, max: 5000 }), (arrivalsMs, perSecond) => {
      const finishedMs = serveAll(new Fifo(perSecond, Infinity), arrivalsMs);
      const serviceMs = 1000 / perSecond;
      let freeAtMs = -Infinity;
      expect(finishedMs).toHaveLength(arrivalsMs.length);
      for (const [job, atMs] of arrivalsMs.entries()) {
        freeAtMs = Math.max(freeAtMs, atMs) + serviceMs;
        expect(finishedMs[job]).toBe(freeAtMs);
      }
    }),
  );
});

// A queue that is fed evenly over J seconds and drained at C a second: the last of N waits N/C - J, the mean is half.
it.each([
  { overMs: 0, longestMs: 20_000 },
  { overMs: 5000, longestMs: 15_000 },
  { overMs: 10_000, longestMs: 10_000 },
])('10,000 jobs over $overMs ms at 500/s wait $longestMs ms at most and half of that on average', (storm) => {
  const count = 10_000;
  const arrivalsMs = Array.from({ length: count }, (_, job) => (job * storm.overMs) / count);
  const finishedMs = serveAll(new Fifo(500, Infinity), arrivalsMs);
  const waitsMs = arrivalsMs.map((atMs, job) => (finishedMs[job] ?? NaN) - atMs);
  const meanMs = waitsMs.reduce((sum, waitMs) => sum + waitMs, 0) / count;
  expect(Math.abs(Math.max(...waitsMs) - storm.longestMs)).toBeLessThan(5);
  expect(Math.abs(meanMs - storm.longestMs / 2)).toBeLessThan(5);
});

it('holds one in service and as many in line as there is room for', () => {
  fc.assert(
    fc.property(fc.nat({ max: 20 }), fc.nat({ max: 50 }), (room, offers) => {
      const fifo = new Fifo<number>(10, room);
      const accepted = Array.from({ length: offers }, (_, job) => fifo.offer(job, 0)).filter(Boolean);
      expect(accepted).toHaveLength(Math.min(offers, room + 1));
      expect(fifo.waiting).toBe(Math.max(0, accepted.length - 1));
    }),
  );
});

it('finishes at once when its rate has no limit, and tells a newcomer how long the line is when it has', () => {
  const unlimited = new Fifo<string>(Infinity, 0);
  unlimited.offer('a', 5);
  expect(unlimited.take(5)).toBe('a');
  expect(unlimited.take(Infinity)).toBeUndefined();
  const slow = new Fifo<string>(2, 10);
  slow.offer('a', 100);
  slow.offer('b', 100);
  expect(slow.waitMs(100)).toBe(1000);
  expect(slow.waitMs(5000)).toBe(0);
});

it('works on at another rate once it is told, also at the job in service', () => {
  const fifo = new Fifo<number>(100, Infinity);
  for (const job of [0, 1, 2]) fifo.offer(job, 0);
  fifo.setRate(10, 5);
  expect(serveAll(fifo, [])).toEqual([55, 155, 255]);
  fifo.offer(3, 1000);
  fifo.setRate(1000, 1050);
  fifo.offer(4, 1050);
  expect(serveAll(fifo, []).slice(3)).toEqual([1050.5, 1051.5]);
});
