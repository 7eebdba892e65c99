/** Silence after which a shard is lost, ms; it is noticed within 5 s. */
export const SILENCE_MS = 4000;
/** Time without Redis after which a run cannot go on, ms. */
export const REDIS_LOSS_MS = 10_000;
/** Interval at which the shards are looked at, ms. */
export const LOOK_MS = 250;
/** Delay of a look from which on this process itself stood still, ms. */
const STALL_MS = 1000;
/** Time that a process needs to hear what lay unread while it stood still, ms. */
const CATCH_UP_MS = 2000;

/** What a watch sees of a shard. */
interface Watched {
  readonly isHeld: boolean;
  /** time since its slot was last heard, while Redis could be reached, ms */
  readonly silentMs: number;
}

/**
 * Says which shards are lost. A coordinator that stood still, as a machine that slept, has heard nobody in that time, and
 * hears first what lay unread.
 */
export class ShardWatch {
  #lookedMs = -Infinity;
  #catchUpUntilMs = -Infinity;

  /** @param nowMs this machine's monotonic clock */
  lost<Shard extends Watched>(shards: readonly Shard[], nowMs: number): readonly Shard[] {
    if (nowMs - this.#lookedMs > LOOK_MS + STALL_MS) this.#catchUpUntilMs = nowMs + CATCH_UP_MS;
    this.#lookedMs = nowMs;
    if (nowMs < this.#catchUpUntilMs) return [];
    return shards.filter(({ isHeld, silentMs }) => isHeld && silentMs > SILENCE_MS);
  }
}
