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

/** Rounds before the measured one. V8 compiles again for the second object of a class, so that one long round is not enough. */
const WARM_UP_ROUNDS = 3;
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
  const kept: Refreshes[] = [];
  let cpuUs = 0;
  for (let round = 0; round <= WARM_UP_ROUNDS; round++) {
    const refreshes = makeRefreshes();
    kept.push(refreshes);
    cpuUs = await run(refreshes, requests);
    await refreshes.end();
  }
  return { cpuUsPerRefresh: cpuUs / requests };
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
