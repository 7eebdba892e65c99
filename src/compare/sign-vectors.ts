import { Draws, PURPOSE } from '../core/random/draws.ts';

/** Rounds up to which every assignment of signs is tried; beyond, so many are drawn. */
const MOST_EXACT = 14;
const DRAWN = 20_000;
/** Signs that are taken from one draw. */
const BITS = 32;

/**
 * Visits assignments of signs to `n` rounds: all of them but for mirror images, each differing from the one before by
 * one sign (Gray code); beyond 14 rounds a sample, drawn from a stream that is the same each time. The first has all
 * signs as they were.
 *
 * @param visit gets the signs, 1 or -1; the array is used again
 */
export function eachSignVector(n: number, visit: (signs: Int8Array) => void): void {
  const signs = new Int8Array(n).fill(1);
  visit(signs);
  if (n <= MOST_EXACT) {
    for (let step = 1; step < 2 ** (n - 1); step++) {
      const which = 31 - Math.clz32(step & -step);
      signs[which] = -signs[which]!;
      visit(signs);
    }
    return;
  }
  const draws = new Draws(0);
  for (let drawn = 0; drawn < DRAWN; drawn++) {
    let bits = 0;
    for (let round = 0; round < n; round++) {
      const at = round % BITS;
      if (at === 0) bits = draws.unit(drawn, PURPOSE.relabel, round / BITS) * 2 ** BITS;
      signs[round] = (bits >>> at) & 1 ? -1 : 1;
    }
    visit(signs);
  }
}
