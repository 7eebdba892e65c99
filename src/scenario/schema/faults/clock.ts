import { z } from 'zod';
import type { ClockFault } from '../../../core/fault/clock.ts';
import { DEFAULTS } from '../../defaults.ts';
import { scalar, word, zodOf } from '../../scalar.ts';
import type { Printed } from '../../object.ts';
import { object } from '../../object.ts';
import { drift } from '../../units/drift.ts';
import { printDuration, readDuration, SIGNED_DURATION_PATTERN } from '../../../core/units/duration.ts';
import { reject } from '../../../core/codec/reject.ts';
import { faultSection, mayLast, planOf, printPlan } from './plan-keys.ts';

const D = DEFAULTS.clock;

type Error = Pick<ClockFault, 'of' | 'offsetMs' | 'driftPerMs'>;

const SIGNED = { type: 'string', pattern: SIGNED_DURATION_PATTERN, examples: ['30s'] };

const jump = scalar<Error>((input) => {
  const ms = readDuration(input, { signed: true });
  if (ms === 0) return reject('no jump at all', input, 'write how far the clocks jump, such as 30s or -30s');
  return typeof ms === 'number' ? { of: 'clients', offsetMs: ms, driftPerMs: 0 } : ms;
}, SIGNED);

const error = object({
  of: word(['clients', 'token-service', 'gateway']).prefault(D.of).describe('whose clock'),
  offset: scalar<number>((input) => readDuration(input, { signed: true }), SIGNED)
    .prefault(D.offset)
    .describe('it jumps by this'),
  drift: zodOf(drift).prefault(D.drift).describe('and gains this from then on, such as 10ms/s'),
})
  .check(({ value, issues }) => {
    if (value.offset !== 0 || value.drift !== 0) return;
    const message = 'a clock that stays right — write an offset or a drift';
    issues.push({ code: 'custom', message, path: ['offset'], input: value.offset });
  })
  .transform(({ of, offset, drift: driftPerMs }): Error => ({ of, offsetMs: offset, driftPerMs }));

export const clock = faultSection(mayLast, {
  clock: z.union([jump, error]).describe("the clients' clocks jump by this; or whose clock, and what becomes of it"),
}).transform((keys): ClockFault => ({ kind: 'clock', ...planOf(keys), ...keys.clock }));

export function printClock(fault: ClockFault): Printed {
  const { of, offsetMs, driftPerMs } = fault;
  const plain = of === 'clients' && driftPerMs === 0;
  const how = plain ? printDuration(offsetMs) : { of, offset: printDuration(offsetMs), drift: drift.print(driftPerMs) };
  return { ...printPlan(fault, mayLast), clock: how };
}
