import { oneOf, tags, variant } from '../codec/choice.ts';
import type { ValueOf } from '../codec/codec.ts';
import { object } from '../codec/object.ts';
import { closeCode, closeReason } from './close.ts';
import type { Plan } from './plan.ts';
import { preset, type FaultSpec } from './spec.ts';

const modes = oneOf(
  tags(
    [
      // a TCP reset
      'reset',
      // bytes that are no frame of RFC 6455: the client has to fail the connection (section 7.1.7)
      'garbage',
    ],
    'or a mapping such as { code: 1012 }',
  ),
  variant(
    { kind: 'close' },
    {
      code: closeCode.describe('the close code that the gateway sends'),
      reason: closeReason.default('').describe('the close reason that it sends'),
    },
  ),
);

const fields = object({
  drop: modes
    .as('mode')
    .describe('the gateway closes connections with a code, resets them, or sends bytes that are no frame'),
});

export type DropMode = ValueOf<typeof modes>;

/** Ends ready connections. */
export interface DropFault extends Plan, ValueOf<typeof fields> {
  readonly kind: 'drop';
}

export const drop = {
  fields,
  lasts: 'never',
  counts: 'draws',
  presets: [
    preset('1012', 'the gateway closes connections: service restart', { code: 1012 }),
    preset('1001', 'it closes connections: going away', { code: 1001 }),
    preset('1011', 'it closes connections: internal error', { code: 1011 }),
    preset('1013', 'it closes connections: try again later', { code: 1013 }),
    preset('4401', 'it closes connections: token expired', { code: 4401 }),
    preset('reset', 'it resets connections: no close frame, just a RST'),
    preset('garbage', 'it sends bytes that are no frame'),
  ],
  label: ({ mode }) => (mode.kind === 'close' ? String(mode.code) : mode.kind),
  executor: () => ({ embedded: 'gateways', url: 'clients' }),
  among: () => 'clients',
  touches: () => [],
} satisfies FaultSpec<DropFault>;
