import { z } from 'zod';
import type { RefreshFault, RefreshMode } from '../../../core/fault/refresh.ts';
import { word, zodOf } from '../../scalar.ts';
import type { Printed } from '../../object.ts';
import { object } from '../../object.ts';
import { time } from '../time.ts';
import { faultSection, lasts, planOf, printPlan } from './plan-keys.ts';
import { printStatus, statusAnswer, statusKeys } from './status.ts';

const WORDS = ['refuse', 'hang', 'reset', 'invalid-grant', 'lost', 'malformed', 'stale', 'wrong-subject'] as const;

const mode = z.union([
  word(WORDS, 'or a mapping such as { status: 503 } or { slow: 2s }').transform((kind): RefreshMode => ({ kind })),
  statusKeys.transform((keys): RefreshMode => ({ kind: 'status', ...statusAnswer(keys) })),
  object({ slow: zodOf(time).describe('carried out, and answered so much later') }).transform((keys): RefreshMode => ({
    kind: 'slow',
    delay: keys.slow,
  })),
]);

export const refresh = faultSection(lasts, {
  refresh: mode.describe(
    'the token endpoint refuses or resets connections, never answers, answers with a status, late, or with something else than a good token; lost: it acts and its answer is lost',
  ),
}).transform((keys): RefreshFault => ({ kind: 'refresh', ...planOf(keys), mode: keys.refresh }));

export function printRefresh(fault: RefreshFault): Printed {
  return { ...printPlan(fault, lasts), refresh: printMode(fault.mode) };
}

function printMode(printed: RefreshMode): unknown {
  if (printed.kind === 'status') return printStatus(printed);
  return printed.kind === 'slow' ? { slow: time.print(printed.delay) } : printed.kind;
}
