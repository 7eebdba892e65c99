/**
 * A child process that holds only clients that refresh a token: `node --expose-gc refreshes.js squall|net URL CLIENTS`
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
  /** Releases what the requests held. */
  end(): Promise<void> | void;
}

/** Requests before the measured ones, so that the code is warm, as during a storm. */
const WARM_UP_REQUESTS = 2000;
const POLL_MS = 20;
/** Maximum time of all requests, ms. */
const TIMEOUT_MS = 30_000;

const [, , make, url = '', count] = process.argv;
const refreshes: Refreshes = make === 'squall' ? new SquallRefreshes() : new NetRefreshes();

// The process ends with its parent.
process.once('disconnect', () => process.exit());
process.send?.(await measure(Number(count)));
process.disconnect();

async function measure(requests: number): Promise<RefreshCost> {
  await run(WARM_UP_REQUESTS);
  globalThis.gc?.();
  return { cpuUsPerRefresh: (await run(requests)) / requests };
}

/** @returns the CPU time of this process from the first request until all tokens are in hand, in microseconds */
async function run(requests: number): Promise<number> {
  await refreshes.begin(url, requests);
  const before = process.cpuUsage();
  for (let waitedMs = 0; refreshes.done < requests; waitedMs += POLL_MS) {
    if (waitedMs >= TIMEOUT_MS)
      throw new Error(`${make}: ${refreshes.done} of ${requests} tokens came within ${TIMEOUT_MS} ms`);
    await sleep(POLL_MS);
  }
  const { user, system } = process.cpuUsage(before);
  await refreshes.end();
  return user + system;
}
