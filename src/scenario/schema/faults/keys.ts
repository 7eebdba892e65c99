import type { KeysFault } from '../../../core/fault/keys.ts';
import { word } from '../../scalar.ts';
import type { Printed } from '../../object.ts';
import { faultSection, mayLast, planOf, printPlan } from './plan-keys.ts';

const mode = word(['rotate', 'rotate-without-overlap', 'jwks-down', 'unknown-key']);

export const keys = faultSection(mayLast, {
  keys: mode.describe(
    'a new key signs tokens, with or without the old one staying in the key set; the key set cannot be fetched; tokens are signed with a key that is not in it',
  ),
}).transform((written): KeysFault => ({ kind: 'keys', ...planOf(written), mode: written.keys }));

export function printKeys(fault: KeysFault): Printed {
  return { ...printPlan(fault, mayLast), keys: fault.mode };
}
