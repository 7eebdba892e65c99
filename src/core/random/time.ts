import { exponential } from './exponential.ts';
import { normalQuantile } from './normal.ts';

/** A time that is fixed, or drawn anew whenever it is needed. Milliseconds. */
export type Time =
  | { readonly kind: 'fixed'; readonly ms: number }
  | { readonly kind: 'exponential'; readonly floorMs: number; readonly meanMs: number }
  | { readonly kind: 'normal'; readonly meanMs: number; readonly sdMs: number };

/**
 * The time that the uniform draw `u` in [0, 1) stands for, by inversion; never below 0.
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
