import { LOST, newcomerChanges } from '../metrics/lost.ts';
import type { Measurements } from '../metrics/measurements.ts';
import { BIN_MS } from '../core/metrics.ts';

/** Counts of events and clients in bins of 100 ms, for the recorded part of the run. */
export interface Population {
  readonly planned: number;
  readonly bins: number;
  readonly elapsedMs: number;
  readonly arrivals: Int32Array;
  /** first attempts and reconnects */
  readonly attempts: Int32Array;
  /** attempts other than a client's first one */
  readonly reconnects: Int32Array;
  /** ready connections that ended, for any reason */
  readonly lost: Int32Array;
  /** connections among them that clients ended to connect with a newer token */
  readonly renewals: Int32Array;
  /** ready again after a loss */
  readonly recovered: Int32Array;
  /** sockets of clients that had been ready, which ended, and those that were open and authenticated again; where channels are joined */
  readonly socketsLost: Int32Array;
  readonly socketsBack: Int32Array;
  /** clients that became ready, for the first time or again */
  readonly ready: Int32Array;
  /** were out when they became unknown */
  readonly unknownOut: Int32Array;
  /** unknown at the end of the bin */
  readonly unknown: Int32Array;
  /** lost and neither ready again nor unknown at the end of the bin, stopped ones included */
  readonly out: Int32Array;
  /** lost, and neither ready again nor stopped, at the end of the bin */
  readonly waiting: Int32Array;
  /** arrived and never ready at the end of the bin, stopped ones included */
  readonly neverIn: Int32Array;
  /** arrived, never ready and not stopped, at the end of the bin */
  readonly newcomers: Int32Array;
  /** stopped in the bin without being ready */
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
  const unknownOut = values('unknownOut');
  const out = running(lost.map((n, i) => n - recovered[i]! - unknownOut[i]!));
  const abandonedSoFar = running(abandoned);
  // A client that stops without having been ready is no longer a newcomer.
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
    renewals: values('lostRenewal'),
    recovered,
    socketsLost: values('socketsLost'),
    socketsBack: values('socketsBack'),
    ready: curves.sum(['ready', 'rejoined']).slice(0, bins),
    unknownOut,
    unknown: running(values('stateUnknown')),
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
 * Newcomers that have waited longer than `retryAfterMs`, at the end of each bin: the newcomers at that earlier time minus
 * all that have become ready for the first time since.
 *
 * @param newcomers with or without stopped ones
 */
export function triedInVain(
  { ready, recovered, unknown }: Population,
  newcomers: Int32Array,
  retryAfterMs: number,
): Int32Array {
  const bins = Math.ceil(retryAfterMs / BIN_MS);
  const letIn = running(ready.map((n, i) => Math.max(0, n - recovered[i]!)));
  return newcomers.map((_, i) => {
    const then = i - bins;
    if (then < 0) return 0;
    const inVain = Math.max(0, newcomers[then]! - (letIn[i]! - letIn[then]!));
    // Newcomers that became unknown meanwhile may be in.
    return unknown[i] === unknown[then] ? inVain : Math.min(inVain, newcomers[i]!);
  });
}

/**
 * A lower bound, at the end of each bin, for clients that were lost more than `ms` ago and still wait: all that wait
 * minus all that were lost since.
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
