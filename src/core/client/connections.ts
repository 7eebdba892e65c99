import { TIMING_INDEX } from '../metrics.ts';
import { decide, usualAdvice } from '../policy/classify.ts';
import type { Advice } from '../policy/advice.ts';
import { NETWORK, type Signal } from '../signal.ts';
import { mono, type MonoMs } from '../time/instant.ts';
import type { Attempts } from './attempts.ts';
import { FLAG, has, isRejoining, lower, raise } from './columns.ts';
import { ALARM, slotOf, type ClientContext } from './context.ts';
import type { Joins } from './joins.ts';
import type { ClientParts } from './parts.ts';
import { STATE, isAttempting, isReady, type StopReason } from './states.ts';

/** Flags that are cleared for a new connection. */
const OF_A_CONNECTION =
  FLAG.rejected | FLAG.refreshedOnReject | FLAG.expiryNoticed | FLAG.reauthenticating | FLAG.forbidden;

/** Actions of a client with its connection, from the open socket until it is lost or closed. */
export class Connections {
  readonly #context: ClientContext;
  readonly #parts: ClientParts;
  readonly #attempts: Attempts;

  constructor(parts: ClientParts, attempts: Attempts) {
    this.#context = parts.context;
    this.#parts = parts;
    this.#attempts = attempts;
  }

