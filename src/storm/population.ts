import type { Measurements } from '../metrics/measurements.ts';
import { BIN_MS } from '../metrics/series.ts';

/** What storms are found in: events per 100 ms bin, for the part of the run that has been recorded. */
export interface Population {
  readonly planned: number;
  readonly bins: number;
  readonly elapsedMs: number;
  readonly arrivals: Int32Array;
  /** attempts other than the first of a client's life */
  readonly reconnects: Int32Array;
  /** ready connections that ended, however they did */
  readonly lost: Int32Array;
  /** ready again after a loss */
  readonly recovered: Int32Array;
  /** every client that was let in, for the first time or again */
  readonly ready: Int32Array;
  /** lost and neither ready again nor stopped, at the end of the bin */
  readonly waiting: Int32Array;
}

export function populationOf({ curves, elapsedMs, planned }: Measurements): Population {
  const bins = Math.min(curves.bins, Math.ceil(elapsedMs / BIN_MS));
  const arrivals = curves.values('arrivals').slice(0, bins);
  const recovered = curves.values('recovered').slice(0, bins);
  const ready = curves.values('ready').slice(0, bins);
  const lost = curves.sum(['lostExpired', 'lostRenewal', 'lostClosed', 'lostDropped']).subarray(0, bins);
  const attempts = curves.values('attempts');
  const abandoned = curves.values('abandoned');

  const reconnects = arrivals.map((n, i) => attempts[i]! - n);
  let now = 0;
  const waiting = lost.map((n, i) => (now += n - recovered[i]! - abandoned[i]!));
  return { planned, bins, elapsedMs, arrivals, reconnects, lost, recovered, ready, waiting };
}
