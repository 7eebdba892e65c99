/**
 * The transition table of a client. Events are the rows, states the columns; a cell has the next state, with the calls
 * of the Port in brackets. An event in an empty cell is unexpected: it is observed and otherwise ignored.
 *
 *                  idle       fetching-token   connecting        authenticating    joining           ready            renewing          waiting
 * main alarm       connect                     ended(timeout)    ended(timeout)    7                 6                ended(timeout) 3  connect
 *                                                                                                                     or 6
 * token alarm                 2                2                 2                 2                 renewing 2       2                 2
 * onOpen                                       ready,
 *                                              authenticating
 *                                              [authenticate]
 *                                              or joining [join]
 * onAuthenticated                                                ready or
 *                                                                joining [join]
 * onReady                                                        ready             ready 8                            ready 3, or
 *                                                                                                                     [authenticate] 10
 * onClosed                                     ended             ended             ended             ended            ended
 * onJoinRefused                                                  ended [hangUp]    failed 8
 * onChannelLost                                                  ended [hangUp]    failed 8          failed           failed
 * onToken                     connecting       4                 4                 4 or [join]                        connecting        4
 *                             [dial]                                                                                  [hangUp, dial] or
 *                                                                                                                     [authenticate], or 10
 * onTokenFailed               5                5                 5                 5                                  5                 5
 * onNotice                                                                         9                 9                9
 * onMessage        -          -                -                 -                 -                 -                -                 -
 * onAck            -          -                -                 -                 -                 -                -                 -
 * onAckRecognised  -          -                -                 -                 -                -                -                 -
 * onRefused        -          -                -                 -                 -                 -                -                 -
 * onHeard          -          -                -                 -                 -                 -                -                 -
 * onKeepAlive      -          -                -                 -                 -                 -                -                 -
 *
 * connect   with a usable token in hand: connecting [dial]; otherwise fetching-token [requestToken]
 * ended     the attempt failed or the connection is lost [hangUp where squall gives up]; then by advice:
 *           retry: waiting; retry-now: connect; refresh: fetching-token [requestToken], or waiting where the client asks for
 *           tokens only when it connects; login or stop: stopped
 * failed    the join failed or the channel is lost; then by advice: retry: joining, after the rejoin delay; refresh: joining,
 *           with another token [requestToken], or after the delay where one has just been refused, or has just joined the channel; login or stop: stopped
 *           [hangUp]; where joins are not tried again, or do not present the token that is to be refreshed: ended [hangUp]
 * 2         the next token is due [requestToken], or the request took too long [abandonToken] and counts as failed
 * 3         only while an in-band authentication awaits its answer
 * 4         the token is kept until one is presented next
 * 5         for good: stopped, when the session is over, or as soon as there is no connection; for now: the old token
 *           serves while the policy and its `exp` allow
 * 6         with a heartbeat: [ping], or, when pings are answered and nothing was heard after the last one, ended(silent);
 *           where the server pings: ended(silent) when nothing was heard for as long as its pings allow
 * 7         where joins are not tried again: ended(timeout); otherwise, if a join is under way: it timed out, failed; if the
 *           rejoin delay is over: [join], or [requestToken] without a usable token; before that: 6
 * 9         by advice: refresh: [requestToken], and renewing if ready; login or stop: stopped [hangUp]
 * 8         only while a join is under way; otherwise it is an answer that comes too late
 * 10        a token that comes while an in-band authentication awaits its answer is presented after that answer
 *
 * `stopped` ignores everything: answers to earlier requests may still arrive.
 */
import type { Advice } from '../policy/advice.ts';
import { COUNT_INDEX } from '../metrics.ts';
import { NETWORK, type Signal } from '../signal.ts';
import { NEVER, type MonoMs } from '../time/instant.ts';
import { Attempts } from './attempts.ts';
import { ClientClock } from './client-clock.ts';
import { FLAG, has, lower, raise, type ClientColumns } from './columns.ts';
import { Connections } from './connections.ts';
import { ALARM, OWN_ALARMS, alarmOf, arrivalMs, clientOf, slotOf, type ClientContext } from './context.ts';
import { ClientParts } from './parts.ts';
import { STATE, isReady, type State } from './states.ts';
import { TokenEvents } from './token-events.ts';

