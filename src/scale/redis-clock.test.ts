import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bestReading, readRedisClock, redisMsAt, sharedMsAt } from './redis-clock.ts';

describe('bestReading', () => {
  it('is wrong by no more than it says, whatever the network does to each way', () => {
    const way = fc.double({ min: 0, max: 500, noNaN: true });
    const trip = fc.record({ sentMs: fc.double({ min: 0, max: 1e6, noNaN: true }), out: way, back: way });
    const trips = fc.array(trip, { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(trips, fc.integer({ min: -1e9, max: 2e12 }), (all, trueMs) => {
        const samples = all.map(({ sentMs, out, back }) => {
          return { sentMs, redisMs: sentMs + out + trueMs, receivedMs: sentMs + out + back };
        });
        const reading = bestReading(samples);
        // Instants of this size are rounded to about half a microsecond.
        expect(Math.abs(reading.offsetMs - trueMs)).toBeLessThanOrEqual(reading.errorMs + 0.001);
        expect(reading.errorMs).toBeLessThanOrEqual(Math.min(...all.map(({ out, back }) => out + back)) / 2 + 0.001);
      }),
    );
  });

  it('converts instants there and back', () => {
    const reading = { offsetMs: 1.8e12, errorMs: 0.1 };
    expect([redisMsAt(5, reading), sharedMsAt(1.8e12 + 5, reading)]).toEqual([1.8e12 + 5, 5]);
  });
});

describe('readRedisClock', () => {
  it('refuses an answer that is no time', async () => {
    for (const answer of [null, 'OK', [], ['x', 'y'], ['1']]) {
      const redis = { time: () => Promise.resolve(answer) };
      await expect(readRedisClock(redis as never)).rejects.toThrow('something else than a time');
    }
  });
});
