import type { EventLog } from './event-log.ts';
import type { ShardHost } from '../worker/shard-host.ts';

/** Most steps that are reported as shards become ready. */
const STEPS = 20;
/** Interval at which it is reported which ones are awaited, ms. */
export const REPORT_MS = 10_000;
/** Most shards that are named. */
const NAMED_MAX = 4;

/** Reports as the run's phase which shards it waits for, until `close`. */
export interface ReadyPhase {
  /** @param awaited the shards that are not ready, by index */
  report(awaited: readonly number[]): void;
  close(): void;
}

/**
 * Begins to report: every 10 s, and of other machines at most 20 times as shards become ready. The workers of this machine
 * are ready at once as a rule.
 */
export function readyPhase(host: Pick<ShardHost, 'shards' | 'isLocal' | 'nameOf'>, log: EventLog): ReadyPhase {
  let awaited: readonly number[] = Array.from({ length: host.shards }, (_, index) => index);
  let step = 0;
  const say = (): void => log.log('phase', readyText(awaited, host));
  const timer = setInterval(say, REPORT_MS).unref();
  return {
    report: (left) => {
      awaited = left;
      const reached = Math.floor((STEPS * (host.shards - left.length)) / host.shards);
      if (host.isLocal || reached === step) return;
      step = reached;
      say();
    },
    close: () => clearInterval(timer),
  };
}

/** @example '2 of 4 shards are ready; not yet: shard 2 of 4 on host-b, shard 3 of 4 on host-c' */
function readyText(
  awaited: readonly number[],
  { shards, isLocal, nameOf }: Pick<ShardHost, 'shards' | 'isLocal' | 'nameOf'>,
): string {
  const ready = `${shards - awaited.length} of ${shards} ${isLocal ? 'workers' : 'shards'} are ready`;
  if (awaited.length === 0) return ready;
  const more = awaited.length - NAMED_MAX;
  const named = awaited.slice(0, NAMED_MAX).map((index) => nameOf(index));
  return `${ready}; not yet: ${named.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}
