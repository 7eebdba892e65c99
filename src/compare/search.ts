import { roundIn, type Unit } from './units.ts';
import type { Goal, Tried } from './tuning.ts';

/** Number of values tried first, spread evenly over the range to show the trade-off. */
const FIRST_TRIED = 9;
/** Share of the range at which the search ends. */
const CLOSE_ENOUGH = 1 / 256;

export interface Search {
  readonly kind: Unit;
  readonly low: number;
  readonly high: number;
  readonly goal: Goal;
}

/** The boundary, from the mildest value on, from which the thresholds are met. */
export interface Edge {
  /** mildest value that meets them together with its next neighbour */
  readonly found: Tried;
  /** its milder neighbour, which does not; null: there is none */
  readonly milder: Tried | null;
  /** values beyond that do not either */
  readonly islands: readonly Tried[];
}

/** The values to try next; none: the search is over. */
export function nextToTry({ kind, low, high, goal }: Search, tried: readonly Tried[]): readonly number[] {
  if (tried.length === 0) {
    const evenly = Array.from({ length: FIRST_TRIED }, (_, n) => low + ((high - low) * n) / (FIRST_TRIED - 1));
    return [...new Set([low, ...evenly.slice(1, -1).map((size) => roundIn(high - low, size, kind)), high])];
  }
  const edge = edgeOf(tried, goal);
  if (edge === null || edge.milder === null) return [];
  const [inside, outside] = [edge.found.size, edge.milder.size];
  if (Math.abs(inside - outside) <= (high - low) * CLOSE_ENOUGH) return [];
  const middle = roundIn(high - low, (inside + outside) / 2, kind);
  return tried.some(({ size }) => size === middle) ? [] : [middle];
}

/** Finds the boundary; null: no value meets the thresholds together with its neighbour. */
export function edgeOf(tried: readonly Tried[], goal: Goal): Edge | null {
  const ordered = tried.toSorted((a, b) => (goal === 'smallest' ? a.size - b.size : b.size - a.size));
  const at = ordered.findIndex(({ meets }, index) => meets && (ordered[index + 1]?.meets ?? true));
  const found = ordered[at];
  if (found === undefined) return null;
  return { found, milder: ordered[at - 1] ?? null, islands: ordered.slice(at + 1).filter(({ meets }) => !meets) };
}
