import type { MonoMs } from '../time/instant.ts';
import type { ClientColumns } from './columns.ts';
import type { ClientContext } from './context.ts';
import type { TokenKeeper } from './token-keeper.ts';

/** Clocks of the clients: skew and drift, and their effect on the instants that a client reads. */
export class ClientClock {
  readonly #columns: ClientColumns;
  readonly #readsExp: boolean;
  readonly #tokens: TokenKeeper;

  constructor({ columns, behaviour }: ClientContext, tokens: TokenKeeper) {
    this.#columns = columns;
    this.#readsExp = behaviour.refresh.clock === 'exp';
    this.#tokens = tokens;
  }

  /** The reading of the client's clock minus true time, milliseconds. */
  offsetMs(client: number, now: MonoMs): number {
    return this.#columns.skewMs[client]! + this.#columns.driftPerMs[client]! * now;
  }

  /** Moves the client's clock by `offsetMs`. */
  shift(client: number, offsetMs: number, now: MonoMs): void {
    const { skewMs, driftPerMs, believedEndAt, refreshAt } = this.#columns;
    skewMs[client] = skewMs[client]! + offsetMs;
    if (!this.#readsExp) return;
    const earlierMs = offsetMs / (1 + driftPerMs[client]!);
    believedEndAt.set(client, believedEndAt.at(client) - earlierMs);
    refreshAt.set(client, refreshAt.at(client) - earlierMs);
    this.#tokens.rewatch(client, now);
  }

  /**
   * Sets the time that the client's clock gains in each millisecond from now on (negative: loses; more than -1).
   *
   * Its reading at this instant is the same with the old drift d and the new one e: (1 + d) * now + skew =
   * (1 + e) * now + skew', so skew' = skew + (d - e) * now. An instant t that was t - now ahead in true time was
   * (1 + d) * (t - now) ahead on the client's clock, which from now on takes (1 + d) * (t - now) / (1 + e). That is true
   * of both refresh policies, because in both the client waits for its own clock.
   */
  drift(client: number, perMs: number, now: MonoMs): void {
    const { skewMs, driftPerMs, believedEndAt, refreshAt } = this.#columns;
    const before = driftPerMs[client]!;
    const after = Math.fround(perMs);
    driftPerMs[client] = after;
    skewMs[client] = skewMs[client]! + (before - after) * now;
    const ratio = (1 + before) / (1 + after);
    believedEndAt.set(client, now + (believedEndAt.at(client) - now) * ratio);
    refreshAt.set(client, now + (refreshAt.at(client) - now) * ratio);
    this.#tokens.rewatch(client, now);
  }
}
