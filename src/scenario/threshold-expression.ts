/** Dimensions of metrics: durations in ms, rates in events a second. */
export type Dimension = 'duration' | 'rate' | 'count' | 'ratio';

/** Dimensions of limits; a share is a count over its whole. */
export type Measure = Dimension | 'share';

export interface Quantity {
  readonly measure: Measure;
  /** ms, events a second, a count, a ratio, or a share in 0..1 */
  readonly value: number;
}

/** A limit relative to an earlier run: `1.2x baseline`. */
export interface Relative {
  readonly measure: Dimension;
  readonly times: number;
}

export type Comparison = '<=' | '>=' | '==' | '!=' | '<' | '>';

/** A threshold as parsed: a metric, a comparison and a limit, such as `p99(handshake) < 2s`. Plain data. */
export interface ThresholdExpression {
  readonly text: string;
  /** the metric as the text names it; `threshold/` reads its values */
  readonly subject: string;
  readonly comparison: Comparison;
  readonly limit: Quantity | Relative;
}

/**
 * Parses the text of a threshold. `threshold/expression.ts` implements it, since scenarios do not know the metrics.
 *
 * @throws {ExpressionError}
 */
export type ParseExpression = (text: string) => ThresholdExpression;
