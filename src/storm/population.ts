import { LOST, newcomerChanges } from '../metrics/lost.ts';
import type { Measurements } from '../metrics/measurements.ts';
import { BIN_MS } from '../core/metrics.ts';

/** What storms are found in: events per 100 ms bin, for the part of the run that has been recorded. */
export interface Population {
  readonly planned: number;
  readonly bins: number;
  readonly elapsedMs: number;
  readonly arrivals: Int32Array;
  /** first and further ones */
  readonly attempts: Int32Array;
  /** attempts other than the first of a client's life */
  readonly reconnects: Int32Array;
  /** ready connections that ended, however they did */
  readonly lost: Int32Array;
  /** ready again after a loss */
  readonly recovered: Int32Array;
  /** every client that was let in, for the first time or again */
  readonly ready: Int32Array;
  /** lost and not ready again, at the end of the bin: those that wait, and those that have stopped for good */
  readonly out: Int32Array;
  /** lost and neither ready again nor stopped */
  readonly waiting: Int32Array;
  /** arrived and never ready, at the end of the bin: those that wait, and those that have stopped for good */
  readonly neverIn: Int32Array;
  /** arrived, never ready, and not stopped */
  readonly newcomers: Int32Array;
  /** stopped for good without being ready, in the bin */
  readonly gone: Int32Array;
  readonly refreshes: Int32Array;
  readonly refreshed: Int32Array;
  /** clients whose latest token request has failed, at the end of the bin */
  readonly failing: Int32Array;
}

export function populationOf({ curves, elapsedMs, planned }: Measurements): Population {
  const bins = Math.min(curves.bins, Math.ceil(elapsedMs / BIN_MS));
  const values = (name: Parameters<typeof curves.values>[0]): Int32Array => curves.values(name).slice(0, bins);
  const arrivals = values('arrivals');
  const recovered = values('recovered');
  const lost = curves.sum(LOST).subarray(0, bins);
  const attempts = values('attempts');
  const abandoned = values('abandoned');
  const stopped = values('stopped');
  const out = running(lost.map((n, i) => n - recovered[i]!));
  const abandonedSoFar = running(abandoned);
  // Those who stop without having been ready leave the newcomers.
  const left = stopped.map((n, i) => Math.max(0, n - abandoned[i]!));
  const leftSoFar = running(left);
  const arrived = running(newcomerChanges(curves).subarray(0, bins));
  return {
    planned,
    bins,
    elapsedMs,
    arrivals,
    attempts,
    reconnects: attempts.map((n, i) => n - arrivals[i]!),
    lost,
    recovered,
    ready: values('ready'),
    out,
    waiting: out.map((n, i) => n - abandonedSoFar[i]!),
    neverIn: arrived,
    newcomers: arrived.map((n, i) => Math.max(0, n - leftSoFar[i]!)),
    gone: abandoned.map((n, i) => n + left[i]!),
    refreshes: values('refreshes'),
    refreshed: values('refreshed'),
    failing: running(values('conditionRefreshFailing')),
  };
}

/**
 * Newcomers that have waited longer than `retryAfterMs`, at the end of each bin: those who had arrived by then, less all
 * who have become ready for the first time since.
 *
 * @param newcomers with or without those who have stopped for good
 */
export function triedInVain({ ready, recovered }: Population, newcomers: Int32Array, retryAfterMs: number): Int32Array {
  const bins = Math.ceil(retryAfterMs / BIN_MS);
  const letIn = running(ready.map((n, i) => Math.max(0, n - recovered[i]!)));
  return newcomers.map((_, i) => {
    const then = i - bins;
    return then < 0 ? 0 : Math.max(0, newcomers[then]! - (letIn[i]! - letIn[then]!));
  });
}

/**
 * Clients that were lost more than `ms` ago and still wait to be ready again, at the end of each bin, at least: those
 * who wait, less all who were lost since.
 */
export function waitedLonger({ waiting, lost }: Population, ms: number): Int32Array {
  const bins = Math.ceil(ms / BIN_MS);
  const lostSoFar = running(lost);
  return waiting.map((now, i) => {
    const then = i - bins;
    return then < 0 ? 0 : Math.max(0, now - (lostSoFar[i]! - lostSoFar[then]!));
  });
}

function running(changes: Int32Array): Int32Array {
  let now = 0;
  return changes.map((n) => (now += n));
}