/**
 * A population of clients and their events. `client` is an index; `now` never decreases. No behaviour of a remote makes
 * a method throw.
 */
export class Machine {
  readonly clock: ClientClock;
  readonly #context: ClientContext;
  readonly #columns: ClientColumns;
  readonly #parts: ClientParts;
  readonly #attempts: Attempts;
  readonly #connections: Connections;
  readonly #tokenEvents: TokenEvents;

  constructor(context: ClientContext) {
    this.#context = context;
    this.#columns = context.columns;
    this.#parts = new ClientParts(context);
    this.#attempts = new Attempts(this.#parts);
    this.#connections = new Connections(this.#parts, this.#attempts);
    this.#tokenEvents = new TokenEvents(this.#parts, this.#attempts, this.#connections);
    this.clock = new ClientClock(context, this.#parts.tokens);
  }

  state(client: number): State {
    return this.#columns.state.at(client) as State;
  }

  /** When the client's connection became ready; Infinity while the client has no ready connection. */
  readySince(client: number): number {
    return isReady(this.state(client)) ? this.#columns.readyAt.at(client) : Infinity;
  }

  /** Sets the client's clock, first token (received when it was issued) and arrival, before the run starts. */
  prepare(client: number, skewMs: number, issuedAt: MonoMs, expiresAt: MonoMs): void {
    if (skewMs !== 0) this.#columns.skewMs[client] = skewMs;
    this.#parts.tokens.receive(client, issuedAt, expiresAt, issuedAt);
    this.#context.queue.set(slotOf(client, ALARM.main), arrivalMs(this.#context, client));
    this.#parts.commands?.begin(client);
  }

  /** Sets the clock and arrival of a client without a token, which logs in when it arrives. */
  prepareTokenless(client: number, skewMs: number): void {
    if (skewMs !== 0) this.#columns.skewMs[client] = skewMs;
    this.#columns.refreshAt.set(client, Infinity);
    // A token that is not there has not expired.
    this.#columns.expiresAt.set(client, Infinity);
    raise(this.#columns, client, FLAG.tokenless);
    this.#context.queue.set(slotOf(client, ALARM.main), arrivalMs(this.#context, client));
    this.#parts.commands?.begin(client);
  }

  /** Handles an alarm of a client that was due at `dueAt`. */
  ring(slot: number, dueAt: MonoMs, now: MonoMs): void {
    const client = clientOf(slot);
    switch (alarmOf(slot)) {
      case ALARM.main:
        return this.#mainAlarm(client, dueAt, now);
      case ALARM.token:
        return this.#tokenAlarm(client, dueAt, now);
      case ALARM.command:
        return this.#parts.commands?.fallDue(client, dueAt, now);
      default:
        return this.#parts.commands?.timeOut(client, now);
    }
  }

  /** Whether an alarm ends a wait for an answer: it must not ring before what has arrived by then was handled. */
  endsWait(slot: number): boolean {
    const client = clientOf(slot);
    const state = this.state(client);
    switch (alarmOf(slot)) {
      case ALARM.main:
        return state >= STATE.connecting && state <= STATE.renewing;
      case ALARM.token:
        return this.#parts.tokens.awaits(client);
      case ALARM.ack:
        return true;
      default:
        return false;
    }
  }

  /** Whether the client awaits the answer to a join. */
  awaitsJoin(client: number): boolean {
    return this.state(client) === STATE.joining && this.#parts.joins?.asked(client) === true;
  }

  onOpen(client: number, now: MonoMs): void {
    if (this.state(client) !== STATE.connecting) return this.#unexpectedEvent(client, now);
    this.#connections.open(client, now);
  }

  /** Handles the acceptance of a token that was presented in a message, where channels are joined next. */
  onAuthenticated(client: number, now: MonoMs): void {
    if (this.state(client) !== STATE.authenticating) return this.#unexpectedEvent(client, now);
    this.#connections.authenticated(client, now);
  }

  /** Handles the last answer of a handshake: the token that was presented in a message is accepted, or channels are joined. */
  onReady(client: number, now: MonoMs): void {
    const state = this.state(client);
    if (state === STATE.authenticating) this.#connections.becomeReady(client, now);
    else if (state === STATE.joining) this.#joined(client, now);
    else if (state === STATE.renewing && this.#isReauthenticating(client)) this.#connections.renewed(client, now);
    else this.#unexpectedEvent(client, now);
  }

  /**
   * Handles a failed attempt or the end of a connection.
   *
   * @param advice the server's advice; null: none
   * @param retryAfterMs delay that the server asked for; 0: none
   */
  onClosed(client: number, signal: Signal, advice: Advice | null, now: MonoMs, retryAfterMs = 0): void {
    const state = this.state(client);
    if (state < STATE.connecting || state > STATE.renewing) return this.#unexpectedEvent(client, now);
    this.#connections.ended(client, signal, advice, now, retryAfterMs);
  }

  /**
   * Handles the refusal of the join under way, on a socket that stays open.
   *
   * @param advice the server's advice: refresh, retry, or an end for good; null: none
   */
  onJoinRefused(client: number, signal: Signal, advice: Advice | null, now: MonoMs): void {
    const state = this.state(client);
    if (state === STATE.authenticating) return this.#connections.endedByMessage(client, signal, advice, now);
    if (state !== STATE.joining) return this.#unexpectedEvent(client, now);
    if (this.#parts.joins?.asked(client) === true) this.#connections.joinRefused(client, signal, advice, now);
  }

  /** Handles the end of a channel on a socket that stays open. Parameters as for `onJoinRefused`. */
  onChannelLost(client: number, signal: Signal, advice: Advice | null, now: MonoMs): void {
    const state = this.state(client);
    if (isReady(state)) this.#connections.channelLost(client, signal, advice, now);
    else this.onJoinRefused(client, signal, advice, now);
  }

  /** Handles a token from the token service. The caller has converted the claims to the run's clock. */
  onToken(client: number, issuedAt: MonoMs, expiresAt: MonoMs, now: MonoMs): void {
    if (!this.#parts.tokens.busy(client)) return this.#unexpectedEvent(client, now);
    this.#tokenEvents.received(client, issuedAt, expiresAt, now);
  }

  /** Handles a failed token request. @param retryAfterMs delay that the token service asked for; 0: none */
  onTokenFailed(client: number, signal: Signal, now: MonoMs, retryAfterMs = 0): void {
    if (!this.#parts.tokens.busy(client)) return this.#unexpectedEvent(client, now);
    this.#tokenEvents.failed(client, signal, now, retryAfterMs);
  }

  /** Handles the gateway's notice that the token expires. */
  onNotice(client: number, advice: Advice, now: MonoMs): void {
    const state = this.state(client);
    if (!isReady(state) && state !== STATE.joining) return this.#unexpectedEvent(client, now);
    this.#tokenEvents.warned(client, advice, now);
  }

  /** Handles a message of any kind from the server. */
  onMessage(client: number): void {
    this.#parts.retries.reached(client, 'first-message');
  }

  /** Handles received bytes, the answer to a ping included. */
  onHeard(client: number, now: MonoMs): void {
    this.#parts.keepAlive?.heard(client, now);
  }

  /** Handles the server's announcement of its pings. @param silenceMs silence after which the server counts as gone */
  onKeepAlive(client: number, silenceMs: number, now: MonoMs): void {
    this.#parts.keepAlive?.announced(client, silenceMs, now);
  }

  /**
   * Handles the server's announcement of the client's pings, which comes with the acceptance of a token.
   *
   * @param timeoutMs silence after a ping at which the connection is given up; 0: the client's own
   */
  onPings(client: number, everyMs: number, timeoutMs: number): void {
    if (this.state(client) !== STATE.authenticating) return;
    this.#parts.keepAlive?.announcedPings(client, everyMs, timeoutMs);
  }

  onAck(client: number, seq: number, now: MonoMs): void {
    this.onHeard(client, now);
    const { commands, states } = this.#parts;
    if (commands?.acknowledge(client, seq, now) !== true || !has(this.#columns, client, FLAG.forbidden)) return;
    lower(this.#columns, client, FLAG.forbidden);
    states.updateCondition(client, now);
  }

  /** Handles the acknowledgement of a command that the server had carried out before. */
  onAckRecognised(client: number, seq: number, now: MonoMs): void {
    this.#context.observer.count(COUNT_INDEX.resendsRecognised, 1);
    this.onAck(client, seq, now);
  }

  /**
   * Handles the refusal of a command: the client is forbidden until a later command is acknowledged.
   *
   * @returns whether the command was under way
   */
  onRefused(client: number, seq: number, now: MonoMs): boolean {
    this.onHeard(client, now);
    if (this.#parts.commands?.refuse(client, seq, now) !== true) return false;
    raise(this.#columns, client, FLAG.forbidden);
    this.#parts.states.updateCondition(client, now);
    return true;
  }

  /**
   * Records that the client's session was revoked at `at`. The client does not know, but its connection should end. The
   * call may come after that end.
   *
   * @returns false when the client had no ready connection that could end
   */
  revoked(client: number, at: MonoMs): boolean {
    return this.#parts.exposure.revoked(client, at);
  }

  /** Intended instant of the last sending of a command under way. */
  commandSentAt(client: number, seq: number): number {
    return this.#parts.commands?.sentAt(client, seq) ?? NEVER;
  }

  /** Whether the client still awaits this command's acknowledgement. */
  awaits(client: number, seq: number): boolean {
    return this.#columns.pending.has(client, seq);
  }

  /** Ends the run: closes open connections without counting them as lost, and starts nothing more. */
  windDown(client: number, now: MonoMs): void {
    for (let alarm = 0; alarm < OWN_ALARMS; alarm++) this.#context.queue.clear(slotOf(client, alarm));
    if (this.state(client) === STATE.stopped) return;
    this.#parts.tokens.breakOff(client, now);
    this.#connections.breakOff(client, now);
  }

  /** Handles joined channels, unless the join was given up before. */
  #joined(client: number, now: MonoMs): void {
    if (this.awaitsJoin(client)) this.#connections.joined(client, now);
  }

  #mainAlarm(client: number, dueAt: MonoMs, now: MonoMs): void {
    switch (this.state(client)) {
      case STATE.idle:
        this.#parts.tokens.watch(client, now);
        return this.#attempts.connect(client, dueAt, now);
      case STATE.waiting:
        return this.#attempts.connect(client, dueAt, now);
      case STATE.connecting:
      case STATE.authenticating:
        return this.#connections.giveUp(client, NETWORK.timeout, now);
      case STATE.joining:
        return this.#connections.joinAlarm(client, dueAt, now);
      case STATE.ready:
      case STATE.renewing:
        if (this.#isReauthenticating(client)) this.#connections.giveUp(client, NETWORK.timeout, now);
        else if (this.#parts.keepAlive?.ring(client, now) === true)
          this.#connections.giveUp(client, NETWORK.silent, now);
        return;
      default:
        return this.#unexpectedEvent(client, now);
    }
  }

  #tokenAlarm(client: number, dueAt: MonoMs, now: MonoMs): void {
    const state = this.state(client);
    if (state === STATE.idle || state === STATE.stopped) return this.#unexpectedEvent(client, now);
    this.#tokenEvents.due(client, dueAt, now);
  }

  /** Whether a newer token was presented in band and the answer is awaited. */
  #isReauthenticating(client: number): boolean {
    return has(this.#columns, client, FLAG.reauthenticating);
  }

  #unexpectedEvent(client: number, now: MonoMs): void {
    const state = this.state(client);
    if (state !== STATE.stopped) this.#context.observer.unexpectedEvent(now, state);
  }
}
