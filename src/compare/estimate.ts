/** An estimate with its interval. */
export interface Estimate {
  readonly value: number;
  /** end of the interval; null: too few values for this level */
  readonly low: number | null;
  readonly high: number | null;
}

/** The median; NaN without values; the greater of the two middle values if one of them is infinite. */
export function medianOf(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const half = sorted.length / 2;
  const [below, above] = [sorted[Math.ceil(half) - 1]!, sorted[Math.floor(half)]!];
  return Number.isFinite(below) && Number.isFinite(above) ? (below + above) / 2 : Math.max(below, above);
}
