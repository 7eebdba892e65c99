import { oneOf } from '../codec/choice.ts';
import type { ValueOf } from '../codec/codec.ts';
import { object } from '../codec/object.ts';
import { duration, word } from '../codec/scalars.ts';
import { drift } from '../units/drift.ts';
import type { Plan } from './plan.ts';
import { preset, type FaultSpec } from './spec.ts';

const error = object({
  of: word(['clients', 'token-service', 'gateway']).default('clients').describe('whose clock'),
  offset: duration({ signed: true }).as('offsetMs').default('0s').describe('the clock jumps ahead by this'),
  drift: drift.as('driftPerMs').default('0ms/s').describe('and gains this from then on, such as 10ms/s'),
}).refine(({ offsetMs, driftPerMs }, refuse) => {
  if (offsetMs === 0 && driftPerMs === 0) refuse('a clock that stays right — write an offset or a drift', ['offset']);
});

const jump = duration({ signed: true })
  .refine((ms, refuse) => {
    if (ms === 0) refuse('no jump at all ("0s") — write how far the clocks jump, such as 30s or -30s');
  })
  .map<ValueOf<typeof error>>(
    (offsetMs) => ({ of: 'clients', offsetMs, driftPerMs: 0 }),
    ({ offsetMs }) => offsetMs,
  )
  .printsWhen(({ of, driftPerMs }) => of === 'clients' && driftPerMs === 0);

const fields = object({
  clock: oneOf(jump, error)
    .inline()
    .describe("the clients' clocks jump by this; or whose clock jumps or drifts, and by how much"),
});

/** Makes a clock jump or drift: until the fault ends, or without a duration to the end of the run. */
export interface ClockFault extends Plan, ValueOf<typeof fields> {
  readonly kind: 'clock';
}

export const clock = {
  fields,
  lasts: 'optional',
  counts: 'draws',
  survivesRestart: true,
  presets: [
    preset('+30s', "the clients' clocks jump ahead by 30 s", '30s'),
    preset('-30s', "the clients' clocks jump back by 30 s", '-30s'),
    preset('+300s', "the clients' clocks jump ahead by 5 min", '5m'),
    preset('-300s', "the clients' clocks jump back by 5 min", '-5m'),
    preset('+10ms/s', "the clients' clocks gain 10 ms a second", { drift: '10ms/s' }),
    preset('token-service +30s', "the token service's clock jumps ahead", { of: 'token-service', offset: '30s' }),
    preset('token-service -30s', "the token service's clock jumps back", { of: 'token-service', offset: '-30s' }),
    preset('gateway +30s', "the gateways' clocks jump ahead", { of: 'gateway', offset: '30s' }),
    preset('gateway -30s', "the gateways' clocks jump back", { of: 'gateway', offset: '-30s' }),
  ],
  label({ of, offsetMs, driftPerMs }) {
    const parts = [
      ...(of === 'clients' ? [] : [of]),
      ...(offsetMs === 0 ? [] : [`${signed(offsetMs / 1000)}s`]),
      ...(driftPerMs === 0 ? [] : [`${signed(driftPerMs * 1000)}ms/s`]),
    ];
    return parts.join(' ');
  },
  executor({ of }) {
    if (of === 'clients') return { embedded: 'clients', url: 'clients' };
    return { embedded: of === 'gateway' ? 'gateways' : 'token-service', url: null };
  },
  among: ({ of }) => (of === 'clients' ? 'clients' : null),
  touches({ of }) {
    if (of === 'clients') return [];
    return of === 'gateway' ? ['handshakes'] : ['token-requests'];
  },
} satisfies FaultSpec<ClockFault>;

function signed(n: number): string {
  return n < 0 ? `${n}` : `+${n}`;
}
