import { z } from 'zod';
import type { DropFault, DropMode } from '../../../core/fault/drop.ts';
import { DEFAULTS } from '../../defaults.ts';
import { word } from '../../scalar.ts';
import type { Printed } from '../../object.ts';
import { object } from '../../object.ts';
import { closeCode, closeReason } from './close.ts';
import { faultSection, planOf, printPlan, instantaneous } from './plan-keys.ts';

const mode = z.union([
  word(['reset', 'garbage'], 'or a mapping such as { code: 1012 }').transform((kind): DropMode => ({ kind })),
  object({
    code: closeCode.describe('the close code that the gateway sends'),
    reason: closeReason.prefault(DEFAULTS.fault.reason).describe('the close reason that it sends'),
  }).transform((keys): DropMode => ({ kind: 'close', ...keys })),
]);

export const drop = faultSection(instantaneous, {
  drop: mode.describe('the gateway closes connections with a code, resets them, or sends bytes that are no frame'),
}).transform((keys): DropFault => ({ kind: 'drop', ...planOf(keys), mode: keys.drop }));

export function printDrop(fault: DropFault): Printed {
  const { mode: printed } = fault;
  const how = printed.kind === 'close' ? { code: printed.code, reason: printed.reason } : printed.kind;
  return { ...printPlan(fault, instantaneous), drop: how };
}
