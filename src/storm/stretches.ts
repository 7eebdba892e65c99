import { BINS_PER_SECOND } from '../metrics/window.ts';
import { crowdMargin } from './calm.ts';
import { waitedLonger, type Population } from './population.ts';
import { sum } from './recovery.ts';
import type { StormKind } from './storm.ts';

/** A stretch of bins, from..to-1. */
export interface Stretch {
  readonly kind: Exclude<StormKind, 'refresh'>;
  readonly from: number;
  readonly to: number;
}

/** Bins within which clients that stop count together. */
const GONE_WITHIN_BINS = 10 * BINS_PER_SECOND;

/** Time out after which a client is not just slow to reconnect, ms. */
const OUT_FOR_LONG_MS = 10_000;

/**
 * Finds the stretches in which a storm is on. It is on while
 *
 * - the reconnects of a second that covers the bin exceed calm + margin, or
 * - more clients than the crowd margin wait to be ready at the bin's begin or end, because one storm has many waves of a
 *   backoff with gaps between them, or
 * - more newcomers than the crowd margin have tried in vain, or
 * - more clients than the crowd margin stop within ten seconds.
 *
 * A stretch that never exceeds the rate is an outage if it has more losses than reconnects by more than the margin,
 * newcomers that do not get in, or more clients than the crowd margin that are out for longer than the time-out or 10 s.
 * Otherwise reconnects are only slow. A stretch begins where the number of waiting clients began to grow towards the
 * margin. Stretches less than a second apart are joined, because a window of a second cannot separate them; so a run has
 * at most one storm every two seconds.
 *
 * @param stuck newcomers that have tried in vain, at the end of each bin
 */
export function stormStretches(
  population: Population,
  stuck: Int32Array,
  calm: number,
  margin: number,
  retryAfterMs: number,
): readonly Stretch[] {
  const { bins, waiting, planned } = population;
  const crowd = crowdMargin(margin, planned);
  const long = waitedLonger(population, Math.min(retryAfterMs, OUT_FOR_LONG_MS));
  const crowded = crowdedBins(population, calm, margin);
  const leaving = leavingBins(population, crowd);
  const many = (some: Int32Array, i: number): boolean => Math.max(some[i]!, some[i - 1] ?? 0) > crowd;
  const on = crowded.map((is, i) => (is === 1 || leaving[i] === 1 || many(waiting, i) || many(stuck, i) ? 1 : 0));

  const stretches: { readonly from: number; readonly to: number }[] = [];
  for (let from = 0; from < bins; from++) {
    if (on[from] === 0) continue;
    let to = from + 1;
    while (to < bins && on[to] === 1) to++;
    const previous = stretches.at(-1);
    const begin = Math.max(beginOf(waiting, from), previous?.to ?? 0);
    if (previous !== undefined && begin - previous.to < BINS_PER_SECOND) {
      stretches[stretches.length - 1] = { from: previous.from, to };
    } else {
      stretches.push({ from: begin, to });
    }
    from = to;
  }
  return stretches.flatMap((stretch) => {
    const kind = kindOf(population, stretch, { crowded, stuck, long, margin, crowd });
    return kind === null ? [] : { ...stretch, kind };
  });
}

/** Evidence for the kind of a stretch, bin by bin, and the margins. */
interface Evidence {
  readonly crowded: Uint8Array;
  readonly stuck: Int32Array;
  /** clients that have been out for too long to be just slow */
  readonly long: Int32Array;
  readonly margin: number;
  readonly crowd: number;
}

/** The kind of a stretch; null: clients are only slow to reconnect, for instance to a distant gateway. */
function kindOf(
  { lost, reconnects, gone }: Population,
  { from, to }: { readonly from: number; readonly to: number },
  { crowded, stuck, long, margin, crowd }: Evidence,
): Stretch['kind'] | null {
  if (crowded.subarray(from, to).includes(1)) return 'reconnect';
  const inVain = stuck.subarray(from, to).reduce((most, n) => Math.max(most, n), sum(gone, from, to));
  if (inVain > crowd) return sum(reconnects, from, to) > inVain ? 'reconnect' : 'outage';
  if (long.subarray(from, to).some((n) => n > crowd)) return 'outage';
  let untried = 0;
  for (let i = from; i < to; i++) {
    untried += lost[i]! - reconnects[i]!;
    if (untried > margin) return 'outage';
  }
  return null;
}

/** Marks with 1 the bins of each second whose reconnects exceed calm + margin, without edges that have none. */
function crowdedBins({ bins, reconnects }: Population, calm: number, margin: number): Uint8Array {
  const crowded = new Uint8Array(bins);
  let within = 0;
  for (let end = 0; end < bins; end++) {
    within += reconnects[end]! - (reconnects[end - BINS_PER_SECOND] ?? 0);
    if (within <= calm + margin) continue;
    let from = Math.max(0, end - BINS_PER_SECOND + 1);
    let last = end;
    while (reconnects[from]! <= calm / BINS_PER_SECOND) from++;
    while (reconnects[last]! <= calm / BINS_PER_SECOND) last--;
    crowded.fill(1, from, last + 1);
  }
  return crowded;
}

/** Marks with 1 the bins from the first to the last stop where more clients than the margin stop within ten seconds. */
function leavingBins({ bins, gone }: Population, margin: number): Uint8Array {
  const leaving = new Uint8Array(bins);
  let within = 0;
  for (let end = 0; end < bins; end++) {
    within += gone[end]! - (gone[end - GONE_WITHIN_BINS] ?? 0);
    if (within <= margin || gone[end] === 0) continue;
    let from = Math.max(0, end - GONE_WITHIN_BINS + 1);
    while (gone[from] === 0) from++;
    leaving.fill(1, from, end + 1);
  }
  return leaving;
}

function beginOf(waiting: Int32Array, from: number): number {
  let begin = from;
  while (begin > 0 && waiting[begin - 1]! > (waiting[begin - 2] ?? 0)) begin--;
  return begin;
}
