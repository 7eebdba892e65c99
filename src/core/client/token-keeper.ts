import { delayMs } from '../policy/delay.ts';
import { refreshDueMs } from '../policy/refresh-due.ts';
import { PURPOSE } from '../random/draws.ts';
import { NETWORK, type Signal } from '../signal.ts';
import { NEVER, mono, type MonoMs } from '../time/instant.ts';
import { FLAG, TOKEN_PHASE, has, lower, raise, type Fields } from './fields.ts';
import { ALARM, numberOf, slotOf, type Life } from './life.ts';

/** What a failed token request leads to. */
export type TokenOutcome = 'retrying' | 'exhausted' | 'logged-out';

/**
 * One client's token: when to ask for the next, how long to insist, and whether the one in hand will do. It runs
 * beside the connection, as a token manager does in a real client, and keeps one request in flight at most.
 */
export class TokenKeeper {
  readonly #life: Life;
  readonly #fields: Fields;

  constructor(life: Life) {
    this.#life = life;
    this.#fields = life.fields;
  }

  /**
   * A token is in hand. `issuedAt` and `expiresAt` are its claims, moved to the run's clock by the caller;
   * the client reads them by its own clock.
   */
  receive(client: number, issuedAt: MonoMs, expiresAt: MonoMs, now: MonoMs): void {
    const f = this.#fields;
    const policy = this.#life.behaviour.refresh;
    const skewMs = f.skewMs[client]!;
    const u = this.#life.draws.unit(numberOf(this.#life, client), PURPOSE.lead, f.refreshes[client]!);
    f.expiresAt[client] = expiresAt;
    f.believedEndAt[client] = policy.clock === 'exp' ? expiresAt - skewMs : now + (expiresAt - issuedAt);
    f.refreshAt[client] = refreshDueMs(policy, issuedAt, expiresAt, now, skewMs, u);
    lower(f, client, FLAG.rejected);
    f.tokenPhase[client] = TOKEN_PHASE.none;
  }

  /** Lets the alarm ring when the next token is due; before its arrival a client asks for nothing. */
  watch(client: number, now: MonoMs): void {
    this.#life.queue.set(slotOf(client, ALARM.token), Math.max(now, this.#fields.refreshAt[client]!));
  }

  /** May the client present the token in hand, by what it knows? */
  usable(client: number, now: MonoMs): boolean {
    const f = this.#fields;
    if (has(f, client, FLAG.rejected)) return false;
    if (now < f.refreshAt[client]!) return true;
    const failedBefore =
      f.tokenPhase[client] === TOKEN_PHASE.retrying || f.tokenPhase[client] === TOKEN_PHASE.exhausted;
    return failedBefore && this.#life.behaviour.refresh.keepOld && now < f.believedEndAt[client]!;
  }

  /** A request is out, or another follows. */
  busy(client: number): boolean {
    const phase = this.#fields.tokenPhase[client];
    return phase === TOKEN_PHASE.requested || phase === TOKEN_PHASE.retrying;
  }

  exhausted(client: number): boolean {
    return this.#fields.tokenPhase[client] === TOKEN_PHASE.exhausted;
  }

  /** The server will not take the token in hand any more. */
  reject(client: number): void {
    raise(this.#fields, client, FLAG.rejected);
  }

  /** Asks for a token, unless one is being asked for. */
  want(client: number, intended: MonoMs, now: MonoMs): void {
    if (this.busy(client)) return;
    this.#fields.refreshRetry[client] = 0;
    this.#fields.previousRefreshDelayMs[client] = 0;
    this.#request(client, intended, now);
  }

  /** The token alarm rang: the next token is due, its request took too long, or its retry is due. */
  ring(client: number, dueAt: MonoMs, now: MonoMs): TokenOutcome | null {
    const phase = this.#fields.tokenPhase[client];
    if (phase === TOKEN_PHASE.requested) {
      this.#life.port.abandonToken(client);
      return this.fail(client, NETWORK.timeout, now);
    }
    if (phase === TOKEN_PHASE.retrying) this.#request(client, dueAt, now);
    else this.want(client, dueAt, now);
    return null;
  }

  /** The request under way failed. */
  fail(client: number, signal: Signal, now: MonoMs): TokenOutcome {
    const f = this.#fields;
    const { retry } = this.#life.behaviour.refresh;
    this.#life.observer.refreshFailed(now, signal);
    const u = this.#life.draws.unit(numberOf(this.#life, client), PURPOSE.refreshRetry, f.refreshes[client]!);
    const again = signal !== NETWORK.invalidGrant;
    const delay = again ? delayMs(retry, f.refreshRetry[client]!++, f.previousRefreshDelayMs[client]!, u) : NEVER;
    if (delay === NEVER) {
      f.tokenPhase[client] = TOKEN_PHASE.exhausted;
      this.#life.queue.clear(slotOf(client, ALARM.token));
      return again ? 'exhausted' : 'logged-out';
    }
    f.previousRefreshDelayMs[client] = delay;
    f.tokenPhase[client] = TOKEN_PHASE.retrying;
    this.#life.queue.set(slotOf(client, ALARM.token), now + delay);
    return 'retrying';
  }

  /** Gives up whatever is under way: the client has stopped. */
  end(client: number): void {
    if (this.#fields.tokenPhase[client] === TOKEN_PHASE.requested) this.#life.port.abandonToken(client);
    this.#fields.tokenPhase[client] = TOKEN_PHASE.none;
    this.#life.queue.clear(slotOf(client, ALARM.token));
  }

  /** The client's clock jumps: what it reads off its own clock moves with it. */
  shiftClock(client: number, offsetMs: number, now: MonoMs): void {
    const f = this.#fields;
    f.skewMs[client] = f.skewMs[client]! + offsetMs;
    if (this.#life.behaviour.refresh.clock !== 'exp') return;
    f.believedEndAt[client] = f.believedEndAt[client]! - offsetMs;
    f.refreshAt[client] = f.refreshAt[client]! - offsetMs;
    const idle = f.tokenPhase[client] === TOKEN_PHASE.none;
    if (idle && this.#life.queue.dueAt(slotOf(client, ALARM.token)) !== NEVER) this.watch(client, now);
  }

  #request(client: number, intended: MonoMs, now: MonoMs): void {
    const f = this.#fields;
    f.refreshes[client] = f.refreshes[client]! + 1;
    f.refreshIntendedAt[client] = intended;
    f.tokenPhase[client] = TOKEN_PHASE.requested;
    this.#life.queue.set(slotOf(client, ALARM.token), mono(now + this.#life.behaviour.refresh.timeoutMs));
    this.#life.observer.refresh(now, intended);
    this.#life.port.requestToken(client);
  }
}
