import type { Advice } from '../policy/advice.ts';
import { NETWORK, type Signal } from '../signal.ts';
import type { MonoMs } from '../time/instant.ts';
import type { Attempts } from './attempts.ts';
import { FLAG, has } from './columns.ts';
import { type Connections, reasonOf } from './connections.ts';
import type { ClientParts } from './parts.ts';
import { STATE, isReady } from './states.ts';
import type { TokenOutcome } from './token-keeper.ts';

/** Reactions of a client to a due token, an answer of the token service, and a warning of the gateway. */
export class TokenEvents {
  readonly #parts: ClientParts;
  readonly #attempts: Attempts;
  readonly #connections: Connections;

  constructor(parts: ClientParts, attempts: Attempts, connections: Connections) {
    this.#parts = parts;
    this.#attempts = attempts;
    this.#connections = connections;
  }

  /** Handles the token alarm. */
  due(client: number, dueAt: MonoMs, now: MonoMs): void {
    const outcome = this.#parts.tokens.ring(client, dueAt, now);
    if (outcome !== null) this.#failed(client, outcome, now);
    else if (this.#parts.states.of(client) === STATE.ready) this.#parts.states.move(client, STATE.renewing, now);
  }

  received(client: number, issuedAt: MonoMs, expiresAt: MonoMs, now: MonoMs): void {
    const state = this.#parts.states.of(client);
    this.#parts.tokens.came(client, now);
    this.#parts.tokens.receive(client, issuedAt, expiresAt, now);
    this.#parts.tokens.watch(client, now);
    if (state === STATE.fetchingToken) this.#attempts.dial(client, now, now);
    else if (state === STATE.renewing) this.#connections.renew(client, now);
    else if (state === STATE.joining && this.#parts.joins?.awaitsToken(client) === true)
      this.#connections.joinNext(client, now, now);
    this.#parts.states.updateCondition(client, now);
  }

  failed(client: number, signal: Signal, now: MonoMs, retryAfterMs: number): void {
    this.#failed(client, this.#parts.tokens.fail(client, signal, now, retryAfterMs), now);
  }

  /** Handles the gateway's warning to a client that is ready, or joins. */
  warned(client: number, advice: Advice, now: MonoMs): void {
    const renews = advice === 'refresh' && this.#parts.tokens.renews;
    if (this.#parts.states.of(client) === STATE.joining) {
      if (renews) this.#parts.tokens.want(client, now, now);
      if (advice === 'login' || advice === 'stop')
        this.#connections.stopJoining(client, NETWORK.renewal, reasonOf(advice), now);
      return;
    }
    this.#parts.exposure.noticeExpiry(client, now);
    if (advice === 'login' || advice === 'stop') {
      this.#connections.leave(client, NETWORK.renewal, true, now);
      return this.#attempts.stop(client, reasonOf(advice), now);
    }
    if (!renews || this.#parts.states.of(client) !== STATE.ready) return;
    this.#parts.tokens.want(client, now, now);
    this.#parts.states.move(client, STATE.renewing, now);
  }

  #failed(client: number, outcome: TokenOutcome, now: MonoMs): void {
    if (outcome === 'logged-out') {
      this.#connections.logOut(client, now);
      this.#attempts.stop(client, 'logged-out', now);
    } else this.#goOnWithout(client, outcome === 'exhausted', now);
    this.#parts.states.updateCondition(client, now);
  }

  /** Goes on with the token in hand while the policy allows it. */
  #goOnWithout(client: number, exhausted: boolean, now: MonoMs): void {
    const { columns, behaviour } = this.#parts.context;
    const state = this.#parts.states.of(client);
    if (state === STATE.fetchingToken) {
      if (this.#parts.tokens.usable(client, now)) this.#attempts.dial(client, now, now);
      else if (exhausted) this.#attempts.stop(client, 'gave-up', now);
    } else if (state === STATE.joining && this.#parts.joins?.awaitsToken(client) === true) {
      if (this.#parts.tokens.usable(client, now)) this.#connections.joinNext(client, now, now);
      else if (exhausted) this.#connections.stopJoining(client, NETWORK.joinRefused, 'gave-up', now);
    } else if (isReady(state) && !behaviour.refresh.keepOld) {
      this.#connections.leave(client, NETWORK.renewal, false, now);
      if (exhausted) this.#attempts.stop(client, 'gave-up', now);
      else this.#parts.states.move(client, STATE.fetchingToken, now);
    } else if (state === STATE.renewing && exhausted && !has(columns, client, FLAG.reauthenticating)) {
      this.#parts.states.move(client, STATE.ready, now);
    }
  }
}
