import { delayMs, patientMs } from '../policy/delay.ts';
import { refreshDueMs } from '../policy/refresh-due.ts';
import { PURPOSE } from '../random/draws.ts';
import { NETWORK, type Signal } from '../signal.ts';
import { NEVER, mono, type MonoMs } from '../time/instant.ts';
import { FLAG, TOKEN_PHASE, has, lower, raise, type ClientColumns } from './columns.ts';
import { ALARM, numberOf, slotOf, type ClientContext } from './context.ts';
import { LoopDetector } from './loop-detector.ts';

/** What a failed token request leads to. */
export type TokenOutcome = 'retrying' | 'exhausted' | 'logged-out';

/**
 * One client's token: when to ask for the next, how long to insist, and whether the one in hand will do. It runs
 * beside the connection, as a token manager does in a real client, and keeps one request in flight at most.
 */
export class TokenKeeper {
  readonly #context: ClientContext;
  readonly #columns: ClientColumns;
  readonly #loops: LoopDetector;

  constructor(life: ClientContext) {
    this.#context = life;
    this.#columns = life.columns;
    this.#loops = new LoopDetector(life, 'refresh', life.columns.refreshesOverAt);
  }

  /**
   * A token is in hand. `issuedAt` and `expiresAt` are its claims, moved to the run's clock by the caller;
   * the client reads them by its own clock.
   */
  receive(client: number, issuedAt: MonoMs, expiresAt: MonoMs, now: MonoMs): void {
    const f = this.#columns;
    const policy = this.#context.behaviour.refresh;
    const skewMs = f.skewMs[client]!;
    const driftPerMs = f.driftPerMs[client]!;
    const u = this.#context.draws.unit(numberOf(this.#context, client), PURPOSE.lead, f.refreshes[client]!);
    f.expiresAt[client] = expiresAt;
    f.believedEndAt[client] =
      policy.clock === 'exp'
        ? (expiresAt - skewMs) / (1 + driftPerMs)
        : now + (expiresAt - issuedAt) / (1 + driftPerMs);
    f.refreshAt[client] = refreshDueMs(policy, issuedAt, expiresAt, now, skewMs, driftPerMs, u);
    lower(f, client, FLAG.rejected | FLAG.refreshFailing);
    f.tokenPhase[client] = TOKEN_PHASE.none;
  }

  /** Lets the alarm ring when the next token is due; before its arrival a client asks for nothing. */
  watch(client: number, now: MonoMs): void {
    this.#context.queue.set(slotOf(client, ALARM.token), Math.max(now, this.#columns.refreshAt[client]!));
  }

  /** May the client present the token in hand, by what it knows? */
  usable(client: number, now: MonoMs): boolean {
    const f = this.#columns;
    if (has(f, client, FLAG.rejected)) return false;
    if (now < f.refreshAt[client]!) return true;
    const failedBefore =
      f.tokenPhase[client] === TOKEN_PHASE.retrying || f.tokenPhase[client] === TOKEN_PHASE.exhausted;
    return failedBefore && this.#context.behaviour.refresh.keepOld && now < f.believedEndAt[client]!;
  }

  /** A request is out, or another follows. */
  busy(client: number): boolean {
    const phase = this.#columns.tokenPhase[client];
    return phase === TOKEN_PHASE.requested || phase === TOKEN_PHASE.retrying;
  }

  /** A request is out. */
  requested(client: number): boolean {
    return this.#columns.tokenPhase[client] === TOKEN_PHASE.requested;
  }

  exhausted(client: number): boolean {
    return this.#columns.tokenPhase[client] === TOKEN_PHASE.exhausted;
  }

