import { oneOf, variant } from '../codec/choice.ts';
import type { ValueOf } from '../codec/codec.ts';
import { object } from '../codec/object.ts';
import { duration, share, word } from '../codec/scalars.ts';
import { MAX_RUN_MS } from '../limits.ts';
import type { Plan } from './plan.ts';
import { gatewayShare } from './select.ts';
import { preset, type FaultSpec } from './spec.ts';

const crash = variant(
  { kind: 'crash' },
  {
    crash: object({
      memory: word(['kept', 'lost']).default('kept').describe('the command ids that the gateway had seen'),
    })
      .inline()
      .describe('killed, and started again when the fault ends'),
  },
);

/** A rolling restart: each gateway has an equal part of the fault's time, in which it closes its connections with 1012. */
const rolling = variant(
  { kind: 'rolling' },
  {
    rolling: object({
      drain: duration({ maxMs: MAX_RUN_MS })
        .as('drainMs')
        .default('1s')
        .describe('over which each gateway closes its connections before it goes'),
    })
      .inline()
      .describe('over the length of the fault one after the other is drained, replaced, and returns'),
  },
);

const reduced = variant(
  { kind: 'capacity' },
  {
    capacity: share({ zero: true })
      .as('share')
      .describe('share of the handshake capacity that is left; 0%: handshakes wait until the fault ends'),
  },
);

/** A bare word stands for the mapping with all its defaults. */
const bare = word(['crash', 'rolling'], 'or a mapping such as { crash: { memory: lost } } or { capacity: 25% }')
  .map(
    (kind) => (kind === 'crash' ? crash.parse({ crash: {} }) : rolling.parse({ rolling: {} })),
    ({ kind }) => kind,
  )
  .printsWhen(() => false);

const modes = oneOf(bare, crash, rolling, reduced);

const fields = object({
  gateway: modes
    .as('mode')
    .describe('gateways crash, are replaced one after the other, or lose capacity; share is of the gateways'),
});

export type GatewayMode = ValueOf<typeof modes>;

/** Crashes gateway processes, replaces them, or reduces their capacity. `share` is a share of the gateways. */
export interface GatewayFault extends Plan, ValueOf<typeof fields> {
  readonly kind: 'gateway';
}

/**
 * A capacity that replaces 0, as a rate or a share: too little to serve anything in the longest run, but above 0, so
 * that waiting jobs keep their places and their remaining work.
 */
const NEXT_TO_NOTHING = 1e-12;

/** @param capacity a share, or a rate a second, from 0 on */
export function aboveNothing(capacity: number): number {
  return Math.max(capacity, NEXT_TO_NOTHING);
}

export const gateway = {
  fields,
  lasts: 'required',
  counts: 'draws',
  presets: [
    preset('crash', 'gateways are killed, and started again when the fault ends'),
    preset('crash, ids lost', 'the same, and they forget which commands they had seen', { crash: { memory: 'lost' } }),
    preset('rolling', 'gateways are drained and replaced, one after the other'),
    preset('capacity 0%', 'nobody is let in: handshakes wait until it ends', { capacity: '0%' }),
    preset('capacity 25%', 'a quarter of the handshake capacity is left', { capacity: '25%' }),
  ],
  label: ({ mode }) => mode.kind,
  executor: () => ({ embedded: 'coordinator', url: null }),
  among: () => 'gateways',
  touches: () => ['handshakes'],
  checks(fault, { target, model }, at) {
    if (target.kind !== 'embedded') return [];
    const { mode, cohort, forMs, spreadMs } = fault;
    const replaced = gatewayShare(fault.share, target.gateways);
    return [
      {
        holds:
          mode.kind === 'capacity' &&
          Math.min(target.capacity.handshakesPerSecond, model.handshakesPerSecond) === Infinity,
        at: `${at}.gateway`,
        against: 'target.embedded.capacity.handshakes',
        what: 'a share of an unlimited capacity is as unlimited',
        fix: 'say how many handshakes the target can do, such as 400/s',
      },
      {
        holds: mode.kind === 'rolling' && replaced * mode.drainMs > forMs,
        at: `${at}.for`,
        against: `${at}.gateway`,
        what: `too short to drain ${replaced} of ${target.gateways} gateways one after the other`,
        fix: 'make it longer, or drain them faster',
      },
      {
        holds: mode.kind === 'rolling' && spreadMs > 0,
        at: `${at}.spread`,
        against: `${at}.gateway`,
        what: 'each gateway has its turn already',
        fix: 'leave spread out; for is how long all of them take together',
      },
      {
        holds: cohort !== null,
        at: `${at}.cohort`,
        against: `${at}.gateway`,
        what: 'gateways are hit, not clients',
        fix: 'leave cohort out; share is of the gateways',
      },
    ];
  },
} satisfies FaultSpec<GatewayFault>;
