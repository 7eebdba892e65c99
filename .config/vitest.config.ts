import { configDefaults, defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    root: new URL('..', import.meta.url).pathname,
    include: ['src/**/*.test.ts', 'src/**/*.test.tsx'],
    // Minutes of real runs: `npm run test:conformance` has them.
    exclude: [...configDefaults.exclude, 'src/testing/conformance.test.ts'],
    // Whole-scenario tests start real processes; two at a time is what a two-core machine holds.
    maxWorkers: 2,
    // What tests run says nothing in the summary of the step that tests run in.
    env: { GITHUB_ACTIONS: '' },
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
