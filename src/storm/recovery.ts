import { BIN_MS } from '../core/metrics.ts';
import type { Population } from './population.ts';
import type { OwnTimes, Storm } from './storm.ts';
import type { Stretch } from './stretches.ts';

type Bins = Pick<Stretch, 'from' | 'to'>;

/** Losses, recoveries, and clients that became unknown before theirs; of clients or of their sockets. */
type LostAndBack = Pick<Population, 'lost' | 'recovered' | 'unknownOut'>;

/**
 * Time from the storm's start until this share of its losses had recovered, in whole bins; null: it had not by the next
 * storm or the run's end, or nothing was lost. A share of 1 is not reached when a client has stopped in the meantime. Losses
 * of clients that became unknown while they were out do not count.
 *
 * Curves do not show which clients recovered. Within the storm every recovery counts. After its end there are recoveries
 * from the storm and from later losses, so that only the recoveries in excess of losses count.
 *
 * @param until one past the last bin to look at
 */
export function recoveredAfterMs(
  { lost, recovered, unknownOut, gone }: Population,
  { from, to }: Bins,
  until: number,
  share: number,
): number | null {
  let known = sum(lost, from, to);
  if (known === 0) return null;
  let back = 0;
  for (let i = from; i < until; i++) {
    known -= unknownOut[i]!;
    if (known <= 0) return null;
    if (share === 1 && gone[i]! > 0) return null;
    back += recovered[i]!;
    if (i >= to) back -= lost[i]!;
    if (back >= share * known) return (i + 1 - from) * BIN_MS;
  }
  return null;
}

/** Recovery times of a storm's sockets, before their channels are joined, as `ownTimes` has them; null: it lost none. */
export function socketTimes(population: Population, stretch: Bins, until: number): Storm['sockets'] {
  const { socketsLost: lost, socketsBack: recovered } = population;
  if (sum(lost, stretch.from, stretch.to) === 0) return null;
  return ownTimes({ lost, recovered, unknownOut: population.unknownOut }, stretch, until);
}

/**
 * Recovery times of a storm's losses, each from its own instant, so that losses spread over time do not look slower. It
 * assumes that clients recover in the order of their losses, which is consistent with all curves.
 *
 * @param until one past the last bin to look at
 */
export function ownTimes(events: LostAndBack, { from, to }: Bins, until: number): OwnTimes {
  const { lost } = events;
  const total = Math.max(0, sum(lost, from, to) - sum(events.unknownOut, from, until));
  const lags = lagsOf(events, { from, to }, until);
  const at = (share: number): number | null => {
    let seen = 0;
    const wanted = share * total;
    if (total === 0) return null;
    for (const [bins, n] of lags) {
      seen += n;
      if (seen >= wanted) return bins * BIN_MS;
    }
    return null;
  };
  let last = to - 1;
  while (last > from && lost[last] === 0) last--;
  return { t50Ms: at(0.5), t95Ms: at(0.95), t99Ms: at(0.99), t100Ms: at(1), watchedMs: (until - 1 - last) * BIN_MS };
}

/** Pairs of recovery time in bins and number of losses, the shortest first, without losses that did not recover. */
function lagsOf(
  { lost, recovered }: LostAndBack,
  { from, to }: Bins,
  until: number,
): readonly (readonly [number, number])[] {
  const lags = new Map<number, number>();
  let [back, most, oldest] = [0, 0, from];
  let left = lost[from] ?? 0;
  let open = 0;
  for (let i = from; i < until; i++) {
    if (i < to) open += lost[i]!;
    back += recovered[i]! - (i >= to ? lost[i]! : 0);
    let made = Math.min(open, Math.max(0, back - most));
    most = Math.max(most, back);
    open -= made;
    while (made > 0) {
      while (left === 0) left = lost[++oldest]!;
      const n = Math.min(made, left);
      const bins = i + 1 - oldest;
      lags.set(bins, (lags.get(bins) ?? 0) + n);
      left -= n;
      made -= n;
    }
  }
  return [...lags].toSorted(([a], [b]) => a - b);
}

export function sum(bins: Int32Array, from: number, to: number): number {
  let total = 0;
  for (let i = from; i < to; i++) total += bins[i]!;
  return total;
}
