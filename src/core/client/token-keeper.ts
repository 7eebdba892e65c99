import { COUNT_INDEX, SERIES_INDEX, TIMING_INDEX } from '../metrics.ts';
import { delayMs, withRetryAfterMs } from '../policy/delay.ts';
import { refreshDueMs } from '../policy/refresh-due.ts';
import { PURPOSE } from '../random/draws.ts';
import { NETWORK, type Signal } from '../signal.ts';
import { NEVER, mono, type MonoMs } from '../time/instant.ts';
import { FLAG, TOKEN_PHASE, has, lower, raise, type ClientColumns } from './columns.ts';
import { ALARM, numberOf, slotOf, type ClientContext } from './context.ts';
import { LoopDetector } from './loop-detector.ts';

/** The result of a failed token request. */
export type TokenOutcome = 'retrying' | 'exhausted' | 'logged-out';

/**
 * The tokens of the clients: decides when to ask for the next, how often to retry, and whether the one in hand is
 * usable. It is independent of the connection, as a token manager in a real client is, and has at most one request in
 * flight a client.
 */
export class TokenKeeper {
  readonly #context: ClientContext;
  readonly #columns: ClientColumns;
  readonly #loops: LoopDetector;

  constructor(context: ClientContext) {
    this.#context = context;
    this.#columns = context.columns;
    this.#loops = new LoopDetector(context, COUNT_INDEX.loopingRefresh, context.columns.refreshesOverAt);
  }

  /**
   * Stores a token. `issuedAt` and `expiresAt` are its claims, which the caller has converted to the run's clock; the
   * client reads them by its own clock.
   */
  receive(client: number, issuedAt: MonoMs, expiresAt: MonoMs, now: MonoMs): void {
    const f = this.#columns;
    const policy = this.#context.behaviour.refresh;
    const skewMs = f.skewMs[client]!;
    const driftPerMs = f.driftPerMs[client]!;
    const u = this.#context.draws.unit(numberOf(this.#context, client), PURPOSE.lead, f.refreshes.at(client));
    f.expiresAt.set(client, expiresAt);
    const pace = 1 + driftPerMs;
    f.believedEndAt.set(
      client,
      policy.clock === 'exp' ? (expiresAt - skewMs) / pace : now + (expiresAt - issuedAt) / pace,
    );
    f.refreshAt.set(client, refreshDueMs(policy, issuedAt, expiresAt, now, skewMs, driftPerMs, u));
    lower(f, client, FLAG.rejected | FLAG.refreshFailing | FLAG.tokenless);
    f.tokenPhase.set(client, TOKEN_PHASE.none);
  }

  /** Whether clients get other tokens than their first. */
  get renews(): boolean {
    return this.#context.behaviour.refresh.trigger !== 'never';
  }

  /** Whether a client whose token is refused gets another at once. */
  get asksAtOnce(): boolean {
    return this.#context.behaviour.refresh.trigger === 'timer';
  }

  /** Sets the alarm to the due time of the next token, but not before the client's arrival, where a timer asks for it. */
  watch(client: number, now: MonoMs): void {
    if (!this.asksAtOnce) return this.#context.queue.clear(slotOf(client, ALARM.token));
    this.#context.queue.set(slotOf(client, ALARM.token), Math.max(now, this.#columns.refreshAt.at(client)));
  }

