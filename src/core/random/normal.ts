import type { Draws, Purpose } from './draws.ts';
import { ln } from './log.ts';

/** Half of the distance between two draws, which moves a draw from the lower edge of its cell to the middle. */
const HALF_CELL = 1 / 0x40000000000000;

/** A rational approximation: coefficients of numerator and denominator, highest power first. */
interface Ratio {
  readonly over: readonly number[];
  readonly under: readonly number[];
}

// The paper prints more digits than a double holds; these are the doubles.

/** |u - 1/2| <= 0.425 */
const CENTRAL: Ratio = {
  over: [
    2509.0809287301227, 33430.57558358813, 67265.7709270087, 45921.95393154987, 13731.69376550946, 1971.5909503065513,
    133.14166789178438, 3.3871328727963665,
  ],
  under: [
    5226.495278852854, 28729.085735721943, 39307.89580009271, 21213.794301586597, 5394.196021424751, 687.1870074920579,
    42.31333070160091, 1,
  ],
};

/** tail probability down to e^-25 */
const NEAR: Ratio = {
  over: [
    0.0007745450142783414, 0.022723844989269184, 0.2417807251774506, 1.2704582524523684, 3.6478483247632045,
    5.769497221460691, 4.630337846156546, 1.4234371107496835,
  ],
  under: [
    1.0507500716444169e-9, 0.0005475938084995345, 0.015198666563616457, 0.14810397642748008, 0.6897673349851,
    1.6763848301838038, 2.053191626637759, 1,
  ],
};

/** tail probability below e^-25 */
const FAR: Ratio = {
  over: [
    2.0103343992922881e-7, 2.7115555687434876e-5, 0.0012426609473880784, 0.026532189526576124, 0.29656057182850487,
    1.7848265399172913, 5.463784911164114, 6.657904643501103,
  ],
  under: [
    2.0442631033899397e-15, 1.4215117583164459e-7, 1.8463183175100548e-5, 0.0007868691311456133, 0.014875361290850615,
    0.1369298809227358, 0.599832206555888, 1,
  ],
};

/** A standard normal draw: mean 0, deviation 1, at most 8.3 from 0. It uses up one uniform draw, number `n`. */
export function normal(draws: Draws, client: number, purpose: Purpose, n: number): number {
  return normalQuantile(draws.unit(client, purpose, n));
}

/**
 * The standard normal quantile of the uniform draw `u` in [0, 1), moved to the middle of its cell of width 2^-53.
 *
 * Algorithm AS 241, PPND16 (Wichura, "The Percentage Points of the Normal Distribution", Applied Statistics 37, 1988,
 * 477-484): three rational approximations, relative error about 1e-16.
 */
export function normalQuantile(u: number): number {
  const q = u - 0.5;
  if (q >= -0.425 && q <= 0.425) return q * ratio(CENTRAL, 0.180625 - q * q);
  const tail = q < 0 ? u + HALF_CELL : 1 - u - HALF_CELL;
  const r = Math.sqrt(-ln(tail));
  const x = r <= 5 ? ratio(NEAR, r - 1.6) : ratio(FAR, r - 5);
  return q < 0 ? -x : x;
}

function ratio(by: Ratio, r: number): number {
  return horner(by.over, r) / horner(by.under, r);
}

function horner(coefficients: readonly number[], r: number): number {
  let sum = 0;
  for (const coefficient of coefficients) sum = sum * r + coefficient;
  return sum;
}
