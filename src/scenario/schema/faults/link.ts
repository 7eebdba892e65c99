import { z } from 'zod';
import type { LinkFault, LinkMode } from '../../../core/fault/link.ts';
import { word, zodOf } from '../../scalar.ts';
import type { Printed } from '../../object.ts';
import { object } from '../../object.ts';
import { byteRate } from '../../units/byte-rate.ts';
import { time } from '../time.ts';
import { faultSection, lasts, planOf, printPlan } from './plan-keys.ts';

const mode = z.union([
  word(['silent', 'stall', 'duplicate', 'reorder'], 'or a mapping such as { latency: 500ms }').transform(
    (kind): LinkMode => ({ kind }),
  ),
  object({ latency: zodOf(time).describe('every message takes so much longer, in each direction') }).transform(
    (keys): LinkMode => ({ kind: 'latency', delay: keys.latency }),
  ),
  object({ bandwidth: zodOf(byteRate).describe('at most so many bytes a second, in each direction') }).transform(
    (keys): LinkMode => ({ kind: 'bandwidth', bytesPerSecond: keys.bandwidth }),
  ),
]);

export const link = faultSection(lasts, {
  link: mode.describe(
    'ready connections fall silent without a word (half-open), stop delivering, slow down, or deliver messages twice or in the wrong order',
  ),
}).transform((keys): LinkFault => ({ kind: 'link', ...planOf(keys), mode: keys.link }));

export function printLink(fault: LinkFault): Printed {
  return { ...printPlan(fault, lasts), link: printMode(fault.mode) };
}

function printMode(printed: LinkMode): unknown {
  switch (printed.kind) {
    case 'latency':
      return { latency: time.print(printed.delay) };
    case 'bandwidth':
      return { bandwidth: byteRate.print(printed.bytesPerSecond) };
    default:
      return printed.kind;
  }
}
