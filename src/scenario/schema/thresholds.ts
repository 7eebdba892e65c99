import { z } from 'zod';
import { DEFAULTS } from '../defaults.ts';
import { boolean, duration, number, share, text } from '../scalar.ts';
import { MAX_EXPRESSION_CHARS, MAX_THRESHOLDS } from '../limits.ts';
import type { ThresholdPlan } from '../scenario.ts';
import { list, object } from '../object.ts';

const D = DEFAULTS.threshold;

export const expression = text({
  maxChars: MAX_EXPRESSION_CHARS,
  pattern: /^[^\p{Cc}]*[^\p{Cc}\s][^\p{Cc}]*$/u,
  right: 'write an expression such as p99(handshake) < 2s',
});

const baseline = object({
  value: number(0, Number.MAX_SAFE_INTEGER).describe('in ms, events a second, or as a plain number'),
  tolerance: share({ zero: true })
    .prefault(D.tolerance)
    .describe('share of the limit by which runs of one setting differ anyway'),
});

const keys = object({
  expression: expression.describe('what must hold, such as p99(handshake) < 2s'),
  abort: boolean().prefault(D.abort).describe('end the run as soon as it does not hold'),
  grace: duration().prefault(D.grace).describe('no abort before this time has passed since the start'),
  baseline: baseline
    .exactOptional()
    .describe('what a limit such as `1.2x baseline` refers to; --baseline fills it in from a file'),
}).transform(({ grace, ...rest }): ThresholdPlan => ({ ...rest, graceMs: grace }));

/** A bare expression is one that leaves everything else to the defaults. */
export const thresholds = list(
  z.union([expression.transform((bare) => keys.parse({ expression: bare })), keys]),
  MAX_THRESHOLDS,
);
