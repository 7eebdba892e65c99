import type { FirstDelay, Jitter, ResetRule, RetryRounds } from '../../core/policy/backoff.ts';
import { LIBRARIES } from '../../core/policy/libraries/index.ts';
import { oneOf, tags, variant, words } from '../../core/codec/choice.ts';
import type { Codec, ValueOf } from '../../core/codec/codec.ts';
import { list, object } from '../../core/codec/object.ts';
import { boolean, count, duration, number, numberOr, range, unlimitedOr, word } from '../../core/codec/scalars.ts';
import { MAX_FACTOR, MAX_RETRIES, MAX_TABLE_DELAYS } from '../limits.ts';
import { ruleList } from './rules.ts';

/** Names of backoffs: a preset, or `none` to try again at once. */
export const backoffName: Codec<string> = word(
  ['none', ...Object.keys(LIBRARIES)],
  'or spell the backoff out, such as { base: 1s, cap: 30s }',
);

const durations = () => range('minMs', 'maxMs', duration(), '[0s, 5s]');

/** A `first` delay: one duration, two bounds of a draw, or none. */
const first: Codec<FirstDelay | null> = oneOf(
  duration()
    .map<FirstDelay>(
      (ms) => ({ minMs: ms, maxMs: ms }),
      (delay) => ('minMs' in delay ? delay.minMs : 0),
    )
    .printsWhen(() => false),
  words({ none: null }),
  object({
    quantiles: list(duration(), { max: MAX_TABLE_DELAYS, empty: 'no quantiles — write at least two' })
      .as('quantilesMs')
      .refine((quantilesMs, refuse) => {
        if (quantilesMs.length === 1) refuse('one quantile — write at least two, the least delay and the longest');
        if (quantilesMs.some((ms, i) => i > 0 && ms < quantilesMs[i - 1]!))
          refuse('out of order — write the least delay first');
      })
      .describe('its distribution: quantiles at equal steps of probability, from the least delay to the longest'),
  }).printsWhen((value) => 'quantilesMs' in value),
  durations(),
);

const jitter: Codec<Jitter> = oneOf(
  words(
    {
      none: { kind: 'none' },
      full: { kind: 'full', floorMs: 0 },
      equal: { kind: 'equal' },
      decorrelated: { kind: 'decorrelated' },
    } as const,
    'a mapping such as { additive: [0s, 1s] } or { proportional: [0.8, 1.2] }',
  ),
  variant(
    { kind: 'full' },
    { full: duration().as('floorMs').describe('all of the delay is drawn at random, on top of this floor') },
  ),
  variant({ kind: 'above' }, { above: duration().as('minMs').describe('draws between this delay and the grown one') }),
  variant(
    { kind: 'additive' },
    {
      additive: durations().inline().describe('adds a time drawn from this range'),
      redrawn: boolean().optional().describe('true: draws again after each wait, until what it has waited is enough'),
    },
  ),
  variant(
    { kind: 'quantiles' },
    {
      quantiles: list(number(0, MAX_FACTOR), { max: MAX_TABLE_DELAYS, empty: 'no factors — write at least two' })
        .as('factors')
        .describe('multiplies by a number of this distribution: its quantiles at equal steps of probability'),
    },
  ),
  variant(
    { kind: 'gaussian' },
    { gaussian: number(0, 1).as('sd').describe('more or less by a normal draw with this share as standard deviation') },
  ),
  variant(
    { kind: 'proportional' },
    {
      proportional: range('low', 'high', number(0, MAX_FACTOR), '[0.8, 1.2]')
        .inline()
        .describe('multiplies by a number drawn from this range'),
    },
  ),
  variant(
    { kind: 'backo2' },
    { backo2: number(0, 1).as('ratio').describe('as the npm package backo2: more or less by up to this ratio') },
  ),
);

