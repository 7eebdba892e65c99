import type { Deed, Victims } from './deed.ts';

/** A client's session is revoked, elsewhere: what is measured is how long its connection goes on. */
export function revokedDeed({ machine }: Victims): Deed {
  return {
    strike: (client, _now, at) => {
      machine.revoked(client, at);
      return null;
    },
  };
}
