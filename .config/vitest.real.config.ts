import { defineConfig } from 'vitest/config';

/**
 * Whole scenarios against servers that are not from npm. `npm run test:real` builds and downloads what is missing;
 * with SQUALL_REAL=find it uses what is there.
 */
export default defineConfig({
  root: new URL('..', import.meta.url).pathname,
  test: {
    include: ['src/**/*.real.test.ts'],
    globalSetup: ['.config/real-servers.ts'],
    server: { deps: { external: [/\/dist\//] } },
    // Keycloak's first start takes minutes.
    testTimeout: 600_000,
    hookTimeout: 600_000,
    // One server at a time is what a small machine holds.
    maxWorkers: 1,
    retry: 1,
  },
});
