import type { ValueOf } from '../codec/codec.ts';
import { object } from '../codec/object.ts';
import { word } from '../codec/scalars.ts';
import type { Plan } from './plan.ts';
import { preset, type FaultSpec } from './spec.ts';

const fields = object({
  session: word([
    // a user logs out on one device, drawn among those that share an account; the sessions of the others are revoked
    'logout',
    // this device's session is revoked: it was stolen
    'compromised',
    // the account is disabled: every session of its user is revoked, and no new one can begin
    'disabled',
    // the user may not issue commands any more
    'role-removed',
    // the user leaves the tenant whose commands it issues
    'tenant-removed',
  ])
    .as('mode')
    .describe(
      "a user logs out on one device, which ends the sessions of the user's others; a device's session is revoked; an account is disabled; a role or a tenant is taken away",
    ),
});

/** Ends sessions or takes rights away while clients are connected. */
export interface SessionFault extends Plan, ValueOf<typeof fields> {
  readonly kind: 'session';
}

export type SessionMode = SessionFault['mode'];

/** Whether a mode ends sessions, and does not only take rights away. */
export function revokes(mode: SessionMode): boolean {
  return mode === 'logout' || mode === 'compromised' || mode === 'disabled';
}

export const session = {
  fields,
  lasts: 'never',
  counts: 'draws',
  survivesRestart: true,
  presets: [
    preset('logout', "a user logs out on one device: the others' sessions end"),
    preset('compromised', "a device's session is revoked: it was stolen"),
    preset('disabled', 'an account is disabled, with all its sessions'),
    preset('role-removed', 'a user may not issue commands any more'),
    preset('tenant-removed', 'a user leaves the tenant whose commands it issues'),
  ],
  label: ({ mode }) => mode,
  executor: () => ({ embedded: 'target', url: null }),
  // Devices may share the session.
  hitsDevices: true,
  among: ({ mode }) => (mode === 'compromised' ? 'clients' : 'users'),
  touches: () => ['handshakes', 'token-requests', 'tokens'],
  checks: ({ mode }, { clients }, at) => [
    {
      holds: mode === 'logout' && clients.perUser === 1,
      at: `${at}.session`,
      against: 'clients.perUser',
      what: 'nobody has a second device whose session could end',
      fix: 'set clients.perUser to 2 or more',
    },
  ],
} satisfies FaultSpec<SessionFault>;
