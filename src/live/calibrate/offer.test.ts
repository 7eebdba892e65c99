import { describe, expect, it } from 'vitest';
import { NETWORK, type Signal } from '../../core/signal.ts';
import { offer } from './offer.ts';
import type { Workload } from './workload.ts';
import { middleRate } from './step.ts';

/** A workload whose tries end only with the step (`hold`), or at once. */
class Held implements Workload {
  readonly begunAtMs: number[] = [];
  readonly #hold: boolean;
  readonly #ends: ((failure: Signal | null) => void)[] = [];

  constructor(hold: boolean) {
    this.#hold = hold;
  }

  begin(): Promise<Signal | null> {
    this.begunAtMs.push(performance.now());
    return new Promise((resolve) => (this.#hold ? this.#ends.push(resolve) : resolve(null)));
  }

  async end(): Promise<void> {
    for (const end of this.#ends) end(NETWORK.windDown);
  }
}

const never = new AbortController().signal;
const load = (perSecond: number, tries: number, capPerSecond = Infinity) => ({ perSecond, tries, capPerSecond });

describe('a load', () => {
  it('begins its tries at its rate, each with its intended instant', async () => {
    const tries = (await offer(load(200, 60), new Held(false), never))!;
    expect(tries).toHaveLength(60);
    const intended = tries.map(({ intendedMs }) => intendedMs);
    for (const [n, atMs] of intended.entries()) expect(atMs - intended[0]!).toBeCloseTo(5 * n, 6);
    expect(tries.every(({ intendedMs, startedMs, endedMs }) => intendedMs <= startedMs && startedMs <= endedMs)).toBe(
      true,
    );
  });

  it('begins a try although the one before has not ended', async () => {
    const workload = new Held(true);
    const offered = offer(load(1000, 20), workload, never);
    while (workload.begunAtMs.length < 20) await new Promise(setImmediate);
    void workload.end();
    expect((await offered)!.map(({ failure }) => failure)).toEqual(Array.from({ length: 20 }, () => NETWORK.windDown));
  });

  it('never exceeds its cap', async () => {
    const workload = new Held(false);
    await offer(load(1000, 20, 100), workload, never);
    expect(workload.begunAtMs).toHaveLength(20);
    // A cap catches up on at most CATCH_UP_MS (50 ms) at once: 5 tries.
    expect(workload.begunAtMs.at(-1)! - workload.begunAtMs[0]!).toBeGreaterThanOrEqual((20 - 1 - 5) * 10);
    expect(middleRate(workload.begunAtMs)).toBeLessThan(200);
  });

  it('gives no result when it is broken off, and begins no more tries', async () => {
    const abort = new AbortController();
    const workload = new Held(true);
    const offered = offer(load(1000, 5000, 100), workload, abort.signal);
    while (workload.begunAtMs.length < 3) await new Promise(setImmediate);
    abort.abort();
    expect(await offered).toBeNull();
    const begun = workload.begunAtMs.length;
    expect(await offer(load(100, 50), workload, abort.signal)).toBeNull();
    expect(workload.begunAtMs).toHaveLength(begun);
  });
});
