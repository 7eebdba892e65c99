/**
 * A child process that holds only clients that refresh a token: `node refreshes.js squall|net URL CLIENTS`
 * measures their cost, sends it to its parent in one message, and exits.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { RefreshCost } from './refresh-cost.ts';
import { NetRefreshes } from './net-refreshes.ts';
import { SquallRefreshes } from './squall-refreshes.ts';

/** Requests of one implementation to one token endpoint, each on a connection of its own. */
export interface Refreshes {
  /** Begins the requests, evenly at ARRIVALS_PER_SECOND. */
  begin(url: string, requests: number): Promise<void>;
  /** number of tokens in hand */
  readonly done: number;
  /** Ends all work and closes files; the objects stay in memory. */
  end(): Promise<void> | void;
}

/** Requests before the measured ones: a multiple of those, so that V8 has compiled what a storm runs, and a minimum. */
const WARM_UP_FACTOR = 3;
const FEWEST_WARM_UP_REQUESTS = 2000;
const POLL_MS = 20;
/** Maximum time of all requests, ms. */
const TIMEOUT_MS = 30_000;

const [, , make, url = '', count] = process.argv;

// The process ends with its parent.
process.once('disconnect', () => process.exit());
process.send?.(await measure(Number(count)));
process.disconnect();

/**
 * Measures warm code, as during a storm. The warm-up's objects stay in memory, and nothing forces a garbage collection: V8 drops
 * compiled code with the last object of a class that it was compiled for, and would compile it again in the measured time.
 */
async function measure(requests: number): Promise<RefreshCost> {
  const [warmUp, measured] = [makeRefreshes(), makeRefreshes()];
  await run(warmUp, Math.max(FEWEST_WARM_UP_REQUESTS, WARM_UP_FACTOR * requests));
  await warmUp.end();
  const cpuUsPerRefresh = (await run(measured, requests)) / requests;
  await measured.end();
  return { cpuUsPerRefresh };
}

function makeRefreshes(): Refreshes {
  return make === 'squall' ? new SquallRefreshes() : new NetRefreshes();
}

/** @returns the CPU time of this process from the first request until all tokens are in hand, in microseconds */
async function run(refreshes: Refreshes, requests: number): Promise<number> {
  await refreshes.begin(url, requests);
  const before = process.cpuUsage();
  for (let waitedMs = 0; refreshes.done < requests; waitedMs += POLL_MS) {
    if (waitedMs >= TIMEOUT_MS)
      throw new Error(`${make}: ${refreshes.done} of ${requests} tokens came within ${TIMEOUT_MS} ms`);
    await sleep(POLL_MS);
  }
  const { user, system } = process.cpuUsage(before);
  return user + system;
}