  /** Handles the open socket: the client is ready, joins its channels, or presents its token in the first message. */
  open(client: number, now: MonoMs): void {
    this.#parts.retries.reached(client, 'open');
    this.#parts.keepAlive?.open(client);
    if (!this.#context.behaviour.firstMessage) return this.authenticated(client, now);
    this.#parts.states.move(client, STATE.authenticating, now);
    this.#parts.exposure.present(client);
    this.#context.port.authenticate(client);
    this.#parts.commands?.open(client, now);
  }

  /** Handles an authenticated socket: the client is ready, or joins its channels. */
  authenticated(client: number, now: MonoMs): void {
    const { joins } = this.#parts;
    if (joins === null) this.becomeReady(client, now);
    else joins.begin(client, now);
  }

  /** Handles joined channels. */
  joined(client: number, now: MonoMs): void {
    if (this.#parts.joins?.joined(client, now) === true) this.#rejoined(client, now);
    else this.becomeReady(client, now);
  }

  becomeReady(client: number, now: MonoMs): void {
    const { columns } = this.#context;
    // Where joins are tried again, keep-alive began with the open socket.
    const isWatched = this.#parts.joins?.rejoins === true && this.#parts.states.of(client) === STATE.joining;
    this.#context.queue.clear(slotOf(client, ALARM.main));
    columns.readyAt.set(client, now);
    this.#parts.retries.reached(client, 'ready');
    lower(columns, client, OF_A_CONNECTION);
    raise(columns, client, FLAG.wasReady);
    this.#context.observer.ready(now, mono(columns.intendedAt.at(client)), mono(columns.lostAt.at(client)));
    columns.lostAt.set(client, NaN);
    this.#parts.states.move(client, this.#parts.tokens.busy(client) ? STATE.renewing : STATE.ready, now);
    if (isWatched) this.#parts.keepAlive?.plan(client, now);
    else this.#parts.keepAlive?.begin(client, now);
    this.#parts.commands?.ready(client, now);
    if (columns.presentedExpiresAt.at(client) !== columns.expiresAt.at(client)) this.renew(client, now);
  }

  /** Handles a channel that was lost and is joined again over the same connection. */
  #rejoined(client: number, now: MonoMs): void {
    const { columns, observer } = this.#context;
    columns.readyAt.set(client, now);
    this.#parts.retries.reached(client, 'ready');
    lower(columns, client, OF_A_CONNECTION & ~FLAG.refreshedOnReject);
    observer.rejoined(now, mono(columns.lostAt.at(client)));
    columns.lostAt.set(client, NaN);
    this.#parts.states.move(client, this.#parts.tokens.busy(client) ? STATE.renewing : STATE.ready, now);
    this.#parts.commands?.resume(client, now);
    if (columns.presentedExpiresAt.at(client) !== columns.expiresAt.at(client)) this.renew(client, now);
  }

  /** Handles the end of a channel on a socket that stays open. Parameters as for `Machine.onChannelLost`. */
  channelLost(client: number, signal: Signal, advice: Advice | null, now: MonoMs): void {
    const { joins } = this.#parts;
    if (joins === null || !joins.follows(advice === 'refresh')) return this.endedByMessage(client, signal, advice, now);
    this.#context.queue.clear(slotOf(client, ALARM.main));
    // A server that ends each channel as soon as it is joined is not asked again without a delay.
    const isAgain = has(this.#context.columns, client, FLAG.refreshedOnReject) && !joins.stood(client, now);
    this.#lose(client, NETWORK.channelLost, advice === 'refresh', now);
    if (isAgain) raise(this.#context.columns, client, FLAG.refreshedOnReject);
    joins.lost(client);
    this.#followJoin(client, joins, signal, advice, now);
  }

  /** Handles the refusal of the join under way. Parameters as for `Machine.onJoinRefused`. */
  joinRefused(client: number, signal: Signal, advice: Advice | null, now: MonoMs): void {
    const { joins } = this.#parts;
    if (joins === null || !joins.follows(advice === 'refresh')) return this.endedByMessage(client, signal, advice, now);
    joins.failed(client, signal);
    this.#followJoin(client, joins, signal, advice, now);
  }

  /** Handles the main alarm of a client that joins: its join timed out, its rejoin delay is over, or keep-alive is due. */
  joinAlarm(client: number, dueAt: MonoMs, now: MonoMs): void {
    const { joins, keepAlive } = this.#parts;
    if (joins === null || !joins.rejoins) return this.giveUp(client, NETWORK.timeout, now);
    if (!joins.isDue(client, now)) {
      if (keepAlive?.ring(client, now) === true) this.giveUp(client, NETWORK.silent, now);
    } else if (joins.asked(client)) {
      joins.failed(client, NETWORK.timeout);
      this.#waitToJoin(client, joins, NETWORK.timeout, now);
    } else this.joinNext(client, dueAt, now);
  }

  /** Joins, or gets another token first. */
  joinNext(client: number, intended: MonoMs, now: MonoMs): void {
    if (this.#parts.joins?.ask(client, intended, now) === false)
      this.stopJoining(client, NETWORK.joinRefused, 'gave-up', now);
  }

  /** Ends the connection of a client that joins, for good. */
  stopJoining(client: number, signal: Signal, reason: StopReason, now: MonoMs): void {
    this.#leaveJoining(client, signal, now);
    this.#attempts.stop(client, reason, now);
  }

  #followJoin(client: number, joins: Joins, signal: Signal, advice: Advice | null, now: MonoMs): void {
    this.#parts.states.move(client, STATE.joining, now);
    switch (advice) {
      case 'login':
      case 'stop':
        return this.stopJoining(client, signal, reasonOf(advice), now);
      case 'refresh':
        if (joins.reject(client)) this.joinNext(client, now, now);
        else this.#waitToJoin(client, joins, signal, now);
        return;
      default:
        return this.#waitToJoin(client, joins, signal, now);
    }
  }

  #waitToJoin(client: number, joins: Joins, signal: Signal, now: MonoMs): void {
    if (!joins.wait(client, now)) this.stopJoining(client, signal, 'gave-up', now);
  }

  /** Ends the connection of a client that joins, on the client's own initiative. */
  #leaveJoining(client: number, signal: Signal, now: MonoMs): void {
    this.#context.queue.clear(slotOf(client, ALARM.main));
    this.#endJoining(client, signal, now);
    this.#context.port.hangUp(client);
  }

  /** Records the end of the connection of a client that joins, with its attempt if one is under way. */
  #endJoining(client: number, signal: Signal, now: MonoMs): void {
    const { joins } = this.#parts;
    const attempting = !isRejoining(this.#context.columns, client);
    joins?.failed(client, signal);
    joins?.socketEnded(client, now);
    if (!attempting) return;
    this.#context.observer.attemptFailed(now, signal);
    this.#parts.commands?.pause(client, now);
  }

  /** Hangs up after a message that ends the session. */
  endedByMessage(client: number, signal: Signal, advice: Advice | null, now: MonoMs): void {
    this.#context.port.hangUp(client);
    this.ended(client, signal, advice, now, 0);
  }

  /**
   * Presents a token that is newer than the connection's: in band, or on a new connection. In band, one that comes before
   * the answer to the last one is presented after that answer.
   */
  renew(client: number, now: MonoMs): void {
    const { behaviour, queue, port } = this.#context;
    if (behaviour.renewal === 'in-band') {
      if (has(this.#context.columns, client, FLAG.reauthenticating)) return;
      this.#parts.exposure.offer(client);
      raise(this.#context.columns, client, FLAG.reauthenticating);
      this.#parts.states.move(client, STATE.renewing, now);
      queue.set(slotOf(client, ALARM.main), now + behaviour.connectTimeoutMs);
      return port.authenticate(client);
    }
    this.leave(client, NETWORK.renewal, false, now);
    this.#attempts.dial(client, now, now);
  }

  /** Handles the acceptance of a token that was presented in band. */
  renewed(client: number, now: MonoMs): void {
    this.#context.queue.clear(slotOf(client, ALARM.main));
    this.#parts.keepAlive?.beat(client, now);
    this.#parts.exposure.renew(client, now);
    lower(
      this.#context.columns,
      client,
      FLAG.reauthenticating | FLAG.rejected | FLAG.refreshedOnReject | FLAG.expiryNoticed,
    );
    const { presentedExpiresAt, expiresAt } = this.#context.columns;
    if (presentedExpiresAt.at(client) !== expiresAt.at(client)) return this.renew(client, now);
    this.#parts.states.move(client, this.#parts.tokens.busy(client) ? STATE.renewing : STATE.ready, now);
  }

  /** Gives up an attempt or a connection that has been silent for too long. */
  giveUp(client: number, signal: Signal, now: MonoMs): void {
    this.#context.port.hangUp(client);
    this.ended(client, signal, null, now, 0);
  }

  /** Handles a failed attempt or the end of a connection. Parameters as for `Machine.onClosed`. */
  ended(client: number, signal: Signal, advice: Advice | null, now: MonoMs, retryAfterMs: number): void {
    const { behaviour, queue, observer } = this.#context;
    const state = this.#parts.states.of(client);
    queue.clear(slotOf(client, ALARM.main));
    const step = decide(behaviour.backoff, signal, advice, behaviour.closeRules);
    const mayReturn = !isReady(state) || this.#parts.retries.mayReturn(this.#context.columns.readyAt.at(client), now);
    if (isReady(state)) {
      // A client that only needs another token has lost its connection because the token had expired.
      const expired =
        step.action === 'refresh' || advice === 'refresh' || usualAdvice(behaviour.closeRules, signal) === 'refresh';
      this.#lose(client, signal, expired, now);
      this.#parts.joins?.socketEnded(client, now);
    } else if (state === STATE.joining) this.#endJoining(client, signal, now);
    else {
      observer.attemptFailed(now, signal);
      if (state === STATE.authenticating) this.#parts.commands?.pause(client, now);
    }
    if (!mayReturn) return this.#attempts.stop(client, 'gave-up', now);
    if (!behaviour.backoff.retryInitial && !has(this.#context.columns, client, FLAG.wasReady)) {
      return this.#attempts.stop(client, 'gave-up', now);
    }
    this.#attempts.follow(client, step, now, retryAfterMs);
  }

  /** Ends a ready connection on the client's own initiative. */
  leave(client: number, signal: Signal, expired: boolean, now: MonoMs): void {
    this.#context.queue.clear(slotOf(client, ALARM.main));
    this.#lose(client, signal, expired, now);
    this.#parts.joins?.socketEnded(client, now);
    this.#context.port.hangUp(client);
  }

  /** Ends the attempt or connection of a client whose session is over. */
  logOut(client: number, now: MonoMs): void {
    const state = this.#parts.states.of(client);
    if (isReady(state)) return this.leave(client, NETWORK.invalidGrant, true, now);
    if (state === STATE.joining) return this.#leaveJoining(client, NETWORK.invalidGrant, now);
    if (!isAttempting(state)) return;
    this.#context.observer.attemptFailed(now, NETWORK.invalidGrant);
    this.#context.port.hangUp(client);
  }

  /** Ends the run: records an attempt as unfinished, and closes a connection without counting it as lost. */
  breakOff(client: number, now: MonoMs): void {
    const { observer, port } = this.#context;
    const { intendedAt, lostAt } = this.#context.columns;
    const state = this.#parts.states.of(client);
    const joining = state === STATE.joining;
    const attempting = isAttempting(state) || (joining && !isRejoining(this.#context.columns, client));
    if (joining) this.#parts.joins?.breakOff(client, now);
    if (attempting) observer.unfinished(TIMING_INDEX.handshake, now - intendedAt.at(client));
    if (!Number.isNaN(lostAt.at(client))) observer.notBack(now, mono(lostAt.at(client)));
    this.#parts.commands?.breakOff(client, now);
    if (isReady(state)) {
      this.#parts.exposure.breakOff(client, now);
      this.#parts.keepAlive?.end(client, now);
    } else if (!attempting && !joining) return;
    port.hangUp(client);
  }

  /** Records the end of a ready connection. */
  #lose(client: number, signal: Signal, expired: boolean, now: MonoMs): void {
    const { readyAt, lostAt } = this.#context.columns;
    this.#parts.retries.lost(client, readyAt.at(client), now);
    lower(this.#context.columns, client, FLAG.reauthenticating | FLAG.refreshedOnReject);
    lostAt.set(client, now);
    this.#parts.exposure.close(client, expired, now);
    this.#parts.keepAlive?.end(client, now);
    this.#parts.commands?.pause(client, now);
    this.#context.observer.lost(now, signal, expired);
  }
}

/** Why a client stops that was advised to log in again, or to stop. */
export function reasonOf(advice: 'login' | 'stop'): StopReason {
  return advice === 'login' ? 'logged-out' : 'advised-to-stop';
}
