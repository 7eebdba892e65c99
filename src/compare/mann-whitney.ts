/** Most runs of both groups together. */
const MOST_RUNS = 400;

/**
 * The exact two-sided p of the Mann-Whitney test for two unpaired groups (Mann and Whitney, 1947) with their ties: the
 * share of all ways to divide the values into groups of these sizes whose rank sum is at least as far from its mean as
 * the actual one.
 *
 * @returns 1 when either group is empty
 * @throws RangeError for more than MOST_RUNS values
 */
export function mannWhitneyP(a: readonly number[], b: readonly number[]): number {
  if (a.length + b.length > MOST_RUNS) throw new RangeError(`more than ${MOST_RUNS} runs: compare fewer`);
  if (a.length === 0 || b.length === 0) return 1;
  const ranks = doubledMidranks([...a, ...b]);
  const seen = sum(ranks.slice(0, a.length));
  const mean = (a.length * sum(ranks)) / ranks.length;
  const ways = waysToSum(ranks, a.length);
  let all = 0;
  let far = 0;
  for (const [total, n] of ways.entries()) {
    all += n;
    if (Math.abs(total - mean) >= Math.abs(seen - mean) - 1e-9) far += n;
  }
  return far / all;
}

/** Ranks from 1, averaged over equal values, times two so that they are whole numbers. */
export function doubledMidranks(values: readonly number[]): number[] {
  const sorted = values.toSorted((x, y) => x - y);
  return values.map((value) => sorted.indexOf(value) + 1 + sorted.lastIndexOf(value) + 1);
}

/** For each total, the number of ways, up to a common factor, in which `picked` of the ranks add up to it. */
function waysToSum(ranks: readonly number[], picked: number): Float64Array {
  const most = sum(ranks);
  const rows = Array.from({ length: picked + 1 }, () => new Float64Array(most + 1));
  rows[0]![0] = 1;
  for (const rank of ranks) {
    for (let n = picked; n >= 1; n--) {
      const [to, from] = [rows[n]!, rows[n - 1]!];
      for (let total = most; total >= rank; total--) to[total]! += from[total - rank]!;
    }
    // Halving at each step keeps the numbers within a double for any number of runs.
    for (const row of rows) for (let total = 0; total <= most; total++) row[total]! /= 2;
  }
  return rows[picked]!;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
