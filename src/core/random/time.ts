import { exponential } from './exponential.ts';
import { normalQuantile } from './normal.ts';

/** A time in milliseconds that is fixed, or drawn at each use. */
export type Time =
  | { readonly kind: 'fixed'; readonly ms: number }
  | { readonly kind: 'exponential'; readonly floorMs: number; readonly meanMs: number }
  | { readonly kind: 'normal'; readonly meanMs: number; readonly sdMs: number };

/**
 * Converts a uniform draw `u` in [0, 1) to a time by inversion; never below 0.
 *
 * @returns milliseconds
 */
export function timeMs(time: Time, u: number): number {
  switch (time.kind) {
    case 'fixed':
      return time.ms;
    case 'exponential':
      return time.floorMs + time.meanMs * exponential(u);
    case 'normal':
      return Math.max(0, time.meanMs + time.sdMs * normalQuantile(u));
  }
}
