import { inject } from 'vitest';

declare module 'vitest' {
  interface ProvidedContext {
    /** Centrifugo's binary; null: there is none */
    centrifugo: string | null;
    /** Keycloak's unpacked distribution; null: there is none */
    keycloak: string | null;
  }
}

/** What `.config/real-servers.ts` found for the tests of `npm run test:real`; null: not there. */
export function installed(name: 'centrifugo' | 'keycloak'): string | null {
  return inject(name);
}
