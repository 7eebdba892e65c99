import { oneOf, tags, variant } from '../codec/choice.ts';
import type { ValueOf } from '../codec/codec.ts';
import { object } from '../codec/object.ts';
import { time } from '../codec/time.ts';
import { byteRate } from '../units/byte-rate.ts';
import type { Plan } from './plan.ts';
import { preset, type FaultSpec } from './spec.ts';

const modes = oneOf(
  tags(
    [
      // half-open: nothing passes in either direction, neither side notices, and what was under way is lost for good
      'silent',
      // nothing passes to the client, and what it sends arrives; what was held back is delivered when the fault ends
      'stall',
      // every message arrives twice, in each direction
      'duplicate',
      // every two messages change places, in each direction; one that has no successor within a second goes alone
      'reorder',
    ],
    'or a mapping such as { latency: 500ms }',
  ),
  variant(
    { kind: 'latency' },
    { latency: time.as('delay').describe('every message takes longer by this, in each direction, in order') },
  ),
  variant(
    { kind: 'bandwidth' },
    { bandwidth: byteRate.as('bytesPerSecond').describe('at most this many bytes a second, in each direction') },
  ),
);

const fields = object({
  link: modes
    .as('mode')
    .describe(
      'ready connections fall silent (half-open), stop delivering, slow down, or deliver messages twice or in the wrong order',
    ),
});

export type LinkMode = ValueOf<typeof modes>;

/**
 * Disturbs the network of connections that are ready when the fault begins, until the connection or the fault ends. It
 * acts at the client's end of the connection.
 */
export interface LinkFault extends Plan, ValueOf<typeof fields> {
  readonly kind: 'link';
}

export const link = {
  fields,
  lasts: 'required',
  counts: 'draws',
  presets: [
    preset('silent', 'ready connections go half-open: nothing passes, neither side notices'),
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
} satisfies FaultSpec<LinkFault>;
