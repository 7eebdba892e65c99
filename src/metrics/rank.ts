/** One latency with its count. */
export interface Latency {
  readonly ms: number;
  readonly count: number;
}

/** A quantile of all attempts, ms; `never`: it lies in the failures; null: no attempts. */
export type Ranked = number | 'never' | null;

/** Age from which an unfinished latency counts as hanging, ms: it may never end. */
const HANGING_MS = 1000;

/** One place in the order of all attempts. */
export interface Rank {
  /** lower bound, in which unfinished ones count with their ages; Infinity: a failure */
  readonly ms: number;
  /** upper bound, in which hanging ones count as failures; equal to `ms` if the place is known */
  readonly mostMs: number;
  /** kind of the attempt at this place; the latency of an `unfinished` one is at least `ms` */
  readonly of: 'success' | 'unfinished' | 'failure';
}

/** The place of a failure: behind all others. */
export const FAILURE: Rank = { ms: Infinity, mostMs: Infinity, of: 'failure' };

/** The place of a success. */
export function known(ms: number): Rank {
  return { ms, mostMs: ms, of: 'success' };
}

/** The place as reports have it. */
export function ranked(rank: Rank | null): Ranked {
  if (rank === null) return null;
  return rank.of === 'failure' ? 'never' : rank.ms;
}

/** Whether an unfinished latency counts as hanging. */
export function isHanging({ ms }: Latency): boolean {
  return ms >= HANGING_MS;
}

/** The number of latencies in a list. */
export function countOf(latencies: readonly Latency[]): number {
  return latencies.reduce((sum, { count }) => sum + count, 0);
}

/** Relative rounding tolerance: 0.99 of 100 is the 99th, although 0.99 * 100 may be slightly more. */
const ROUNDING = 1e-9;

/** The place of a quantile among attempts, from 1. @param q in [0,1] */
export function placeOf(q: number, tried: number): number {
  return Math.max(1, Math.ceil(q * tried - ROUNDING));
}

/**
 * What stands at places in the order of all attempts: successes by latency, unfinished ones by age, failures last.
 *
 * @param places from 1; those beyond successes and ages are failures
 * @param successes in ascending order
 */
export function ranksAt(
  places: readonly number[],
  successes: readonly Latency[],
  ages: readonly Latency[],
): readonly Rank[] {
  const least = inOrder(successes, ages);
  const most = inOrder(
    successes,
    ages.filter((age) => !isHanging(age)),
  );
  return places.map((nth) => {
    const [lower, upper] = [nthOf(least, nth), nthOf(most, nth)];
    if (lower === null) return FAILURE;
    // An unfinished latency will be longer than its age.
    return { ms: lower.ms, mostMs: upper?.of === 'success' ? upper.ms : Infinity, of: lower.of };
  });
}

interface Place extends Latency {
  readonly of: 'success' | 'unfinished';
}

/** Merges two lists in ascending order; of equals the successes come first. */
function inOrder(successes: readonly Latency[], ages: readonly Latency[]): readonly Place[] {
  return [
    ...successes.map((latency) => ({ ...latency, of: 'success' as const })),
    ...ages.map((latency) => ({ ...latency, of: 'unfinished' as const })),
  ].toSorted((a, b) => a.ms - b.ms);
}

/** The nth latency, from 1; null: beyond the end. */
function nthOf(places: readonly Place[], nth: number): Place | null {
  let seen = 0;
  for (const place of places) {
    seen += place.count;
    if (seen >= nth) return place;
  }
  return null;
}
