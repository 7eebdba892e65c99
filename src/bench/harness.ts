/** Median and range of several measurements. */
export interface Spread {
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

/** One measurement of each of two alternatives, one right after the other. */
export interface Pair<A, B> {
  readonly a: A;
  readonly b: B;
}

/** @throws RangeError for an empty list, or a value that is not finite */
export function spreadOf(values: readonly number[]): Spread {
  const sorted = values.toSorted((x, y) => x - y);
  const [min] = sorted;
  const max = sorted.at(-1);
  if (min === undefined || max === undefined || !sorted.every(Number.isFinite)) {
    throw new RangeError(`a spread needs one or more finite numbers, not [${values.join(', ')}]`);
  }
  const middle = sorted.length / 2;
  const median = (sorted[Math.ceil(middle) - 1]! + sorted[Math.floor(middle)]!) / 2;
  return { median, min, max };
}

/**
 * Measures two alternatives in the order A B B A, so that a drift of the machine's speed favours neither: it raises the
 * ratio of one pair and lowers the next.
 *
 * @returns two pairs per round
 */
export async function interleave<A, B>(
  rounds: number,
  a: () => A | Promise<A>,
  b: () => B | Promise<B>,
): Promise<readonly Pair<A, B>[]> {
  const pairs: Pair<A, B>[] = [];
  for (let round = 0; round < rounds; round++) {
    const firstA = await a();
    pairs.push({ a: firstA, b: await b() });
    const lastB = await b();
    pairs.push({ a: await a(), b: lastB });
  }
  return pairs;
}

/** The spread of two alternatives, and of the ratio a/b of each pair. */
export interface Comparison {
  readonly a: Spread;
  readonly b: Spread;
  readonly ratio: Spread;
}

export function compare(pairs: readonly Pair<number, number>[]): Comparison {
  return {
    a: spreadOf(pairs.map(({ a }) => a)),
    b: spreadOf(pairs.map(({ b }) => b)),
    ratio: spreadOf(pairs.map(({ a, b }) => a / b)),
  };
}
