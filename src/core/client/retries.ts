import type { SignalRule } from '../policy/advice.ts';
import type { BackoffPolicy, ResetRule } from '../policy/backoff.ts';
import { delayInRoundsMs, delayMs, needsPrevious, ruleDelayMs, stagedMs, withRetryAfterMs } from '../policy/delay.ts';
import { PURPOSE } from '../random/draws.ts';
import { NEVER, type MonoMs } from '../time/instant.ts';
import type { ClientColumns } from './columns.ts';
import { numberOf, type ClientContext } from './context.ts';

/** Largest retry number, of 16 bits; policies reach their cap long before. */
const MOST_RETRIES = 65_535;

/** The retry counter and delays of each client, and the reset of the counter. */
export class Retries {
  readonly #context: ClientContext;
  readonly #columns: ClientColumns;
  readonly #backoff: BackoffPolicy;
  /** whether a delay depends on the one before it; if not, that column stays unwritten and costs no memory */
  readonly #keepsDelays: boolean;
  /** whether delays depend on the time without a connection; likewise */
  readonly #keepsFailures: boolean;

  constructor(context: ClientContext) {
    this.#context = context;
    this.#columns = context.columns;
    this.#backoff = context.behaviour.backoff;
    this.#keepsDelays = needsPrevious(this.#backoff);
    this.#keepsFailures = this.#backoff.stages.length > 0 || this.#backoff.rounds !== undefined;
  }

  /**
   * The delay until the next attempt, milliseconds; NEVER: the policy gives up.
   *
   * @param rule rule for the signal that ended the last attempt
   * @param retryAfterMs delay that the server asked for; 0: none
   */
  nextDelayMs(client: number, rule: SignalRule, retryAfterMs: number, now: MonoMs): number {
    const f = this.#columns;
    const backoff = this.#backoff;
    const number = numberOf(this.#context, client);
    const u =
      backoff.jitterDrawn === 'client'
        ? this.#context.draws.unit(number, PURPOSE.backoffOnce, 0)
        : this.#context.draws.unit(number, PURPOSE.backoff, f.attempts.at(client));
    const previousMs = this.#keepsDelays ? f.previousDelayMs[client]! : 0;
    const retry = f.retry.at(client);
    const downMs = this.#keepsFailures ? this.#downMs(client, now) : 0;
    const ownMs =
      ruleDelayMs(rule, retry) ??
      (backoff.rounds === undefined
        ? delayMs(backoff, retry, previousMs, u)
        : delayInRoundsMs(backoff, backoff.rounds, retry, previousMs, u, downMs));
    const delay = this.#keepsFailures ? stagedMs(backoff, downMs, ownMs) : ownMs;
    if (ownMs === NEVER) return NEVER;
    if (rule.counted !== false) {
      f.retry.set(client, Math.min(retry + 1, MOST_RETRIES));
      if (this.#keepsDelays) f.previousDelayMs[client] = delay;
    }
    const fromDial = backoff.measuredFrom === 'dial' && (retry > 0 || backoff.first === undefined);
    const passedMs = fromDial ? now - f.intendedAt.at(client) : 0;
    return withRetryAfterMs(backoff, Math.max(0, delay - passedMs), retryAfterMs);
  }

  /** Handles an event at which the reset rule may reset the counter. */
  reached(client: number, what: Exclude<ResetRule['on'], 'stable'>): void {
    if (this.#backoff.reset.on === what) this.#beginAnew(client);
    if (what === 'ready' && this.#keepsFailures) this.#columns.failedSince[client] = 0;
  }

  /** Whether a connection that is lost now was ready for long enough that the client may connect again. */
  mayReturn(readyAt: number, now: MonoMs): boolean {
    return now - readyAt >= this.#backoff.minUptimeMs;
  }

  /** Handles the end of a ready connection. */
  lost(client: number, readyAt: number, now: MonoMs): void {
    const { reset } = this.#backoff;
    if (reset.on === 'stable' && now - readyAt >= reset.afterMs) this.#beginAnew(client);
  }

  /** The time since the first failure after the client was last ready, ms. */
  #downMs(client: number, now: MonoMs): number {
    const { failedSince } = this.#columns;
    if (failedSince[client] === 0) failedSince[client] = now;
    return now - failedSince[client]!;
  }

  #beginAnew(client: number): void {
    this.#columns.retry.set(client, 0);
    if (this.#keepsDelays) this.#columns.previousDelayMs[client] = 0;
  }
}
