/** What a token of the embedded token service says of its bearer: a command takes both. */
export interface Rights {
  /** the role, as a `scope` (RFC 8693 section 4.2) */
  readonly role: boolean;
  /** a member of the tenant whose commands it issues */
  readonly tenant: boolean;
}

export const ALL_RIGHTS: Rights = { role: true, tenant: true };

const SCOPE = 'command';
const TENANT = 't1';

/** A type, for the reason of `AccessPayload`. */
export type RightsClaims = {
  readonly scope?: string;
  readonly tenant?: string;
};

export function rightsClaims({ role, tenant }: Rights): RightsClaims {
  return { scope: role ? SCOPE : '', ...(tenant ? { tenant: TENANT } : {}) };
}

/** May whoever presents these claims issue commands? A token that has no `scope` is no service's, and says nothing of it. */
export function mayCommand({ scope, tenant }: Readonly<Record<string, unknown>>): boolean {
  return scope === undefined || (scope === SCOPE && tenant === TENANT);
}
