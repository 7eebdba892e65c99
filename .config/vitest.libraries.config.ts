import { defineConfig } from 'vitest/config';

/**
 * squall's client libraries and protocols against the real client libraries, which `npm run test:libraries` installs into
 * `src/testing/libraries/` first.
 */
export default defineConfig({
  root: new URL('..', import.meta.url).pathname,
  test: {
    include: ['src/**/*.library.test.ts'],
    testTimeout: 120_000,
    hookTimeout: 120_000,
    // Whole-scenario tests run beside comparisons that use a core up.
    maxWorkers: 1,
    // What libraries say about the failures that the tests make.
    onConsoleLog: () => false,
  },
});
