import { slotOf } from '../core/client/context.ts';
import { expiryStepAt, noticeIsNext } from '../core/server/expiry.ts';
import type { MonoMs } from '../core/time/instant.ts';
import { MODEL_ALARM, SESSION } from './columns.ts';
import type { Sessions } from './sessions.ts';
import type { World } from './world.ts';

/** Rounding tolerance of expiry times that are computed from a drifting clock, ms. */
const CLOCK_ERROR_MS = 1e-6;

/** Watches the tokens of open connections by the gateway's clock, with one alarm for each connection. */
export class ExpiryWatch {
  readonly #world: World;
  readonly #sessions: Sessions;

  constructor(world: World, sessions: Sessions) {
    this.#world = world;
    this.#sessions = sessions;
  }

  /** Sets the alarm, once the client has received the accept. */
  watch(client: number, now: MonoMs): void {
    const { columns, context, behaviour, authority } = this.#world;
    const { onExpiry } = behaviour;
    if (onExpiry.kind === 'ignore' || this.#sessions.is(client, SESSION.unauthenticated)) return;
    const expiresAt = columns.expiresAt[client]!;
    const clock = authority.clocks.gateway;
    const endsAt = clock.whenItShows(expiresAt, now);
    const warned = this.#sessions.is(client, SESSION.warned);
    const heardAt = noticeIsNext(onExpiry, warned)
      ? clock.whenItShows(expiryStepAt(onExpiry, expiresAt, warned), now) + columns.latencyMs.at(client)
      : Infinity;
    context.queue.set(slotOf(client, MODEL_ALARM.expiry), Math.max(now, Math.min(heardAt, endsAt)));
  }

  /** Returns whether the token has expired. */
  isOver(client: number, now: MonoMs): boolean {
    const { columns, authority } = this.#world;
    return authority.clocks.gateway.at(now) >= columns.expiresAt[client]! - CLOCK_ERROR_MS;
  }

  /** Handles the alarm before the token's expiry. @returns whether the gateway sends the notice now */
  ring(client: number, now: MonoMs): boolean {
    const isNotice = noticeIsNext(this.#world.behaviour.onExpiry, this.#sessions.is(client, SESSION.warned));
    if (isNotice) this.#sessions.warned(client);
    this.watch(client, now);
    return isNotice;
  }
}
