/**
 * The client: what happens to it, and what it then asks for. Events are the rows, states the columns; a cell names
 * the next state, with what is asked of the Port in brackets. An empty cell is nonsense: observed, otherwise ignored.
 *
 *                 idle       fetching-token   connecting        authenticating    ready            renewing          waiting
 * main alarm      connect                     ended(timeout)    ended(timeout)    6                ended(timeout) 3  connect
 *                                                                                                  or 6
 * token alarm                2                2                 2                 renewing 2       2                 2
 * onOpen                                      ready or
 *                                             authenticating
 *                                             [authenticate]
 * onReady                                                       ready                              ready 3
 * onClosed                                    ended             ended             ended            ended
 * onToken                    connecting       4                 4                                  connecting        4
 *                            [dial]                                                                [hangUp, dial] or
 *                                                                                                  [authenticate] 3
 * onTokenFailed              5                5                 5                                  5                 5
 * onNotice                                                                        renewing         -
 *                                                                                 [requestToken]
 * onMessage       -          -                -                 -                 -                -                 -
 * onAck           -          -                -                 -                 -                -                 -
 * onRefused       -          -                -                 -                 -                -                 -
 * onHeard         -          -                -                 -                 -                -                 -
 *
 * connect   the token in hand will do: connecting [dial]; otherwise fetching-token [requestToken]
 * ended     the attempt failed or the connection is lost [hangUp where it is squall that gives up]; then by advice:
 *           retry: waiting; retry-now: connect; refresh: fetching-token [requestToken]; login or stop: stopped
 * 2         the next token is due [requestToken], or the request took too long [abandonToken] and counts as failed
 * 3         only while an in-band authentication awaits its answer
 * 4         the token is kept for the next time one is presented
 * 5         for good: stopped, when the session is over, or as soon as there is no connection; for now: the old token
 *           serves while the policy and its `exp` allow
 * 6         with a heartbeat: [ping], or, when nothing came after the last one, ended(silent)
 *
 * `stopped` ignores everything: the client has left, and answers to what it had asked may still arrive.
 */
import { decide, defaultAdvice } from '../policy/classify.ts';
import type { Advice, SignalRule } from '../policy/advice.ts';
import { NETWORK, type Signal } from '../signal.ts';
import { NEVER, mono, type MonoMs } from '../time/instant.ts';
import { TokenExposure } from './token-exposure.ts';
import { Commands } from './commands.ts';
import { Conditions } from './conditions.ts';
import { FLAG, has, lower, raise, type ClientColumns } from './columns.ts';
import { KeepAlive } from './keep-alive.ts';
import {
  ALARM,
  OWN_ALARMS,
  alarmOf,
  arrivalMs,
  clientOf,
  slotOf,
  type Behaviour,
  type ClientContext,
} from './context.ts';
import { Retries } from './retries.ts';
import { LoopDetector } from './loop-detector.ts';
import { STATE, type State, type StopReason } from './states.ts';
import { TokenKeeper, type TokenOutcome } from './token-keeper.ts';

/** The close code of a client that leaves on its own account (RFC 6455 section 7.4.1). */
const NORMAL_CLOSURE = 1000;

/**
 * A population of clients and their events. `client` is an index; `now` never decreases. Nothing here throws on
 * account of what a remote did.
 */
export class Machine {
  readonly #context: ClientContext;
  readonly #columns: ClientColumns;
  readonly #behaviour: Behaviour;
  readonly #exposure: TokenExposure;
  readonly #tokens: TokenKeeper;
  readonly #conditions: Conditions;
  readonly #retries: Retries;
  readonly #reconnects: LoopDetector;
  /** null where nothing is expected to be heard */
  readonly #keepAlive: KeepAlive | null;
  readonly #commands: Commands | null;

  constructor(life: ClientContext) {
    this.#context = life;
    this.#columns = life.columns;
    this.#behaviour = life.behaviour;
    this.#exposure = new TokenExposure(life);
    this.#tokens = new TokenKeeper(life);
    this.#conditions = new Conditions(life);
    this.#retries = new Retries(life);
    this.#reconnects = new LoopDetector(life, 'reconnect', life.columns.reconnectsOverAt);
    const { commands, heartbeat } = life.behaviour;
    const hearing = new KeepAlive(life);
    this.#keepAlive = commands === null && heartbeat === null ? null : hearing;
    this.#commands = commands && new Commands(life, commands, hearing);
  }

