import type { Plan } from './plan.ts';
import { preset, type FaultSpec } from './spec.ts';

/** A clock goes wrong: for good, or, with a duration, until the fault ends. Positive: fast. */
export interface ClockFault extends Plan {
  readonly kind: 'clock';
  readonly of: ClockOwner;
  /** it jumps by so much */
  readonly offsetMs: number;
  /** and from then on gains so many milliseconds for each that passes */
  readonly driftPerMs: number;
}

export type ClockOwner = 'clients' | 'token-service' | 'gateway';

export const clock: FaultSpec<ClockFault> = {
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
};

function signed(n: number): string {
  return n < 0 ? `${n}` : `+${n}`;
}
