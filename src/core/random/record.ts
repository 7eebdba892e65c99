/** Terms of the series; the rest is below 1e-16. */
const TERMS = 20;
const STEPS = 8;

/**
 * The quantile of the last record of uniform draws: one draw after another, until one is not above the largest so far.
 *
 * A record at x has the density e^x, and is the last one if the next draw is below it, which has the probability x. So
 * the density is x * e^x and its integral 1 - (1 - x) * e^x, the series x^2/2 + x^3/3 + x^4/8 + ... with (k-1)/k! before x^k.
 * Newton's method solves it from above, where the curve is convex, so it never oversteps.
 */
export function recordQuantile(u: number): number {
  if (u <= 0) return 0;
  let x = Math.min(1, Math.sqrt(2 * u));
  for (let step = 0; step < STEPS; step++) {
    const { below, density } = record(x);
    x -= (below - u) / density;
  }
  return x;
}

/** The probability of a last record below x, and its density there. */
function record(x: number): { readonly below: number; readonly density: number } {
  let below = 0;
  let density = 0;
  // x^k / k! and x^(k-1) / (k-1)!
  let term = x;
  for (let k = 2; k <= TERMS; k++) {
    density += term * (k - 1);
    term *= x / k;
    below += term * (k - 1);
  }
  return { below, density };
}