const reset: Codec<ResetRule> = oneOf(
  tags(['open', 'ready', 'first-message'], 'a mapping such as { stable: 5s }', 'on'),
  variant(
    { on: 'stable' },
    { stable: duration({ zero: false }).as('afterMs').describe('once a connection stayed open for this long') },
  ),
);

const rounds: Codec<RetryRounds> = object({
  size: count({ min: 1, max: MAX_RETRIES }).describe('retries of a round'),
  after: duration().as('afterMs').describe('time from the first failure to the first round'),
  every: duration({ zero: false }).as('everyMs').describe('time from the beginning of a round to that of the next'),
});

const delays = list(duration(), { max: MAX_TABLE_DELAYS, empty: 'no delays — write at least one' });

/**
 * The keys of a backoff, named as in `BackoffPolicy` and its growth. An omitted key has the preset's value or, without
 * a preset, the default given here: full jitter under an exponential bound.
 */
export const backoffKeys = object({
  preset: backoffName.optional().describe('start from this client library; the other keys change it'),
  first: first.optional('none').describe('a first delay apart from the growth: 0s, or [0s, 5s] to draw from'),
  growth: word(['fixed', 'linear', 'exponential', 'table'])
    .optional('exponential')
    .describe('how the delay grows from retry to retry'),
  base: duration().as('baseMs').optional('1s').describe('what the growth starts from; with growth fixed, every delay'),
  factor: number(1, MAX_FACTOR).optional(2).describe('what exponential growth multiplies by'),
  growsFrom: word(['base', 'previous'])
    .optional('base')
    .describe('previous: exponential growth multiplies the delay before, jitter and cap included'),
  step: duration().as('stepMs').optional('1s').describe('what linear growth adds'),
  delays: delays.as('delaysMs').optional().describe('the delays of growth table, one by one'),
  then: word(['repeat', 'give-up']).optional('repeat').describe('what follows the last delay of a table'),
  cap: numberOr('none', Infinity, duration()).as('capMs').optional('30s').describe('the longest delay'),
  capOn: word(['before-jitter', 'after-jitter', 'both'])
    .optional('before-jitter')
    .describe('which delay the cap bounds: the grown one, the jittered one, or each'),
  jitter: jitter.optional('full').describe('deliberate randomness; { full: 500ms } is full jitter above a floor'),
  jitterDrawn: word(['retry', 'client']).optional('retry').describe('client: one draw for the life of a client'),
  floor: duration().as('floorMs').optional('0s').describe('the shortest delay'),
  stages: list(
    object({
      after: duration().as('afterMs').describe('time since the first failure after the client was last ready'),
      delay: duration().as('delayMs').describe('every delay from then on'),
    }),
    { max: MAX_TABLE_DELAYS },
  )
    .optional([])
    .describe('delays that replace all others once a client has been without a connection for long'),
  rounds: oneOf(words({ none: null }), rounds)
    .optional('none')
    .describe('retries in rounds, each of which begins the growth anew'),
  measuredFrom: word(['failure', 'dial'])
    .optional('failure')
    .describe('dial: a delay counts from the dial of the attempt or connection that failed'),
  minUptime: duration()
    .as('minUptimeMs')
    .optional('0s')
    .describe('a connection that is lost before it was ready for this long ends the client'),
  max: unlimitedOr(count({ min: 0, max: MAX_RETRIES }))
    .as('maxRetries')
    .optional('unlimited')
    .describe('retries in a row before the client gives up'),
  retryInitial: boolean().optional(true).describe('false: a client whose very first attempt fails gives up'),
  reset: reset.optional('ready').describe('when the count of retries goes back to 0'),
  retryAfter: word(['ignore', 'heed'])
    .optional('ignore')
    .describe('heed: wait for the Retry-After of a server, where that is longer than the delay'),
  rules: ruleList
    .optional([])
    .describe('what to do by close code, HTTP status or network failure; the first that fits'),
});

export type BackoffKeys = ValueOf<typeof backoffKeys>;
