import { oneOf, shorthand } from '../../core/codec/choice.ts';
import type { Flat, ValueOf } from '../../core/codec/codec.ts';
import { list, object } from '../../core/codec/object.ts';
import { boolean, duration, number, share, text } from '../../core/codec/scalars.ts';
import { MAX_EXPRESSION_CHARS, MAX_THRESHOLDS } from '../limits.ts';
import type { ThresholdExpression } from '../threshold-expression.ts';

export const expression = text({
  maxChars: MAX_EXPRESSION_CHARS,
  pattern: /^[^\p{Cc}]*[^\p{Cc}\s][^\p{Cc}]*$/u,
  right: 'write an expression such as p99(handshake) < 2s',
});

const baseline = object({
  value: number(0, Number.MAX_SAFE_INTEGER).describe('in ms, events a second, or as a plain number'),
  tolerance: share({ zero: true })
    .default('0%')
    .describe('share of the limit by which runs of one setting differ anyway'),
});

/** The value of a metric in an earlier run. */
export type BaselineValue = ValueOf<typeof baseline>;

const threshold = object({
  expression: expression.describe('what must hold, such as p99(handshake) < 2s'),
  abort: boolean().default(false).describe('end the run as soon as it does not hold'),
  grace: duration().as('graceMs').default('0s').describe('no abort before this time has passed since the start'),
  baseline: baseline
    .optional()
    .describe('what a limit such as `1.2x baseline` refers to; --baseline fills it in from a file'),
});

/** A threshold as a file has it. */
export type WrittenThreshold = ValueOf<typeof threshold>;

export type ThresholdPlan = Flat<
  WrittenThreshold & {
    /** the expression, parsed when the scenario was loaded */
    parsed: ThresholdExpression;
  }
>;

export const thresholds = list(oneOf(shorthand('expression', expression, threshold), threshold), {
  max: MAX_THRESHOLDS,
});
