import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Draws, PURPOSE } from '../random/draws.ts';
import { exponential } from '../random/exponential.ts';
import { estimate } from '../../testing/simulated.ts';
import { Fifo } from './fifo.ts';

/** A job: time since the previous arrival, and service time. */
interface Job {
  readonly gapMs: number;
  readonly serviceMs: number;
}

const job: fc.Arbitrary<Job> = fc.record({ gapMs: fc.nat(20), serviceMs: fc.nat(30) });

describe('a Fifo', () => {
  it.each([
    { what: 'an idle server begins at once', room: 0, arrivals: [0, 100], departures: [10, 110] },
    { what: 'a job that finds it busy waits', room: 5, arrivals: [0, 0, 4], departures: [10, 20, 30] },
    {
      what: 'a job that finds the line full is refused',
      room: 1,
      arrivals: [0, 0, 0, 10],
      departures: [10, 20, Infinity, 30],
    },
    { what: 'without room nobody waits', room: 0, arrivals: [0, 9, 10], departures: [10, Infinity, 20] },
    { what: 'a line may be endless', room: Infinity, arrivals: [0, 0, 0, 0], departures: [10, 20, 30, 40] },
  ])('takes jobs one by one: $what', ({ room, arrivals, departures }) => {
    const fifo = new Fifo(room);
    expect(arrivals.map((at) => fifo.arrive(at, 10))).toEqual(departures);
  });

  it('finishes jobs of no length at once, in any number', () => {
    const fifo = new Fifo(0);
    expect([1, 1, 1, 2].map((at) => fifo.arrive(at, 0))).toEqual([1, 1, 1, 2]);
    expect(fifo.present(2)).toBe(0);
  });

  it('agrees with a server that looks at its line at every step', () => {
    fc.assert(
      fc.property(fc.array(job, { maxLength: 300 }), fc.nat(10), (jobs, room) => {
        const fifo = new Fifo(room);
        const plain = new PlainServer(room);
        let now = 0;
        for (const { gapMs, serviceMs } of jobs) {
          now += gapMs;
          expect(fifo.arrive(now, serviceMs)).toBe(plain.arrive(now, serviceMs));
          expect(fifo.present(now)).toBe(plain.present(now));
        }
      }),
    );
  });

  it('changes its rate at an instant, also for the job in service, and resumes after a rate of almost 0', () => {
    const fifo = new Fifo(Infinity);
    for (let n = 0; n < 3; n++) fifo.arrive(0, 100);
    fifo.stretch(50, 1e12);
    expect(fifo.nextAt).toBeGreaterThan(1e12);
    fifo.stretch(60_000, 0.5e-12);
    const departures = [0, 1, 2].map(() => {
      const at = fifo.nextAt;
      fifo.present(at);
      return Math.round(at);
    });
    expect(departures).toEqual([60_025, 60_075, 60_125]);
    expect(fifo.nextAt).toBe(Infinity);
  });

  it('predicts how long a new job would wait, and is empty once it is cleared', () => {
    const fifo = new Fifo(10);
    for (let n = 0; n < 2; n++) fifo.arrive(100, 500);
    expect([100, 600, 5000].map((now) => fifo.waitMs(now))).toEqual([1000, 500, 0]);
    const full = new Fifo(0);
    full.arrive(0, 500);
    full.clear();
    expect([full.present(0), full.arrive(0, 500)]).toEqual([0, 500]);
  });

  it('keeps the order of arrival, and never holds more than its room and the one in service', () => {
    fc.assert(
      fc.property(fc.array(job, { maxLength: 300 }), fc.nat(5), (jobs, room) => {
        const fifo = new Fifo(room);
        let now = 0;
        let last = 0;
        for (const { gapMs, serviceMs } of jobs) {
          now += gapMs;
          const doneAt = fifo.arrive(now, serviceMs);
          expect(fifo.present(now)).toBeLessThanOrEqual(room + 1);
          if (doneAt === Infinity) continue;
          expect(doneAt).toBeGreaterThanOrEqual(last);
          last = doneAt;
        }
      }),
    );
  });

  it('keeps the order while its ring grows, with the line reaching round the end', () => {
    const fifo = new Fifo(Infinity);
    const departures = Array.from({ length: 5000 }, (_, n) => fifo.arrive(Math.min(n, 39), 1));
    expect(departures).toEqual(Array.from({ length: 5000 }, (_, n) => n + 1));
    expect([39, 40, 4999, 5000].map((now) => fifo.present(now))).toEqual([4961, 4960, 1, 0]);
  });
});

const CLIENTS = 10_000;
const PER_SECOND = 500;

describe('the drain of a storm: 10,000 arrive over J seconds at 500 a second', () => {
  it.each([
    { jitterS: 0, longestS: 20, meanS: 10 },
    { jitterS: 5, longestS: 15, meanS: 7.5 },
    { jitterS: 10, longestS: 10, meanS: 5 },
  ])('J = $jitterS s: the longest wait is $longestS s and the mean $meanS s', ({ jitterS, longestS, meanS }) => {
    const serviceMs = 1000 / PER_SECOND;
    const fifo = new Fifo(Infinity);
    const waits = Array.from({ length: CLIENTS }, (_, n) => {
      const at = (n / CLIENTS) * jitterS * 1000;
      return fifo.arrive(at, serviceMs) - serviceMs - at;
    });
    // The last of N evenly spaced arrivals comes J/N before the end of J.
    const within = serviceMs + (jitterS * 1000) / CLIENTS;
    expect(Math.abs(Math.max(...waits) - 1000 * longestS)).toBeLessThanOrEqual(within);
    expect(Math.abs(estimate(waits).mean - 1000 * meanS)).toBeLessThanOrEqual(within);
  });
});

describe('queues at utilisation 0.8 with a mean service of 1, within 4 standard errors', () => {
  const REPETITIONS = 60;
  /** jobs left out of the mean, because the queue begins empty */
  const WARM_UP = 2000;
  const JOBS = 20_000;

  function meanWait(repetition: number, serviceMs: (n: number) => number): number {
    const draws = new Draws(repetition);
    const fifo = new Fifo(Infinity);
    let now = 0;
    let waits = 0;
    for (let n = 0; n < WARM_UP + JOBS; n++) {
      now += exponential(draws.unit(0, PURPOSE.arrive, n)) / 0.8;
      const service = serviceMs(draws.unit(0, PURPOSE.service, n));
      const wait = fifo.arrive(now, service) - service - now;
      if (n >= WARM_UP) waits += wait;
    }
    return waits / JOBS;
  }

  it.each([
    { queue: 'M/M/1', serviceMs: exponential, wait: 4 },
    { queue: 'M/D/1', serviceMs: () => 1, wait: 2 },
  ])('$queue: the mean wait is $wait', ({ serviceMs, wait }) => {
    const { mean, error } = estimate(Array.from({ length: REPETITIONS }, (_, n) => meanWait(n, serviceMs)));
    expect(error).toBeLessThan(0.05 * wait);
    expect(Math.abs(mean - wait)).toBeLessThan(4 * error);
  });
});

/** The simplest correct server. */
class PlainServer {
  readonly #room: number;
  readonly #departures: number[] = [];

  constructor(room: number) {
    this.#room = room;
  }

  present(now: number): number {
    return this.#departures.filter((at) => at > now).length;
  }

  arrive(now: number, serviceMs: number): number {
    const isIdle = this.present(now) === 0;
    if (!isIdle && this.present(now) > this.#room) return Infinity;
    const doneAt = (isIdle ? now : this.#departures.at(-1)!) + serviceMs;
    this.#departures.push(doneAt);
    return doneAt;
  }
}
