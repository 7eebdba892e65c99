import type { MonoMs } from '../time/instant.ts';
import { CONDITION_SHIFT, FLAG, type ClientColumns } from './columns.ts';
import type { ClientContext } from './context.ts';
import type { Observer } from './observer.ts';
import { STATE } from './states.ts';

/**
 * What stands between a client and its work, told apart as an application would have to tell it: a client is in one of
 * these at most. Where several would apply, the first in the order loggedOut, forbidden, refreshFailing, expired counts.
 */
export const CONDITION = {
  none: 0,
  /** connected, and its latest command to be answered was refused: it is not allowed this action */ forbidden: 1,
  /** not connected, and the token in hand has run out, or the server takes it no more */ expired: 2,
  /** its latest refresh failed, for now: until one succeeds */ refreshFailing: 3,
  /** logged out: nothing but a login helps */ loggedOut: 4,
} as const;

const FLAGS = (1 << CONDITION_SHIFT) - 1;

export type Condition = (typeof CONDITION)[keyof typeof CONDITION];

/**
 * Keeps each client's condition, which follows from its state and its token. It is looked at anew whenever the state
 * changes or a token request is answered, and by no alarm: a token that runs out while a client waits is found out as
 * soon as the client acts.
 */
export class Conditions {
  readonly #columns: ClientColumns;
  readonly #observer: Observer;

  constructor(life: ClientContext) {
    this.#columns = life.columns;
    this.#observer = life.observer;
  }

  /** Hot. */
  update(client: number, now: MonoMs): void {
    const { flags } = this.#columns;
    const was = (flags[client]! >> CONDITION_SHIFT) as Condition;
    const is = this.#of(client, flags[client]!, now);
    if (is === was) return;
    flags[client] = (flags[client]! & FLAGS) | (is << CONDITION_SHIFT);
    this.#observer.condition(was, is, now);
  }

  #of(client: number, flags: number, now: MonoMs): Condition {
    const f = this.#columns;
    const state = f.state[client]!;
    if (state === STATE.stopped) return flags & FLAG.loggedOut ? CONDITION.loggedOut : CONDITION.none;
    const connected = state === STATE.ready || state === STATE.renewing;
    if (connected && flags & FLAG.forbidden) return CONDITION.forbidden;
    if (flags & FLAG.refreshFailing) return CONDITION.refreshFailing;
    if (connected || state === STATE.idle) return CONDITION.none;
    return flags & FLAG.rejected || f.expiresAt[client]! <= now ? CONDITION.expired : CONDITION.none;
  }
}
