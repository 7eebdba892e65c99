import type { Plan } from './plan.ts';
import type { FaultSpec } from './spec.ts';

/** A toxic is added to a proxy of the user's Toxiproxy, and removed when the fault ends. */
export interface ToxiproxyFault extends Plan {
  readonly kind: 'toxiproxy';
  /** of its HTTP API */
  readonly url: string;
  readonly proxy: string;
  readonly toxic: {
    /** `latency`, `bandwidth`, `slow_close`, `timeout`, `reset_peer`, `slicer`, `limit_data`; or `down`: the proxy is disabled */
    readonly type: string;
    readonly stream: 'upstream' | 'downstream';
    /** share of connections */
    readonly toxicity: number;
    readonly attributes: Readonly<Record<string, number>>;
  };
}

export const toxiproxy: FaultSpec<ToxiproxyFault> = {
  lasts: 'required',
  counts: 'draws',
  survivesRestart: false,
  presets: [],
  label: ({ toxic, proxy }) => `${toxic.type} on ${proxy}`,
  executor: () => ({ embedded: 'coordinator', url: 'coordinator' }),
  among: () => null,
  touches: () => [],
  unsupportedInSimulation: () => 'there are no real connections for a proxy to spoil',
  needsConsent: ({ url }) => ({ service: 'Toxiproxy', url }),
};
