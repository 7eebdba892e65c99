import { Draws, PURPOSE } from '../core/random/draws.ts';

/** Rounds up to which every sign vector is visited. */
const MAX_EXACT = 14;
/** Sign vectors in the sample that is visited for more rounds. */
const SAMPLE_SIZE = 20_000;
/** Signs from one draw. */
const BITS = 32;

/**
 * Visits sign vectors for `n` rounds: all except mirror images, each of which differs from the previous one in one sign
 * (Gray code); beyond 14 rounds a sample that is the same each time. The first vector flips nothing.
 *
 * @param visit receives the signs, 1 or -1; the array is reused
 */
export function eachSignVector(n: number, visit: (signs: Int8Array) => void): void {
  const signs = new Int8Array(n).fill(1);
  visit(signs);
  if (n <= MAX_EXACT) {
    for (let step = 1; step < 2 ** (n - 1); step++) {
      const which = 31 - Math.clz32(step & -step);
      signs[which] = -signs[which]!;
      visit(signs);
    }
    return;
  }
  const draws = new Draws(0);
  for (let drawn = 0; drawn < SAMPLE_SIZE; drawn++) {
    let bits = 0;
    for (let round = 0; round < n; round++) {
      const at = round % BITS;
      if (at === 0) bits = draws.unit(drawn, PURPOSE.relabel, round / BITS) * 2 ** BITS;
      signs[round] = (bits >>> at) & 1 ? -1 : 1;
    }
    visit(signs);
  }
}