  state(client: number): State {
    return this.#columns.state[client] as State;
  }

  /**
   * Before the run: the client's clock, its first token's claims on the run's clock, and its arrival. It has that
   * token since it was issued.
   */
  prepare(client: number, skewMs: number, issuedAt: MonoMs, expiresAt: MonoMs): void {
    if (skewMs !== 0) this.#columns.skewMs[client] = skewMs;
    this.#tokens.receive(client, issuedAt, expiresAt, issuedAt);
    this.#context.queue.set(slotOf(client, ALARM.main), arrivalMs(this.#context, client));
    this.#commands?.begin(client);
  }

  /** One of the clients' own alarms rang: it was due at `dueAt`, and it is `now`. */
  ring(slot: number, dueAt: MonoMs, now: MonoMs): void {
    const client = clientOf(slot);
    switch (alarmOf(slot)) {
      case ALARM.main:
        return this.#mainAlarm(client, dueAt, now);
      case ALARM.token:
        return this.#tokenAlarm(client, dueAt, now);
      case ALARM.command:
        return this.#commands?.fallDue(client, now);
      default:
        return this.#commands?.timeOut(client, now);
    }
  }

  /** The socket is open. */
  onOpen(client: number, now: MonoMs): void {
    if (this.state(client) !== STATE.connecting) return this.#unexpectedEvent(client, now);
    this.#retries.reached(client, 'open');
    if (!this.#behaviour.firstMessage) return this.#becomeReady(client, now);
    this.#move(client, STATE.authenticating, now);
    this.#exposure.present(client);
    this.#context.port.authenticate(client);
    this.#commands?.open(client, now);
  }

  /** The gateway accepted the token that was presented in a message. */
  onReady(client: number, now: MonoMs): void {
    const state = this.state(client);
    if (state === STATE.authenticating) return this.#becomeReady(client, now);
    if (state !== STATE.renewing || !has(this.#columns, client, FLAG.reauthenticating))
      return this.#unexpectedEvent(client, now);
    this.#context.queue.clear(slotOf(client, ALARM.main));
    this.#keepAlive?.beat(client, now);
    this.#exposure.settle(client, now);
    this.#exposure.present(client);
    lower(this.#columns, client, FLAG.reauthenticating | FLAG.rejected | FLAG.refreshedOnReject | FLAG.expiryNoticed);
    this.#move(client, this.#tokens.busy(client) ? STATE.renewing : STATE.ready, now);
  }

  /**
   * The attempt failed or the connection ended.
   *
   * @param told the server's own advice, where it gave any
   * @param retryAfterMs for how long it asked not to be tried again; 0 where it did not
   */
  onClosed(client: number, signal: Signal, told: Advice | null, now: MonoMs, retryAfterMs = 0): void {
    const state = this.state(client);
    if (state < STATE.connecting || state > STATE.renewing) return this.#unexpectedEvent(client, now);
    this.#ended(client, signal, told, now, retryAfterMs);
  }

  /** The token service answered. The claims are moved to the run's clock. */
  onToken(client: number, issuedAt: MonoMs, expiresAt: MonoMs, now: MonoMs): void {
    const state = this.state(client);
    if (!this.#tokens.busy(client)) return this.#unexpectedEvent(client, now);
    this.#context.observer.refreshed(now, mono(this.#columns.refreshIntendedAt[client]!));
    this.#tokens.receive(client, issuedAt, expiresAt, now);
    this.#tokens.watch(client, now);
    if (state === STATE.fetchingToken) this.#dial(client, now, now);
    else if (state === STATE.renewing) this.#renew(client, now);
    this.#conditions.update(client, now);
  }

  /** @param retryAfterMs for how long the token service asked not to be asked again; 0 where it did not */
  onTokenFailed(client: number, signal: Signal, now: MonoMs, retryAfterMs = 0): void {
    if (!this.#tokens.busy(client)) return this.#unexpectedEvent(client, now);
    this.#tokenFailed(client, this.#tokens.fail(client, signal, now, retryAfterMs), now);
  }

  /** A frame told the client about its token, ahead of whatever the gateway will do. */
  onNotice(client: number, told: Advice, now: MonoMs): void {
    const state = this.state(client);
    if (state !== STATE.ready && state !== STATE.renewing) return this.#unexpectedEvent(client, now);
    this.#exposure.noticeExpiry(client, now);
    if (told === 'login' || told === 'stop') {
      this.#leave(client, NETWORK.renewal, true, now);
      return this.#stop(client, told === 'login' ? 'logged-out' : 'told-to-stop', now);
    }
    if (state !== STATE.ready || told !== 'refresh') return;
    this.#tokens.want(client, now, now);
    this.#move(client, STATE.renewing, now);
  }

  /** When a command that is under way was last meant to be sent. */
  commandSentAt(client: number, seq: number): number {
    return this.#commands?.sentAt(client, seq) ?? NEVER;
  }

  /** Whether the client still waits for this command's acknowledgement: it has neither had it nor given up. */
  awaits(client: number, seq: number): boolean {
    return this.#columns.pending.has(client, seq);
  }

  /** Anything at all came over the connection, whatever else it means. */
  onMessage(client: number): void {
    this.#retries.reached(client, 'first-message');
  }

  /** Anything at all came over the connection, a ping's answer included. */
  onHeard(client: number, now: MonoMs): void {
    this.#keepAlive?.heard(client, now);
  }

  onAck(client: number, seq: number, now: MonoMs): void {
    this.#keepAlive?.heard(client, now);
    if (this.#commands?.acknowledge(client, seq, now) !== true || !has(this.#columns, client, FLAG.forbidden)) return;
    lower(this.#columns, client, FLAG.forbidden);
    this.#conditions.update(client, now);
  }

  /** The gateway would not carry a command out: the client is not allowed to, until a later one is acknowledged. */
  onRefused(client: number, seq: number, now: MonoMs): void {
    this.#keepAlive?.heard(client, now);
    if (this.#commands?.refuse(client, seq, now) !== true) return;
    raise(this.#columns, client, FLAG.forbidden);
    this.#conditions.update(client, now);
  }

  /**
   * The client's session was revoked at `at`, of which the client knows nothing: from then on its connection should
   * end. Word of that may come later than the end.
   *
   * @returns false when it had no ready connection, so that there was nothing to end
   */
  revoked(client: number, at: MonoMs): boolean {
    const state = this.state(client);
    if (state === STATE.ready || state === STATE.renewing) {
      this.#exposure.revoke(client, at);
      return true;
    }
    const lostAt = this.#columns.lostAt[client]!;
    if (!(lostAt >= at)) return false;
    this.#context.observer.revocationClosed(mono(lostAt), at);
    return true;
  }

  /** By how much the client's clock is ahead of true time (negative: behind), milliseconds. */
  clockOffsetMs(client: number, now: MonoMs): number {
    return this.#columns.skewMs[client]! + this.#columns.driftPerMs[client]! * now;
  }

  /** The client's clock jumps by `offsetMs`. */
  shiftClock(client: number, offsetMs: number, now: MonoMs): void {
    this.#tokens.shiftClock(client, offsetMs, now);
  }

  /** From now on the client's clock gains `perMs` in each millisecond (negative: loses; more than -1). */
  driftClock(client: number, perMs: number, now: MonoMs): void {
    this.#tokens.driftClock(client, perMs, now);
  }

  /** The run is over: nothing more is started, and what is open is closed without counting as a loss. */
  windDown(client: number, now: MonoMs): void {
    const state = this.state(client);
    for (let alarm = 0; alarm < OWN_ALARMS; alarm++) this.#context.queue.clear(slotOf(client, alarm));
    if (state === STATE.stopped) return;
    this.#leaveUnfinished(client, state, now);
    if (state === STATE.ready || state === STATE.renewing) {
      this.#exposure.breakOff(client, now);
      this.#keepAlive?.end(client, now);
    }
    this.#tokens.end(client);
    if (state >= STATE.connecting && state <= STATE.renewing) this.#context.port.hangUp(client, NORMAL_CLOSURE);
  }

  /** What the run's end cuts short was neither a success nor a failure; only a recovery that did not come has failed. */
  #leaveUnfinished(client: number, state: State, now: MonoMs): void {
    const f = this.#columns;
    const { observer } = this.#context;
    if (state === STATE.connecting || state === STATE.authenticating) {
      observer.attemptUnfinished(now, mono(f.intendedAt[client]!));
    }
    if (this.#tokens.requested(client)) observer.refreshUnfinished(now, mono(f.refreshIntendedAt[client]!));
    if (!Number.isNaN(f.lostAt[client]!)) observer.notBack(now, mono(f.lostAt[client]!));
    this.#commands?.breakOff(client, now);
  }

  #mainAlarm(client: number, dueAt: MonoMs, now: MonoMs): void {
    const state = this.state(client);
    if (state === STATE.idle) this.#tokens.watch(client, now);
    if (state === STATE.idle || state === STATE.waiting) return this.#connect(client, dueAt, now);
    const beats =
      state === STATE.ready || (state === STATE.renewing && !has(this.#columns, client, FLAG.reauthenticating));
    if (beats && this.#keepAlive?.ring(client, now) !== true) return;
    this.#context.port.hangUp(client, NORMAL_CLOSURE);
    this.#ended(client, beats ? NETWORK.silent : NETWORK.timeout, null, now, 0);
  }

  #tokenAlarm(client: number, dueAt: MonoMs, now: MonoMs): void {
    const outcome = this.#tokens.ring(client, dueAt, now);
    if (outcome !== null) this.#tokenFailed(client, outcome, now);
    else if (this.state(client) === STATE.ready) this.#move(client, STATE.renewing, now);
  }

  /** Connect as soon as there is a token to do it with. */
  #connect(client: number, intended: MonoMs, now: MonoMs): void {
    if (this.#tokens.usable(client, now)) return this.#dial(client, intended, now);
    if (this.#tokens.exhausted(client)) return this.#stop(client, 'gave-up', now);
    this.#move(client, STATE.fetchingToken, now);
    this.#tokens.want(client, intended, now);
  }

  #dial(client: number, intended: MonoMs, now: MonoMs): void {
    const f = this.#columns;
    const first = f.attempts[client] === 0;
    if (!first) this.#reconnects.again(client, f.intendedAt[client]!, now);
    f.attempts[client] = f.attempts[client]! + 1;
    f.intendedAt[client] = intended;
    this.#exposure.present(client);
    this.#move(client, STATE.connecting, now);
    this.#context.queue.set(slotOf(client, ALARM.main), now + this.#behaviour.connectTimeoutMs);
    this.#context.observer.attempt(now, intended, first);
    this.#context.port.dial(client);
  }

  #becomeReady(client: number, now: MonoMs): void {
    const f = this.#columns;
    this.#context.queue.clear(slotOf(client, ALARM.main));
    f.readyAt[client] = now;
    this.#retries.reached(client, 'ready');
    lower(f, client, OF_A_CONNECTION);
    raise(f, client, FLAG.wasReady);
    this.#context.observer.ready(now, mono(f.intendedAt[client]!), mono(f.lostAt[client]!));
    f.lostAt[client] = NaN;
    this.#move(client, this.#tokens.busy(client) ? STATE.renewing : STATE.ready, now);
    this.#keepAlive?.begin(client, now);
    this.#commands?.ready(client, now);
    if (f.presentedExpiresAt[client] !== f.expiresAt[client]) this.#renew(client, now);
  }

  /** A newer token is in hand than the one that the open connection was given. */
  #renew(client: number, now: MonoMs): void {
    if (this.#behaviour.renewal === 'in-band') {
      raise(this.#columns, client, FLAG.reauthenticating);
      this.#move(client, STATE.renewing, now);
      this.#context.queue.set(slotOf(client, ALARM.main), now + this.#behaviour.connectTimeoutMs);
      return this.#context.port.authenticate(client);
    }
    this.#leave(client, NETWORK.renewal, false, now);
    this.#dial(client, now, now);
  }

  #tokenFailed(client: number, outcome: TokenOutcome, now: MonoMs): void {
    this.#withoutToken(client, outcome, now);
    this.#conditions.update(client, now);
  }

  #withoutToken(client: number, outcome: TokenOutcome, now: MonoMs): void {
    const state = this.state(client);
    const connected = state === STATE.ready || state === STATE.renewing;
    if (outcome === 'logged-out') {
      if (connected) this.#leave(client, NETWORK.invalidGrant, true, now);
      else if (state >= STATE.connecting && state <= STATE.authenticating) {
        this.#context.observer.attemptFailed(now, NETWORK.invalidGrant);
        this.#context.port.hangUp(client, NORMAL_CLOSURE);
      }
      return this.#stop(client, 'logged-out', now);
    }
    if (state === STATE.fetchingToken) {
      if (this.#tokens.usable(client, now)) this.#dial(client, now, now);
      else if (outcome === 'exhausted') this.#stop(client, 'gave-up', now);
    } else if (connected && !this.#behaviour.refresh.keepOld) {
      this.#leave(client, NETWORK.renewal, false, now);
      if (outcome === 'exhausted') return this.#stop(client, 'gave-up', now);
      this.#move(client, STATE.fetchingToken, now);
    } else if (
      state === STATE.renewing &&
      outcome === 'exhausted' &&
      !has(this.#columns, client, FLAG.reauthenticating)
    ) {
      this.#move(client, STATE.ready, now);
    }
  }

  #ended(client: number, signal: Signal, told: Advice | null, now: MonoMs, retryAfterMs: number): void {
    const state = this.state(client);
    const wasReady = state >= STATE.ready;
    this.#context.queue.clear(slotOf(client, ALARM.main));
    if (wasReady) {
      const expired = told === 'refresh' || defaultAdvice(signal) === 'refresh';
      this.#closeAccount(client, expired, now);
      this.#context.observer.lost(now, signal, expired);
    } else {
      this.#context.observer.attemptFailed(now, signal);
      if (state === STATE.authenticating) this.#commands?.pause(client, now);
    }
    if (!this.#behaviour.backoff.retryInitial && !has(this.#columns, client, FLAG.wasReady)) {
      return this.#stop(client, 'gave-up', now);
    }
    this.#follow(client, decide(this.#behaviour.backoff, signal, told), now, retryAfterMs);
  }

  #follow(client: number, rule: SignalRule, now: MonoMs, retryAfterMs: number): void {
    switch (rule.action) {
      case 'stop':
        return this.#stop(client, 'told-to-stop', now);
      case 'login':
        return this.#stop(client, 'logged-out', now);
      case 'retry-now':
        return this.#connect(client, now, now);
      case 'refresh':
        this.#tokens.reject(client);
        // A second rejection in a row means that refreshing does not help: go slower, or the client would spin.
        if (has(this.#columns, client, FLAG.refreshedOnReject)) return this.#wait(client, rule, now, retryAfterMs);
        raise(this.#columns, client, FLAG.refreshedOnReject);
        return this.#connect(client, now, now);
      default:
        return this.#wait(client, rule, now, retryAfterMs);
    }
  }

  #wait(client: number, rule: SignalRule, now: MonoMs, retryAfterMs: number): void {
    const delay = this.#retries.nextDelayMs(client, rule, retryAfterMs);
    if (delay === NEVER) return this.#stop(client, 'gave-up', now);
    this.#move(client, STATE.waiting, now);
    this.#context.queue.set(slotOf(client, ALARM.main), now + delay);
  }

  /** The client itself ends a ready connection. */
  #leave(client: number, signal: Signal, expired: boolean, now: MonoMs): void {
    this.#context.queue.clear(slotOf(client, ALARM.main));
    this.#closeAccount(client, expired, now);
    this.#context.observer.lost(now, signal, expired);
    this.#context.port.hangUp(client, NORMAL_CLOSURE);
  }

  /** A ready connection is over, however it ended. */
  #closeAccount(client: number, expired: boolean, now: MonoMs): void {
    const f = this.#columns;
    this.#retries.lost(client, f.readyAt[client]!, now);
    lower(f, client, FLAG.reauthenticating);
    f.lostAt[client] = now;
    this.#exposure.close(client, expired, now);
    this.#keepAlive?.end(client, now);
    this.#commands?.pause(client, now);
  }

  #stop(client: number, reason: StopReason, now: MonoMs): void {
    this.#context.queue.clear(slotOf(client, ALARM.main));
    this.#tokens.end(client);
    this.#commands?.end(client, now);
    this.#context.observer.stopped(now, reason, mono(this.#columns.lostAt[client]!));
    if (reason === 'logged-out') raise(this.#columns, client, FLAG.loggedOut);
    this.#move(client, STATE.stopped, now);
  }

  #move(client: number, to: State, now: MonoMs): void {
    const from = this.state(client);
    if (from === to) return;
    this.#columns.state[client] = to;
    this.#context.observer.moved(from, to, now);
    this.#conditions.update(client, now);
  }

  #unexpectedEvent(client: number, now: MonoMs): void {
    const state = this.state(client);
    if (state !== STATE.stopped) this.#context.observer.unexpectedEvent(now, state);
  }
}

/** What a new connection knows nothing of. */
const OF_A_CONNECTION =
  FLAG.rejected | FLAG.refreshedOnReject | FLAG.expiryNoticed | FLAG.reauthenticating | FLAG.forbidden;
