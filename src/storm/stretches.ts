import { BINS_PER_SECOND } from '../metrics/window.ts';
import type { Population } from './population.ts';

/** Bins from..to-1. */
export interface Stretch {
  readonly from: number;
  readonly to: number;
}

/**
 * The stretches in which a storm is on. It is on while
 *
 * - the reconnects of a second that covers the bin exceed calm + margin, or
 * - more clients than the margin wait to be back when the bin begins or ends: the waves of a backoff have gaps, and one storm has many waves.
 *
 * A stretch that never exceeds the rate is an outage and no storm. One begins where the number waiting began to grow
 * towards the margin. Stretches less than a second apart are one, as a window of a second cannot tell them apart; so
 * a run has at most one storm every two seconds.
 */
export function stormStretches(population: Population, calm: number, margin: number): readonly Stretch[] {
  const { bins, waiting } = population;
  const crowded = crowdedBins(population, calm, margin);
  const on = crowded.map((is, i) => (is === 1 || Math.max(waiting[i]!, waiting[i - 1] ?? 0) > margin ? 1 : 0));

  const stretches: Stretch[] = [];
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
  return stretches.filter(({ from, to }) => crowded.subarray(from, to).includes(1));
}

/** 1 for each bin of a second in which the reconnects exceed calm + margin; its edges without reconnects are left off. */
function crowdedBins({ bins, reconnects }: Population, calm: number, margin: number): Uint8Array {
  const crowded = new Uint8Array(bins);
  let sum = 0;
  for (let end = 0; end < bins; end++) {
    sum += reconnects[end]! - (reconnects[end - BINS_PER_SECOND] ?? 0);
    if (sum <= calm + margin) continue;
    let from = Math.max(0, end - BINS_PER_SECOND + 1);
    let last = end;
    while (reconnects[from]! <= calm / BINS_PER_SECOND) from++;
    while (reconnects[last]! <= calm / BINS_PER_SECOND) last--;
    crowded.fill(1, from, last + 1);
  }
  return crowded;
}

function beginOf(waiting: Int32Array, from: number): number {
  let begin = from;
  while (begin > 0 && waiting[begin - 1]! > (waiting[begin - 2] ?? 0)) begin--;
  return begin;
}