  /** The server will not take the token in hand any more. */
  reject(client: number): void {
    raise(this.#columns, client, FLAG.rejected);
  }

  /** Asks for a token, unless one is being asked for. */
  want(client: number, intended: MonoMs, now: MonoMs): void {
    if (this.busy(client)) return;
    // Memory that nobody has written to costs none: columns of zeros are left alone, here and in the machine.
    if (this.#columns.refreshRetry[client] !== 0) this.#columns.refreshRetry[client] = 0;
    if (this.#columns.previousRefreshDelayMs[client] !== 0) this.#columns.previousRefreshDelayMs[client] = 0;
    this.#request(client, intended, now);
  }

  /** The token alarm rang: the next token is due, its request took too long, or its retry is due. */
  ring(client: number, dueAt: MonoMs, now: MonoMs): TokenOutcome | null {
    const phase = this.#columns.tokenPhase[client];
    if (phase === TOKEN_PHASE.requested) {
      this.#context.port.abandonToken(client);
      return this.fail(client, NETWORK.timeout, now);
    }
    if (phase === TOKEN_PHASE.retrying) this.#request(client, dueAt, now);
    else this.want(client, dueAt, now);
    return null;
  }

  /** The request under way failed. */
  fail(client: number, signal: Signal, now: MonoMs, retryAfterMs = 0): TokenOutcome {
    const f = this.#columns;
    const { retry } = this.#context.behaviour.refresh;
    this.#context.observer.refreshFailed(now, signal);
    raise(f, client, FLAG.refreshFailing);
    const u = this.#context.draws.unit(numberOf(this.#context, client), PURPOSE.refreshRetry, f.refreshes[client]!);
    const again = signal !== NETWORK.invalidGrant;
    const delay = again ? delayMs(retry, f.refreshRetry[client]!++, f.previousRefreshDelayMs[client]!, u) : NEVER;
    if (delay === NEVER) {
      f.tokenPhase[client] = TOKEN_PHASE.exhausted;
      this.#context.queue.clear(slotOf(client, ALARM.token));
      return again ? 'exhausted' : 'logged-out';
    }
    f.previousRefreshDelayMs[client] = delay;
    f.tokenPhase[client] = TOKEN_PHASE.retrying;
    this.#context.queue.set(slotOf(client, ALARM.token), now + patientMs(retry, delay, retryAfterMs));
    return 'retrying';
  }

  /** Gives up whatever is under way: the client has stopped. */
  end(client: number): void {
    if (this.#columns.tokenPhase[client] === TOKEN_PHASE.requested) this.#context.port.abandonToken(client);
    this.#columns.tokenPhase[client] = TOKEN_PHASE.none;
    this.#context.queue.clear(slotOf(client, ALARM.token));
  }

  /** The client's clock jumps: what it reads off its own clock moves with it. */
  shiftClock(client: number, offsetMs: number, now: MonoMs): void {
    const f = this.#columns;
    f.skewMs[client] = f.skewMs[client]! + offsetMs;
    if (this.#context.behaviour.refresh.clock !== 'exp') return;
    const earlierMs = offsetMs / (1 + f.driftPerMs[client]!);
    f.believedEndAt[client] = f.believedEndAt[client]! - earlierMs;
    f.refreshAt[client] = f.refreshAt[client]! - earlierMs;
    this.#watchAnew(client, now);
  }

  /**
   * From now on the client's clock gains `perMs` in each millisecond (more than -1), whatever it gained so far.
   *
   * It reads the same now by the old drift d and the new one e: (1 + d) * now + skew = (1 + e) * now + skew', so
   * skew' = skew + (d - e) * now. What is t - now away in true time is (1 + d) * (t - now) away on the client's clock,
   * which from now on takes (1 + d) * (t - now) / (1 + e). That holds for either policy: for both the client waits for
   * its own clock.
   */
  driftClock(client: number, perMs: number, now: MonoMs): void {
    const f = this.#columns;
    const before = f.driftPerMs[client]!;
    const after = Math.fround(perMs);
    f.driftPerMs[client] = after;
    f.skewMs[client] = f.skewMs[client]! + (before - after) * now;
    const ratio = (1 + before) / (1 + after);
    f.believedEndAt[client] = now + (f.believedEndAt[client]! - now) * ratio;
    f.refreshAt[client] = now + (f.refreshAt[client]! - now) * ratio;
    this.#watchAnew(client, now);
  }

  /** The refresh is due at another instant than the alarm is set to, if it is. */
  #watchAnew(client: number, now: MonoMs): void {
    const idle = this.#columns.tokenPhase[client] === TOKEN_PHASE.none;
    if (idle && this.#context.queue.dueAt(slotOf(client, ALARM.token)) !== NEVER) this.watch(client, now);
  }

  #request(client: number, intended: MonoMs, now: MonoMs): void {
    const f = this.#columns;
    if (f.refreshes[client] !== 0) this.#loops.again(client, f.refreshIntendedAt[client]!, now);
    f.refreshes[client] = f.refreshes[client]! + 1;
    f.refreshIntendedAt[client] = intended;
    f.tokenPhase[client] = TOKEN_PHASE.requested;
    this.#context.queue.set(slotOf(client, ALARM.token), mono(now + this.#context.behaviour.refresh.timeoutMs));
    this.#context.observer.refresh(now, intended);
    this.#context.port.requestToken(client);
  }
}
