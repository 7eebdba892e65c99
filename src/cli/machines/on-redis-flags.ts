import type { OnLoss } from '../../scale/redis-host.ts';
import type { Scenario } from '../../scenario/scenario.ts';
import { sharesTokens } from '../../scenario/shares-tokens.ts';
import { choiceOf, duration, wholeNumber } from '../terminal/arguments.ts';
import { redisUrl } from './redis-url.ts';
import { UsageError } from '../terminal/usage-error.ts';

/** Most shards of a run. */
export const SHARDS_MAX = 1000;
const DEFAULT_WAIT_MS = 60_000;

const ON_LOSS: Readonly<Record<OnLoss, string>> = {
  continue: 'the others go on',
  stop: 'the run winds down',
};

/** The options of a run on other machines. */
export const ON_REDIS_FLAGS = {
  on: {
    type: 'string',
    coerce: redisUrl('--on'),
    describe: 'Run the clients on the machines that run `squall worker` with this Redis, such as redis://10.0.0.7',
  },
  shards: {
    type: 'string',
    requiresArg: true,
    coerce: optional(wholeNumber('--shards', 1, SHARDS_MAX)),
    describe:
      'With --on: number of shares of the clients, each of which takes a slot of a worker; default: all free slots',
  },
  wait: {
    type: 'string',
    requiresArg: true,
    coerce: optional(duration('--wait')),
    describe: 'With --on: longest wait for workers; default: 60s',
  },
  'on-loss': {
    type: 'string',
    requiresArg: true,
    coerce: choiceOf('--on-loss', ON_LOSS),
    describe: 'With --on: what a lost shard does to the others: `continue` (default) or `stop`',
  },
} as const;

/** Options of a run on other machines, as given. */
interface Given {
  readonly on: string | undefined;
  readonly shards: number | undefined;
  readonly wait: number | undefined;
  readonly onLoss: OnLoss | undefined;
}

/** A run on other machines. */
export interface OnRedis {
  /** with credentials */
  readonly url: string;
  /** null: as many as there are free slots */
  readonly shards: number | null;
  readonly waitMs: number;
  readonly onLoss: OnLoss;
}

/**
 * Reads the options of a run on other machines.
 *
 * @returns null: it runs on this machine
 * @throws {UsageError} for an option that needs --on
 */
export function onRedisOf({ on, shards, wait, onLoss }: Given): OnRedis | null {
  if (on !== undefined) {
    return { url: on, shards: shards ?? null, waitMs: wait ?? DEFAULT_WAIT_MS, onLoss: onLoss ?? 'continue' };
  }
  const options = Object.entries({ shards, wait, 'on-loss': onLoss }).flatMap(([name, value]) =>
    value === undefined ? [] : [`--${name}`],
  );
  if (options.length === 0) return null;
  throw new UsageError(
    `${options.join(', ')} without --on: name the Redis of the workers, such as --on redis://10.0.0.7${shards === undefined ? '' : ', or give one share by hand with --shard 2/4'}`,
  );
}

/**
 * Checks that a scenario can run on other machines.
 *
 * @throws {UsageError}
 */
export function checkOnRedis({ shards }: OnRedis, scenario: Scenario): void {
  const { clients, target } = scenario;
  if (shards !== null && shards > clients.count) {
    throw new UsageError(`--shards ${shards}: there are ${clients.count} clients; take fewer shards`);
  }
  if (shards !== 1 && sharesTokens(scenario)) {
    throw new UsageError(
      '--on: devices of a user share tokens (flight: user), and a shard would hold some of them only; take --shards 1, or set flight: client',
    );
  }
  if (target.kind === 'url' && target.protocol.kind === 'module') {
    throw new UsageError(
      `--on: ${target.protocol.file} is code of this machine, which workers do not have; run without --on, or on each machine with --shard`,
    );
  }
}

/** Makes `coerce` leave an option undefined that is not given. */
function optional<Value>(coerce: (given: string | readonly string[] | undefined) => Value) {
  return (given: string | readonly string[] | undefined): Value | undefined =>
    given === undefined ? undefined : coerce(given);
}
