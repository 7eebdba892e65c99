import { checkPlace } from './report-files.ts';
import { UsageError } from '../terminal/usage-error.ts';

/** Options for a single run. */
export const SINGLE_RUN_FLAGS = {
  baseline: {
    type: 'string',
    requiresArg: true,
    describe: 'A file written by --save-baseline; limits such as `1.2x baseline` refer to it',
  },
  'save-baseline': {
    type: 'string',
    requiresArg: true,
    describe: 'Write the figures of the run to a file, for --baseline',
  },
} as const;

interface Given {
  readonly baseline: string | undefined;
  readonly saveBaseline: string | undefined;
  readonly metrics?: unknown;
  readonly shard?: unknown;
  readonly startAt?: unknown;
  readonly on?: unknown;
}

/**
 * Checks the options of one run before anything is started.
 *
 * @param many the option that asks for many runs; null without one
 * @throws {UsageError}
 */
export function checkSingleRun(
  many: string | null,
  { baseline, saveBaseline, metrics, shard, startAt, on }: Given,
): void {
  const single = { baseline, 'save-baseline': saveBaseline, metrics, shard, 'start-at': startAt, on };
  const options = Object.entries(single).flatMap(([name, value]) => (value === undefined ? [] : [`--${name}`]));
  if (many !== null && options.length > 0) {
    throw new UsageError(`${options.join(', ')} with ${many}: take one run, or leave ${options.join(', ')} out`);
  }
  if (saveBaseline !== undefined) checkPlace(saveBaseline, '--save-baseline');
}
