import type { Injection, FaultContext } from './injection.ts';

/** A client's session is revoked, elsewhere: what is measured is how long its connection goes on. */
export function revokedInjection({ machine }: FaultContext): Injection {
  return {
    inject: (client, _now, at) => {
      machine.revoked(client, at);
      return null;
    },
  };
}
