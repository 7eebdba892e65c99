import { z } from 'zod';
import type { GatewayFault, GatewayMode } from '../../../core/fault/gateway.ts';
import { DEFAULTS } from '../../defaults.ts';
import { duration, share, word } from '../../scalar.ts';
import { MAX_RUN_MS } from '../../limits.ts';
import type { Printed } from '../../object.ts';
import { object } from '../../object.ts';
import { printDuration } from '../../../core/units/duration.ts';
import { printShare } from '../../../core/units/share.ts';
import { faultSection, lasts, planOf, printPlan } from './plan-keys.ts';

const { crash: C, rolling: R } = DEFAULTS;

const crash = object({
  memory: word(['kept', 'lost']).prefault(C.memory).describe('the command ids that the gateway had seen'),
});

const rolling = object({
  drain: duration({ maxMs: MAX_RUN_MS })
    .prefault(R.drain)
    .describe('over which each gateway closes its connections before it goes'),
});

const mode = z.union([
  word(['crash', 'rolling'], 'or a mapping such as { crash: { memory: lost } } or { capacity: 25% }').transform(
    (kind): GatewayMode => (kind === 'crash' ? crashMode(crash.parse({})) : rollingMode(rolling.parse({}))),
  ),
  object({ crash: crash.describe('killed, and started again when the fault ends') }).transform((keys) =>
    crashMode(keys.crash),
  ),
  object({
    rolling: rolling.describe('over the length of the fault one after the other is drained, replaced, and returns'),
  }).transform((keys) => rollingMode(keys.rolling)),
  object({
    capacity: share({ zero: true }).describe(
      'share of the handshake capacity that is left; 0%: handshakes wait until the fault ends',
    ),
  }).transform((keys): GatewayMode => ({ kind: 'capacity', share: keys.capacity })),
]);

export const gateway = faultSection(lasts, {
  gateway: mode.describe(
    'gateways crash, are replaced one after the other, or lose capacity; share is of the gateways',
  ),
}).transform((keys): GatewayFault => ({ kind: 'gateway', ...planOf(keys), mode: keys.gateway }));

export function printGateway(fault: GatewayFault): Printed {
  return { ...printPlan(fault, lasts), gateway: printMode(fault.mode) };
}

function printMode(printed: GatewayMode): unknown {
  switch (printed.kind) {
    case 'crash':
      return { crash: { memory: printed.memory } };
    case 'rolling':
      return { rolling: { drain: printDuration(printed.drainMs) } };
    case 'capacity':
      return { capacity: printShare(printed.share) };
  }
}

function crashMode({ memory }: { readonly memory: 'kept' | 'lost' }): GatewayMode {
  return { kind: 'crash', memory };
}

function rollingMode({ drain }: { readonly drain: number }): GatewayMode {
  return { kind: 'rolling', drainMs: drain };
}
