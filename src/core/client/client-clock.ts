import type { MonoMs } from '../time/instant.ts';
import type { ClientColumns } from './columns.ts';
import type { ClientContext } from './context.ts';
import type { TokenKeeper } from './token-keeper.ts';

/** The clients' own clocks: how far each is off, and what a jump or a drift does to the times that a client reads on it. */
export class ClientClock {
  readonly #columns: ClientColumns;
  readonly #readsExp: boolean;
  readonly #tokens: TokenKeeper;

  constructor({ columns, behaviour }: ClientContext, tokens: TokenKeeper) {
    this.#columns = columns;
    this.#readsExp = behaviour.refresh.clock === 'exp';
    this.#tokens = tokens;
  }

  /** How far the client's clock is ahead of true time (negative: behind), milliseconds. */
  offsetMs(client: number, now: MonoMs): number {
    return this.#columns.skewMs[client]! + this.#columns.driftPerMs[client]! * now;
  }

  /** The client's clock jumps by `offsetMs`. */
  shift(client: number, offsetMs: number, now: MonoMs): void {
    const { skewMs, driftPerMs, believedEndAt, refreshAt } = this.#columns;
    skewMs[client] = skewMs[client]! + offsetMs;
    if (!this.#readsExp) return;
    const earlierMs = offsetMs / (1 + driftPerMs[client]!);
    believedEndAt[client] = believedEndAt[client]! - earlierMs;
    refreshAt[client] = refreshAt[client]! - earlierMs;
    this.#tokens.rewatch(client, now);
  }

  /**
   * From now on the client's clock gains `perMs` in each millisecond (negative: loses; more than -1), in place of what
   * it gained so far.
   *
   * It reads the same now by the old drift d and the new one e: (1 + d) * now + skew = (1 + e) * now + skew', so
   * skew' = skew + (d - e) * now. What is t - now away in true time is (1 + d) * (t - now) away on the client's clock,
   * which from now on takes (1 + d) * (t - now) / (1 + e). That holds for either policy: for both the client waits for
   * its own clock.
   */
  drift(client: number, perMs: number, now: MonoMs): void {
    const { skewMs, driftPerMs, believedEndAt, refreshAt } = this.#columns;
    const before = driftPerMs[client]!;
    const after = Math.fround(perMs);
    driftPerMs[client] = after;
    skewMs[client] = skewMs[client]! + (before - after) * now;
    const ratio = (1 + before) / (1 + after);
    believedEndAt[client] = now + (believedEndAt[client]! - now) * ratio;
    refreshAt[client] = now + (refreshAt[client]! - now) * ratio;
    this.#tokens.rewatch(client, now);
  }
}
