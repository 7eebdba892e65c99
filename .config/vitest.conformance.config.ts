import { configDefaults } from 'vitest/config';
import whole from './vitest.config.ts';

/** Every fault, mode and option in three worlds: minutes of real runs, so a suite of its own. */
export default {
  ...whole,
  test: { ...whole.test, include: ['src/testing/conformance.test.ts'], exclude: configDefaults.exclude },
};
