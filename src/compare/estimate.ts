/** An estimate and the interval around it. */
export interface Estimate {
  readonly value: number;
  /** null: there are too few pairs for an interval at this level */
  readonly low: number | null;
  readonly high: number | null;
}

/** NaN of none; where one of the two in the middle is infinite, the greater of them. */
export function medianOf(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const half = sorted.length / 2;
  const [below, above] = [sorted[Math.ceil(half) - 1]!, sorted[Math.floor(half)]!];
  return Number.isFinite(below) && Number.isFinite(above) ? (below + above) / 2 : Math.max(below, above);
}
