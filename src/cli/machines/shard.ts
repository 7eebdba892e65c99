import { faultLabel } from '../../core/fault/label.ts';
import { executorOf } from '../../core/fault/executor.ts';
import type { Part } from '../../live/worker/shards.ts';
import type { Scenario } from '../../scenario/scenario.ts';
import { instant } from '../terminal/arguments.ts';
import { UsageError } from '../terminal/usage-error.ts';

/** The option `--shard`. */
export const SHARD_FLAG = {
  type: 'string',
  requiresArg: true,
  coerce: shardPart,
  describe: 'Run one share of the clients, such as 2/4; other processes or machines run the rest',
} as const;

/** The option `--start-at`. */
export const START_AT_FLAG = {
  type: 'string',
  requiresArg: true,
  coerce: instant('--start-at'),
  describe: "Start time by this machine's clock, such as 2026-11-23T18:04:05Z, so that all shards start at once",
} as const;

const SHARDS_MAX = 1000;
/** Maximum wait until the start, ms; a later time is a typing error. */
const LONGEST_WAIT_MS = 86_400_000;

/** Reads `2/4`: the second of four. */
export function shardPart(given: string | readonly string[] | undefined): Part | undefined {
  if (given === undefined) return undefined;
  const text = String(given);
  const [, nth, of] = /^(\d{1,4})\/(\d{1,4})$/.exec(text) ?? [];
  const [shard, shards] = [Number(nth) - 1, Number(of)];
  if (shard >= 0 && shard < shards && shards <= SHARDS_MAX) return { shard, shards };
  throw new UsageError(`--shard ${text}: write shard and number of shards, such as 2/4, at most ${SHARDS_MAX}`);
}

/** @throws {UsageError} for a start in the past, or more than a day ahead */
export function checkStart(startAtMs: number, nowMs: number): void {
  const given = `--start-at ${new Date(startAtMs).toISOString()}`;
  if (startAtMs <= nowMs)
    throw new UsageError(`${given}: it is ${new Date(nowMs).toISOString()} already; name a later time`);
  if (startAtMs - nowMs > LONGEST_WAIT_MS)
    throw new UsageError(`${given}: that is more than a day off; name a time within one`);
}

/**
 * Checks that a scenario can be split into shards.
 *
 * @throws {UsageError}
 */
export function checkShard({ shard, shards }: Part, scenario: Scenario, saveBaseline: string | undefined): void {
  const option = `--shard ${shard + 1}/${shards}`;
  const { target, clients, faults } = scenario;
  if (target.kind === 'embedded') {
    throw new UsageError(
      `${option}: each process would start a target of its own; start one with \`squall serve\` and name it as target.url`,
    );
  }
  if (shards > clients.count) throw new UsageError(`${option}: there are ${clients.count} clients; take fewer shards`);
  if (saveBaseline !== undefined) throw new UsageError(`${option} is not a whole run: leave --save-baseline out`);
  const alone = faults.find((fault) => executorOf(fault, target.kind) === 'coordinator');
  if (alone === undefined) return;
  throw new UsageError(
    `${option}: each shard would inject the fault \`${faultLabel(alone)}\`; remove it, or run all clients in one process`,
  );
}
