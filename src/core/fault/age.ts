import { oneOf, shorthand } from '../codec/choice.ts';
import type { ValueOf } from '../codec/codec.ts';
import { object } from '../codec/object.ts';
import { duration } from '../codec/scalars.ts';
import { timePart } from '../codec/time-part.ts';
import { MAX_RUN_MS } from '../limits.ts';
import { closeCode, closeReason } from './close.ts';
import type { Plan } from './plan.ts';
import { preset, type FaultSpec } from './spec.ts';

const limitAge = duration({ zero: false, maxMs: MAX_RUN_MS });

const limit = object({
  limit: limitAge.as('limitMs').describe('the age at which a connection is closed, from ready on'),
  jitter: timePart('5s', true)
    .default('0s')
    .describe('its limit is longer by a time drawn uniformly up to this: a duration, or a share of the limit'),
  code: closeCode.default(1001).describe('the close code that the gateway sends'),
  reason: closeReason.default('').describe('the close reason that it sends'),
});

const fields = object({
  age: oneOf(shorthand('limit', limitAge, limit), limit)
    .inline()
    .describe(
      'a ready connection is closed when it reaches this age, as load balancers, proxies and API gateways limit it; or the limit with its jitter',
    ),
});

/** Ready connections are closed at an age: those that are older when the fault begins at once, and all that follow. */
export interface AgeFault extends Plan, ValueOf<typeof fields> {
  readonly kind: 'age';
}

export const age = {
  fields,
  lasts: 'optional',
  counts: 'encounters',
  survivesRestart: true,
  presets: [
    preset('30s', 'connections are closed when they are 30 s old'),
    preset('30s, jittered', 'the same at an age of 30 s to 60 s', { limit: '30s', jitter: '100%' }),
  ],
  label: ({ limitMs, jitter }) => `${limitMs / 1000}s${'ms' in jitter && jitter.ms === 0 ? '' : ', jittered'}`,
  executor: () => ({ embedded: 'gateways', url: 'clients' }),
  among: () => 'clients',
  touches: () => [],
} satisfies FaultSpec<AgeFault>;
