import { medianOf, type Estimate } from './estimate.ts';

/** Pairs up to which every assignment of signs is tried; beyond, so many are drawn. */
const MOST_EXACT = 18;
const DRAWN = 50_000;

/**
 * The exact two-sided p of the paired sign-flip test (Fisher, "The Design of Experiments", 1935, section 21): if the
 * two settings did the same, each difference might as well have had the other sign. p is the share of all assignments
 * of signs whose sum is at least as far from 0 as the one that was seen. Ties count as at least as far.
 *
 * With n pairs p is never below 2 / 2^n. Beyond 18 pairs the assignments are drawn, from a stream of their own that is
 * the same each time, and the one that was seen is counted among them (Phipson and Smyth, 2010).
 *
 * @param differences of each pair, such as log ratios; of those that are 0 the sign does not matter
 * @returns 1 when there are none
 */
export function signFlipP(differences: readonly number[]): number {
  const sizes = differences.map(Math.abs).filter((size) => size > 0);
  if (sizes.length === 0) return 1;
  const seen = Math.abs(differences.reduce((sum, difference) => sum + difference, 0)) * (1 - ROUNDING);
  return sizes.length <= MOST_EXACT ? exactP(sizes, seen) : drawnP(sizes, seen);
}

/** The fewest pairs with which p can fall to `level` at all. */
export function fewestPairs(level: number): number {
  return Math.ceil(Math.log2(2 / level));
}

/** Sums that differ in the last bits only are equal. */
const ROUNDING = 1e-12;

/** Gray code: one sign changes from each assignment to the next; the last sign stays, for the mirror images tell nothing new. */
function exactP(sizes: readonly number[], seen: number): number {
  const signs = sizes.map(() => 1);
  const free = sizes.length - 1;
  let sum = sizes.reduce((total, size) => total + size, 0);
  let far = Math.abs(sum) >= seen ? 1 : 0;
  const assignments = 2 ** free;
  for (let n = 1; n < assignments; n++) {
    const which = 31 - Math.clz32(n & -n);
    const sign = -signs[which]!;
    signs[which] = sign;
    sum += 2 * sign * sizes[which]!;
    if (Math.abs(sum) >= seen) far += 1;
  }
  return far / assignments;
}

function drawnP(sizes: readonly number[], seen: number): number {
  let state = 0x9e3779b9;
  let far = 1;
  for (let n = 0; n < DRAWN; n++) {
    let sum = 0;
    for (const size of sizes) {
      // xorshift32 (Marsaglia, 2003): signs for a test, nothing else
      state ^= state << 13;
      state ^= state >>> 17;
      state ^= state << 5;
      sum += state < 0 ? -size : size;
    }
    if (Math.abs(sum) >= seen) far += 1;
  }
  return far / (DRAWN + 1);
}

/**
 * The shift that the pairs stand for: their median, within all shifts that the sign-flip test does not reject.
 *
 * @param level of the test, such as 0.05 for a 95 % interval
 */
export function shiftOf(differences: readonly number[], level: number): Estimate {
  const value = medianOf(differences);
  if (differences.length < fewestPairs(level)) return { value, low: null, high: null };
  const holds = (shift: number): boolean => signFlipP(differences.map((difference) => difference - shift)) > level;
  const [least, most] = [Math.min(...differences), Math.max(...differences)];
  return { value, low: edge(value, least, holds), high: edge(value, most, holds) };
}

/** The last shift on the way from `inside` to `outside` that still holds. */
function edge(inside: number, outside: number, holds: (shift: number) => boolean): number {
  if (holds(outside)) return outside;
  let [near, far] = [inside, outside];
  for (let step = 0; step < BISECTIONS; step++) {
    const middle = (near + far) / 2;
    if (holds(middle)) near = middle;
    else far = middle;
  }
  return far;
}

const BISECTIONS = 16;
