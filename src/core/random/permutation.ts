import { PURPOSE, type Draws } from './draws.ts';

/** Count below which a cipher is not random enough, and the draws themselves are ranked. */
const FEW = 128;
/** Rounds of the cipher. */
const ROUNDS = 10;

/**
 * The rank of item `item` of `count` in a random order, 0..count-1; no two items have the same.
 *
 * It is a function of the seed alone and needs no state: any process computes whether one of ten million clients is
 * among the first half of them. An alternating Feistel cipher encrypts the numbers below the next power of
 * two; a result of `count` or above is encrypted again until it lies below, two times at most on average (Black and
 * Rogaway, "Ciphers with arbitrary finite domains", CT-RSA 2002).
 *
 * @param order which of the seed's orders, 0..2^28-1
 */
export function rankOf(draws: Draws, order: number, item: number, count: number): number {
  if (count < FEW) return rankOfFew(draws, order * ROUNDS, item, count);
  const bits = 32 - Math.clz32(count - 1);
  const lowBits = bits >>> 1;
  let rank = item;
  do rank = encrypted(draws, order * ROUNDS, rank, lowBits, bits - lowBits);
  while (rank >= count);
  return rank;
}

/** @param n the first draw of the order */
function encrypted(draws: Draws, n: number, value: number, lowBits: number, highBits: number): number {
  const lows = 1 << lowBits;
  const highs = 1 << highBits;
  let low = value & (lows - 1);
  let high = value >>> lowBits;
  for (let round = 0; round < ROUNDS; round += 2) {
    high ^= Math.floor(highs * draws.unit(low, PURPOSE.share, n + round));
    low ^= Math.floor(lows * draws.unit(high, PURPOSE.share, n + round + 1));
  }
  return high * lows + low;
}

/** The number of items with a smaller draw; of equal draws the lower item's counts as smaller. */
function rankOfFew(draws: Draws, n: number, item: number, count: number): number {
  const own = draws.unit(item, PURPOSE.share, n);
  let rank = 0;
  for (let other = 0; other < count; other++) {
    const draw = draws.unit(other, PURPOSE.share, n);
    if (draw < own || (draw === own && other < item)) rank += 1;
  }
  return rank;
}
