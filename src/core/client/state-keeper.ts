import type { MonoMs } from '../time/instant.ts';
import { CONDITION_SHIFT, FLAG, type ClientColumns } from './columns.ts';
import { CONDITION, type Condition } from './conditions.ts';
import type { ClientContext } from './context.ts';
import type { Observer } from './observer.ts';
import { STATE, isReady, type State } from './states.ts';

const FLAGS = (1 << CONDITION_SHIFT) - 1;

/**
 * Keeps each client's state, and the condition that follows from its state and its token. The condition is updated when
 * the state changes or a token request is answered, but by no alarm: a token that expires while a client waits counts
 * from the client's next action.
 */
export class StateKeeper {
  readonly #columns: ClientColumns;
  readonly #observer: Observer;

  constructor({ columns, observer }: ClientContext) {
    this.#columns = columns;
    this.#observer = observer;
  }

  of(client: number): State {
    return this.#columns.state.at(client) as State;
  }

  move(client: number, to: State, now: MonoMs): void {
    const from = this.of(client);
    if (from === to) return;
    this.#columns.state.set(client, to);
    this.#observer.moved(from, to, now);
    this.updateCondition(client, now);
  }

  /** Hot. */
  updateCondition(client: number, now: MonoMs): void {
    const { flags } = this.#columns;
    const was = (flags.at(client) >> CONDITION_SHIFT) as Condition;
    const is = this.#conditionOf(client, flags.at(client), now);
    if (is === was) return;
    flags.set(client, (flags.at(client) & FLAGS) | (is << CONDITION_SHIFT));
    this.#observer.condition(was, is, now);
  }

  #conditionOf(client: number, flags: number, now: MonoMs): Condition {
    const state = this.of(client);
    if (state === STATE.stopped) return flags & FLAG.loggedOut ? CONDITION.loggedOut : CONDITION.none;
    const ready = isReady(state);
    if (ready && flags & FLAG.forbidden) return CONDITION.forbidden;
    if (flags & FLAG.refreshFailing) return CONDITION.refreshFailing;
    if (ready || state === STATE.idle) return CONDITION.none;
    return flags & FLAG.rejected || this.#columns.expiresAt.at(client) <= now ? CONDITION.expired : CONDITION.none;
  }
}
