/** Longest silence of a coordinator that the load outlives, ms. A coordinator speaks once a second. */
const COORDINATOR_SILENCE_MAX_MS = 7000;
/** Longest loss of Redis that the load outlives, ms. */
const REDIS_LOSS_MAX_MS = 10_000;
/** Interval at which a slot looks at its lease, ms. */
export const LEASE_LOOK_MS = 250;

/** Time since a slot heard its coordinator, and since it lost Redis. */
export interface Contact {
  /** time since the coordinator was last heard, without the time for which Redis was away, ms */
  readonly silentMs: number;
  /** time for which Redis has been away, ms; 0: it is there */
  readonly downMs: number;
}

/**
 * Decides whether a shard's load may go on: nobody counts, stops or reports a load whose coordinator is gone. While Redis is
 * away the coordinator cannot be heard, so that its silence does not count.
 *
 * @returns why the load ends; null: it goes on
 */
export function leaseEnd({ silentMs, downMs }: Contact): string | null {
  if (downMs >= REDIS_LOSS_MAX_MS) return `Redis has been away for ${seconds(downMs)}`;
  if (downMs > 0 || silentMs < COORDINATOR_SILENCE_MAX_MS) return null;
  return `the coordinator has not been heard for ${seconds(silentMs)}`;
}

function seconds(ms: number): string {
  return `${Math.floor(ms / 1000)} s`;
}
