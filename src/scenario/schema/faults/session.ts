import type { SessionFault } from '../../../core/fault/session.ts';
import { word } from '../../scalar.ts';
import type { Printed } from '../../object.ts';
import { faultSection, planOf, printPlan, instantaneous } from './plan-keys.ts';

const mode = word(['logout', 'compromised', 'disabled', 'role-removed', 'tenant-removed']);

export const session = faultSection(instantaneous, {
  session: mode.describe(
    "a user logs out on one device, which ends the sessions of the user's others; a device's session is revoked; an account is disabled; a role or a tenant is taken away",
  ),
}).transform((written): SessionFault => ({ kind: 'session', ...planOf(written), mode: written.session }));

export function printSession(fault: SessionFault): Printed {
  return { ...printPlan(fault, instantaneous), session: fault.mode };
}
