/** The double nearest to ln 2. */
const LN2 = 0.6931471805599453;
const SQRT2 = 1.4142135623730951;
/** Terms of the series; the first one left out is below 2^-60 of the sum. */
const TERMS = 11;

/**
 * The natural logarithm, computed with IEEE 754 addition, multiplication and division alone: the last bits of Math.log
 * depend on the engine, and a seed must give the same run on all of them.
 *
 * x = m * 2^k with m in [1/sqrt 2, sqrt 2]; ln m = 2 artanh s = 2 (s + s^3/3 + s^5/5 + ...) with s = (m-1)/(m+1),
 * |s| <= 0.172. The relative error is below 1e-15.
 *
 * @param x above 0 and finite
 */
export function ln(x: number): number {
  let m = x;
  let k = 0;
  // Powers of two are exact, and the range of doubles bounds both loops by 1075 turns.
  for (; m < 1 / SQRT2; k--) m *= 2;
  for (; m > SQRT2; k++) m /= 2;
  const s = (m - 1) / (m + 1);
  const z = s * s;
  let sum = 0;
  for (let i = 2 * TERMS - 1; i >= 1; i -= 2) sum = sum * z + 1 / i;
  return k * LN2 + 2 * s * sum;
}
