import { inject } from 'vitest';

declare module 'vitest' {
  interface ProvidedContext {
    /** ActiveMQ Artemis' unpacked distribution; null: there is none */
    artemis: string | null;
    /** Centrifugo's binary; null: there is none */
    centrifugo: string | null;
    /** Keycloak's unpacked distribution; null: there is none */
    keycloak: string | null;
    /** the binary of the program around mochi-mqtt; null: there is none */
    mochi: string | null;
    /** nats-server's binary; null: there is none */
    nats: string | null;
  }
}

/** What `.config/real-servers.ts` found for the tests of `npm run test:real`; null: not there. */
export function installed(name: 'artemis' | 'centrifugo' | 'keycloak' | 'mochi' | 'nats'): string | null {
  return inject(name);
}
