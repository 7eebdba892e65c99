import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    root: new URL('..', import.meta.url).pathname,
    include: ['src/**/*.test.ts', 'src/**/*.test.tsx'],
    // Whole-scenario tests start real processes; two at a time is what a two-core machine holds.
    maxWorkers: 2,
    // What tests run says nothing in the summary of the step that tests run in.
    env: { GITHUB_ACTIONS: '' },
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
