import { z } from 'zod';
import type { HandshakeFault, HandshakeMode } from '../../../core/fault/handshake.ts';
import { DEFAULTS } from '../../defaults.ts';
import { duration, word, zodOf } from '../../scalar.ts';
import { MAX_RUN_MS } from '../../limits.ts';
import type { Printed } from '../../object.ts';
import { object } from '../../object.ts';
import { printDuration } from '../../../core/units/duration.ts';
import { time } from '../time.ts';
import { closeCode, closeReason } from './close.ts';
import { faultSection, lasts, planOf, printPlan } from './plan-keys.ts';
import { printStatus, statusAnswer, statusKeys } from './status.ts';

const A = DEFAULTS.acceptThenClose;

const acceptThenClose = object({
  code: closeCode.prefault(A.code).describe('the close code'),
  reason: closeReason.prefault(DEFAULTS.fault.reason).describe('the close reason'),
  after: duration({ maxMs: MAX_RUN_MS }).prefault(A.after).describe('how long after it was accepted'),
});

const mode = z.union([
  word(
    ['refuse', 'hang'],
    'or a mapping such as { status: 503 }, { slow: 2s } or { accept-then-close: { code: 4401 } }',
  ).transform((kind): HandshakeMode => ({ kind })),
  statusKeys.transform((keys): HandshakeMode => ({ kind: 'status', ...statusAnswer(keys) })),
  object({ slow: zodOf(time).describe('accepted, but so much later') }).transform((keys): HandshakeMode => ({
    kind: 'slow',
    delay: keys.slow,
  })),
  object({ 'accept-then-close': acceptThenClose.describe('accepted, and then closed') }).transform(
    ({ 'accept-then-close': { code, reason, after } }): HandshakeMode => ({
      kind: 'accept-then-close',
      code,
      reason,
      afterMs: after,
    }),
  ),
]);

export const handshake = faultSection(lasts, {
  handshake: mode.describe(
    'the gateway refuses connections, never answers, answers an upgrade with a status, late, or accepts it and then closes',
  ),
}).transform((keys): HandshakeFault => ({ kind: 'handshake', ...planOf(keys), mode: keys.handshake }));

export function printHandshake(fault: HandshakeFault): Printed {
  return { ...printPlan(fault, lasts), handshake: printMode(fault.mode) };
}

function printMode(printed: HandshakeMode): unknown {
  switch (printed.kind) {
    case 'status':
      return printStatus(printed);
    case 'slow':
      return { slow: time.print(printed.delay) };
    case 'accept-then-close':
      return {
        'accept-then-close': { code: printed.code, reason: printed.reason, after: printDuration(printed.afterMs) },
      };
    default:
      return printed.kind;
  }
}