  /** Records the arrival of the token that was asked for, unless another device asked for it. */
  came(client: number, now: MonoMs): void {
    if (this.#columns.tokenPhase.at(client) === TOKEN_PHASE.shared) return;
    const intended = mono(this.#columns.refreshIntendedAt.at(client));
    if (has(this.#columns, client, FLAG.tokenless)) this.#context.observer.timed(TIMING_INDEX.login, now - intended);
    else this.#context.observer.refreshed(now, intended);
  }

  /** Whether the client, as far as it knows, may present the token in hand. */
  usable(client: number, now: MonoMs): boolean {
    const f = this.#columns;
    if (!this.renews) return !has(f, client, FLAG.tokenless);
    if (has(f, client, FLAG.rejected | FLAG.tokenless)) return false;
    if (now < f.refreshAt.at(client)) return true;
    const failedBefore =
      f.tokenPhase.at(client) === TOKEN_PHASE.retrying || f.tokenPhase.at(client) === TOKEN_PHASE.exhausted;
    return failedBefore && this.#context.behaviour.refresh.keepOld && now < f.believedEndAt.at(client);
  }

  /** Whether the client awaits an answer, to its own request or to another device's. */
  awaits(client: number): boolean {
    const phase = this.#columns.tokenPhase.at(client);
    return phase === TOKEN_PHASE.requested || phase === TOKEN_PHASE.shared;
  }

  /** Whether an answer is awaited, or a retry follows. */
  busy(client: number): boolean {
    return this.awaits(client) || this.#columns.tokenPhase.at(client) === TOKEN_PHASE.retrying;
  }

  exhausted(client: number): boolean {
    return this.#columns.tokenPhase.at(client) === TOKEN_PHASE.exhausted;
  }

  /** Records that the server rejected the token in hand. */
  reject(client: number): void {
    raise(this.#columns, client, FLAG.rejected);
  }

  /** Asks for a token, unless a request is under way. */
  want(client: number, intended: MonoMs, now: MonoMs): void {
    if (this.busy(client)) return;
    // Zeros are not written here or in the machine, because untouched memory costs nothing.
    if (this.#columns.refreshRetry[client] !== 0) this.#columns.refreshRetry[client] = 0;
    if (this.#columns.previousRefreshDelayMs[client] !== 0) this.#columns.previousRefreshDelayMs[client] = 0;
    this.#request(client, intended, now);
  }

  /** Handles the token alarm: the next token is due, its request took too long, or its retry is due. */
  ring(client: number, dueAt: MonoMs, now: MonoMs): TokenOutcome | null {
    if (this.awaits(client)) {
      this.#context.port.abandonToken(client);
      return this.fail(client, NETWORK.timeout, now);
    }
    if (this.#columns.tokenPhase.at(client) === TOKEN_PHASE.retrying) this.#request(client, dueAt, now);
    else this.want(client, dueAt, now);
    return null;
  }

  /** Handles the failure of the request under way. Another device's failure is recorded once, for that device. */
  fail(client: number, signal: Signal, now: MonoMs, retryAfterMs = 0): TokenOutcome {
    const f = this.#columns;
    const { retry } = this.#context.behaviour.refresh;
    if (f.tokenPhase.at(client) !== TOKEN_PHASE.shared) this.#recordFailure(client, signal, now);
    raise(f, client, FLAG.refreshFailing);
    const u = this.#context.draws.unit(numberOf(this.#context, client), PURPOSE.refreshRetry, f.refreshes.at(client));
    const again = signal !== NETWORK.invalidGrant && signal !== NETWORK.noNextToken;
    const delay = again ? delayMs(retry, f.refreshRetry[client]!++, f.previousRefreshDelayMs[client]!, u) : NEVER;
    if (delay === NEVER) {
      f.tokenPhase.set(client, TOKEN_PHASE.exhausted);
      this.#context.queue.clear(slotOf(client, ALARM.token));
      return signal === NETWORK.invalidGrant ? 'logged-out' : 'exhausted';
    }
    f.previousRefreshDelayMs[client] = delay;
    f.tokenPhase.set(client, TOKEN_PHASE.retrying);
    this.#context.queue.set(slotOf(client, ALARM.token), now + withRetryAfterMs(retry, delay, retryAfterMs));
    return 'retrying';
  }

  /** Records a request under way as unfinished at the end of the run. */
  breakOff(client: number, now: MonoMs): void {
    const { tokenPhase, refreshIntendedAt } = this.#columns;
    const timing = has(this.#columns, client, FLAG.tokenless) ? TIMING_INDEX.login : TIMING_INDEX.refresh;
    if (tokenPhase.at(client) === TOKEN_PHASE.requested)
      this.#context.observer.unfinished(timing, now - refreshIntendedAt.at(client));
    this.end(client);
  }

  /** Abandons the request, or the wait for the next one, of a client that has stopped. */
  end(client: number): void {
    if (this.awaits(client)) this.#context.port.abandonToken(client);
    this.#columns.tokenPhase.set(client, TOKEN_PHASE.none);
    this.#context.queue.clear(slotOf(client, ALARM.token));
  }

  /** Moves the alarm to a changed due time, unless a request is under way. */
  rewatch(client: number, now: MonoMs): void {
    const idle = this.#columns.tokenPhase.at(client) === TOKEN_PHASE.none;
    if (idle && this.#context.queue.dueAt(slotOf(client, ALARM.token)) !== NEVER) this.watch(client, now);
  }

  #request(client: number, intended: MonoMs, now: MonoMs): void {
    const f = this.#columns;
    if (f.refreshes.at(client) !== 0) this.#loops.again(client, f.refreshIntendedAt.at(client), now);
    f.refreshes.set(client, f.refreshes.at(client) + 1);
    f.refreshIntendedAt.set(client, intended);
    this.#context.queue.set(slotOf(client, ALARM.token), mono(now + this.#context.behaviour.refresh.timeoutMs));
    const first = has(f, client, FLAG.tokenless);
    const isOwn = this.#context.port.requestToken(client, first);
    f.tokenPhase.set(client, isOwn ? TOKEN_PHASE.requested : TOKEN_PHASE.shared);
    if (!isOwn) return;
    if (first) this.#context.observer.happened(SERIES_INDEX.logins, now);
    else this.#context.observer.refresh(now, intended);
  }

  #recordFailure(client: number, signal: Signal, now: MonoMs): void {
    const { observer } = this.#context;
    if (!has(this.#columns, client, FLAG.tokenless)) return observer.refreshFailed(now, signal);
    if (signal === NETWORK.windDown) return;
    observer.happened(SERIES_INDEX.loginsFailed, now);
    observer.failed(TIMING_INDEX.login, signal);
  }
}
