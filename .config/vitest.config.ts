import { availableParallelism } from 'node:os';
import { configDefaults, defineConfig } from 'vitest/config';
import { SecondTries } from './second-tries.ts';

/** Tests that start processes or open sockets: a machine that is busy with other things can make them fail. */
const INTEGRATION = 'src/**/*.integration.test.ts';
/** Every fault, mode and option in three worlds. */
const CONFORMANCE = 'src/testing/conformance.integration.test.ts';
/** Against servers that are not from npm: see vitest.real.config.ts. */
const REAL = 'src/**/*.real.test.ts';

/** Against real client libraries: see vitest.libraries.config.ts. */
const LIBRARY = 'src/**/*.library.test.ts';

/** Integration files at a time: one a core, since they start real processes and some measure lateness; two on one core. */
const INTEGRATION_FILES = Math.min(8, Math.max(2, availableParallelism()));

const ROOT = new URL('..', import.meta.url).pathname;

const EVERY_TEST = {
  // What tests run says nothing in the summary of the step that tests run in.
  env: { GITHUB_ACTIONS: '' },
  // A machine that is busy with other things takes its time; a test that waits for nothing ends at once.
  testTimeout: 180_000,
  hookTimeout: 180_000,
  expect: { poll: { timeout: 20_000 } },
};

export default defineConfig({
  root: ROOT,
  test: {
    reporters: [
      'default',
      ...(process.env.GITHUB_ACTIONS === 'true' ? (['github-actions'] as const) : []),
      new SecondTries(),
    ],
    projects: [
      {
        root: ROOT,
        test: {
          ...EVERY_TEST,
          name: 'unit',
          // Beside the conformance suite, which is one file and mostly waits; the integration tests come after both.
          maxWorkers: 2,
          include: ['src/**/*.test.{ts,tsx}'],
          exclude: [...configDefaults.exclude, INTEGRATION, REAL, LIBRARY],
          setupFiles: ['.config/no-processes.ts'],
          // The files share what they import, which costs more than most of them.
          isolate: false,
        },
      },
      {
        root: ROOT,
        test: {
          ...EVERY_TEST,
          name: 'integration',
          maxWorkers: INTEGRATION_FILES,
          sequence: { groupOrder: 1 },
          include: [INTEGRATION],
          globalSetup: ['.config/redis.ts'],
          // The compiled code is what users have: it is loaded as it is.
          server: { deps: { external: [/\/dist\//] } },
          exclude: [...configDefaults.exclude, CONFORMANCE],
          // A second try is listed at the end of the run, as a defect of the test.
          retry: 1,
        },
      },
      { root: ROOT, test: { ...EVERY_TEST, name: 'conformance', maxWorkers: 2, include: [CONFORMANCE] } },
    ],
  },
});
