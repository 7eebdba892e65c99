import type { Time } from '../random/time.ts';
import type { Plan } from './plan.ts';
import { preset, type FaultSpec } from './spec.ts';

/**
 * The network between clients and gateway misbehaves, on connections that are ready when it begins, until it ends or
 * they do. Carried out at the client's end of the connection, which is as good as anywhere in between.
 */
export interface LinkFault extends Plan {
  readonly kind: 'link';
  readonly mode: LinkMode;
}

export type LinkMode =
  /** half-open: nothing passes in either direction, and neither side is told. What was under way is lost for good. */
  | { readonly kind: 'silent' }
  /** nothing passes to the client; what it sends arrives. What was held back is delivered when the fault ends. */
  | { readonly kind: 'stall' }
  /** every message takes so much longer, in each direction, in order */
  | { readonly kind: 'latency'; readonly delay: Time }
  /** in each direction */
  | { readonly kind: 'bandwidth'; readonly bytesPerSecond: number }
  /** every message arrives twice, in each direction */
  | { readonly kind: 'duplicate' }
  /** every two messages change places, in each direction; one that has no successor within a second goes alone */
  | { readonly kind: 'reorder' };

export const link: FaultSpec<LinkFault> = {
  lasts: 'required',
  counts: 'draws',
  survivesRestart: false,
  presets: [
    preset('silent', 'ready connections go half-open: nothing passes, nobody is told'),
    preset('stall', 'nothing reaches the client until the fault ends'),
    preset('latency 500ms', 'every message takes 500 ms longer each way', { latency: '500ms' }),
    preset('bandwidth 1kB/s', '1 kB a second passes each way', { bandwidth: '1kB/s' }),
    preset('duplicate', 'every message arrives twice'),
    preset('reorder', 'every two messages change places'),
  ],
  label: ({ mode }) => mode.kind,
  executor: () => ({ embedded: 'clients', url: 'clients' }),
  among: () => 'clients',
  touches: () => ['network'],
  unsupportedInSimulation({ mode }) {
    if (mode.kind === 'bandwidth') return 'modelled messages have no size';
    return mode.kind === 'reorder' ? 'nothing in the model depends on the order of messages' : null;
  },
};
