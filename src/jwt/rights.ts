/** Rights in a token of the embedded token service; a command needs both. */
export interface Rights {
  /** the role, as a `scope` (RFC 8693 section 4.2) */
  readonly role: boolean;
  /** membership in the tenant of its commands */
  readonly tenant: boolean;
}

export const ALL_RIGHTS: Rights = { role: true, tenant: true };

const SCOPE = 'command';
const TENANT = 't1';

/** Claims that carry the rights. It is a type for the same reason as `AccessPayload`. */
export type RightsClaims = {
  readonly scope?: string;
  readonly tenant?: string;
};

export function rightsClaims({ role, tenant }: Rights): RightsClaims {
  return { scope: role ? SCOPE : '', ...(tenant ? { tenant: TENANT } : {}) };
}

/** Whether these claims allow commands. A token without `scope` is not from the service, and allows them. */
export function mayCommand({ scope, tenant }: Readonly<Record<string, unknown>>): boolean {
  return scope === undefined || (scope === SCOPE && tenant === TENANT);
}
