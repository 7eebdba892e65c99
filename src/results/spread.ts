import { z } from 'zod';

const number = z.number().nullable();

export const spreadSchema = z.object({
  /** number of runs with the figure; other runs are in none of these numbers */
  runs: z.int(),
  min: number,
  median: number,
  max: number,
  mean: number,
  /** standard deviation of the sample (n - 1); null for fewer than two runs */
  sd: number,
});

/** The spread of a figure over many runs. */
export type Spread = Readonly<z.infer<typeof spreadSchema>>;

/** @param values null for a run without the figure */
export function spreadOf(values: readonly (number | null)[]): Spread {
  const sorted = values.filter((value) => value !== null).toSorted((a, b) => a - b);
  const runs = sorted.length;
  if (runs === 0) return { runs, min: null, median: null, max: null, mean: null, sd: null };
  const mean = sorted.reduce((sum, value) => sum + value, 0) / runs;
  const squares = sorted.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return {
    runs,
    min: sorted[0]!,
    median: (sorted[(runs - 1) >> 1]! + sorted[runs >> 1]!) / 2,
    max: sorted[runs - 1]!,
    mean,
    sd: runs < 2 ? null : Math.sqrt(squares / (runs - 1)),
  };
}
