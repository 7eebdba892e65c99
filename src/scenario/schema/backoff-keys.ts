import { z } from 'zod';
import type { Jitter, ResetRule } from '../../core/policy/backoff.ts';
import { PRESETS } from '../../core/policy/presets/index.ts';
import { DEFAULTS } from '../defaults.ts';
import {
  boolean,
  countOr,
  duration,
  durationOr,
  durationRange,
  scalar,
  number,
  numberRange,
  readRange,
  word,
} from '../scalar.ts';
import { MAX_FACTOR, MAX_RETRIES, MAX_TABLE_DELAYS } from '../limits.ts';
import { list, object } from '../object.ts';
import { DURATION_PATTERN, readDuration } from '../../core/units/duration.ts';
import { Rejection } from '../../core/codec/reject.ts';
import { ruleList } from './rules.ts';

/** What a backoff may be called: a preset, or `none` to try again at once. */
export const backoffName = word(
  ['none', ...Object.keys(PRESETS)],
  'or spell the backoff out, such as { base: 1s, cap: 30s }',
);

/** A `first` delay: one duration, two to draw between, or none of its own. */
const first = scalar<{ readonly minMs: number; readonly maxMs: number } | null>(
  (input) => {
    if (input === 'none') return null;
    const range = Array.isArray(input)
      ? readRange(input, (item) => readDuration(item), '[0s, 5s]')
      : readDuration(input);
    if (range instanceof Rejection) return range;
    return typeof range === 'number' ? { minMs: range, maxMs: range } : { minMs: range[0], maxMs: range[1] };
  },
  {
    anyOf: [
      { const: 'none' },
      { type: 'string', pattern: DURATION_PATTERN },
      { type: 'array', items: { type: 'string', pattern: DURATION_PATTERN }, minItems: 2, maxItems: 2 },
    ],
  },
);

const jitter = z.union([
  word(
    ['none', 'full', 'equal', 'decorrelated'],
    'a mapping such as { additive: [0s, 1s] } or { proportional: [0.8, 1.2] }',
  ).transform((kind): Jitter => (kind === 'full' ? { kind, floorMs: 0 } : { kind })),
  object({ full: duration().describe('all of the delay is drawn at random, on top of this floor') }).transform(
    (keys): Jitter => ({ kind: 'full', floorMs: keys.full }),
  ),
  object({ additive: durationRange().describe('adds a time drawn from this range') }).transform(
    ({ additive: [minMs, maxMs] }): Jitter => ({
      kind: 'additive',
      minMs,
      maxMs,
    }),
  ),
  object({
    proportional: numberRange(0, MAX_FACTOR).describe('multiplies by a number drawn from this range'),
  }).transform(({ proportional: [low, high] }): Jitter => ({
    kind: 'proportional',
    low,
    high,
  })),
  object({ backo2: number(0, 1).describe('as the npm package backo2: more or less by up to this ratio') }).transform(
    (keys): Jitter => ({ kind: 'backo2', ratio: keys.backo2 }),
  ),
]);

const reset = z.union([
  word(['open', 'ready', 'first-message'], 'a mapping such as { stable: 5s }').transform((on): ResetRule => ({ on })),
  object({ stable: duration({ zero: false }).describe('once a connection stayed open for this long') }).transform(
    (keys): ResetRule => ({
      on: 'stable',
      afterMs: keys.stable,
    }),
  ),
]);

const delays = list(duration(), MAX_TABLE_DELAYS).min(1, { error: () => 'no delays — write at least one' });

/** Every key may be left to the preset, or to `DEFAULTS.backoff` where none is named, which is what the JSON Schema shows. */
export const backoffShape = {
  preset: backoffName.optional().describe('start from this client library; the other keys change it'),
  first: first.optional().meta(about('first', 'a first delay apart from the growth: 0s, or [0s, 5s] to draw from')),
  growth: word(['fixed', 'linear', 'exponential', 'table'])
    .optional()
    .meta(about('growth', 'how the delay grows from retry to retry')),
  base: duration().optional().meta(about('base', 'what the growth starts from; with growth fixed, every delay')),
  factor: number(1, MAX_FACTOR).optional().meta(about('factor', 'what exponential growth multiplies by')),
  step: duration().optional().meta(about('step', 'what linear growth adds')),
  delays: delays.optional().describe('the delays of growth table, one by one'),
  then: word(['repeat', 'give-up']).optional().meta(about('then', 'what follows the last delay of a table')),
  cap: durationOr('none').optional().meta(about('cap', 'the longest delay')),
  capOn: word(['before-jitter', 'after-jitter', 'both'])
    .optional()
    .meta(about('capOn', 'which delay the cap bounds: the grown one, the jittered one, or each')),
  jitter: jitter
    .optional()
    .meta(about('jitter', 'deliberate randomness; { full: 500ms } is full jitter above a floor')),
  jitterDrawn: word(['retry', 'client'])
    .optional()
    .meta(about('jitterDrawn', 'client: one draw for the life of a client')),
  floor: duration().optional().meta(about('floor', 'the shortest delay')),
  max: countOr('unlimited', Infinity, { min: 0, max: MAX_RETRIES })
    .optional()
    .meta(about('max', 'retries in a row before the client gives up')),
  retryInitial: boolean()
    .optional()
    .meta(about('retryInitial', 'false: a client whose very first attempt fails gives up')),
  reset: reset.optional().meta(about('reset', 'when the count of retries goes back to 0')),
  retryAfter: word(['ignore', 'heed'])
    .optional()
    .meta(about('retryAfter', 'heed: wait for the Retry-After of a server, where that is longer than the delay')),
  rules: ruleList
    .optional()
    .meta(about('rules', 'what to do by close code, HTTP status or network failure; the first that fits')),
};

export const backoffKeys = object(backoffShape);

export type BackoffKeys = z.output<typeof backoffKeys>;

function about(key: keyof typeof DEFAULTS.backoff, description: string): Readonly<Record<string, unknown>> {
  return { default: DEFAULTS.backoff[key], description };
}
