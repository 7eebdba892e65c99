import type { SignalRule } from '../policy/advice.ts';
import type { BackoffPolicy, ResetRule } from '../policy/backoff.ts';
import { delayMs, withRetryAfterMs } from '../policy/delay.ts';
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

  constructor(context: ClientContext) {
    this.#context = context;
    this.#columns = context.columns;
    this.#backoff = context.behaviour.backoff;
    this.#keepsDelays = this.#backoff.jitter.kind === 'decorrelated';
  }

  /**
   * The delay until the next attempt, milliseconds; NEVER: the policy gives up.
   *
   * @param rule rule for the signal that ended the last attempt
   * @param retryAfterMs delay that the server asked for; 0: none
   */
  nextDelayMs(client: number, rule: SignalRule, retryAfterMs: number): number {
    const f = this.#columns;
    const backoff = this.#backoff;
    const number = numberOf(this.#context, client);
    const u =
      backoff.jitterDrawn === 'client'
        ? this.#context.draws.unit(number, PURPOSE.backoffOnce, 0)
        : this.#context.draws.unit(number, PURPOSE.backoff, f.attempts.at(client));
    const previousMs = this.#keepsDelays ? f.previousDelayMs[client]! : 0;
    const delay = rule.delayMs ?? delayMs(backoff, f.retry.at(client), previousMs, u);
    if (delay === NEVER) return NEVER;
    if (rule.counted !== false) {
      f.retry.set(client, Math.min(f.retry.at(client) + 1, MOST_RETRIES));
      if (this.#keepsDelays) f.previousDelayMs[client] = delay;
    }
    return withRetryAfterMs(backoff, delay, retryAfterMs);
  }

  /** Handles an event at which the reset rule may reset the counter. */
  reached(client: number, what: Exclude<ResetRule['on'], 'stable'>): void {
    if (this.#backoff.reset.on === what) this.#beginAnew(client);
  }

  /** Handles the end of a ready connection. */
  lost(client: number, readyAt: number, now: MonoMs): void {
    const { reset } = this.#backoff;
    if (reset.on === 'stable' && now - readyAt >= reset.afterMs) this.#beginAnew(client);
  }

  #beginAnew(client: number): void {
    this.#columns.retry.set(client, 0);
    if (this.#keepsDelays) this.#columns.previousDelayMs[client] = 0;
  }
}
