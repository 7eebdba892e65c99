import type { SignalRule } from '../policy/advice.ts';
import type { BackoffPolicy, ResetRule } from '../policy/backoff.ts';
import { delayMs, withRetryAfterMs } from '../policy/delay.ts';
import { PURPOSE } from '../random/draws.ts';
import { NEVER, type MonoMs } from '../time/instant.ts';
import type { ClientColumns } from './columns.ts';
import { numberOf, type ClientContext } from './context.ts';

/** The retry counter is 16 bits wide; policies are long at their cap by then. */
const MOST_RETRIES = 65_535;

/** How long one client waits before it tries to connect again, and what makes it begin anew with that. */
export class Retries {
  readonly #context: ClientContext;
  readonly #columns: ClientColumns;
  readonly #backoff: BackoffPolicy;

  constructor(context: ClientContext) {
    this.#context = context;
    this.#columns = context.columns;
    this.#backoff = context.behaviour.backoff;
  }

  /**
   * Until the next attempt, milliseconds; NEVER when the policy gives up.
   *
   * @param rule what the policy says to the signal that ended the last one
   * @param retryAfterMs for how long the server asked not to be tried again; 0 where it did not
   */
  nextDelayMs(client: number, rule: SignalRule, retryAfterMs: number): number {
    const f = this.#columns;
    const backoff = this.#backoff;
    const number = numberOf(this.#context, client);
    const u =
      backoff.jitterDrawn === 'client'
        ? this.#context.draws.unit(number, PURPOSE.backoffOnce, 0)
        : this.#context.draws.unit(number, PURPOSE.backoff, f.attempts[client]!);
    const delay = rule.delayMs ?? delayMs(backoff, f.retry[client]!, f.previousDelayMs[client]!, u);
    if (delay === NEVER) return NEVER;
    if (rule.counted !== false) {
      f.retry[client] = Math.min(f.retry[client]! + 1, MOST_RETRIES);
      f.previousDelayMs[client] = delay;
    }
    return withRetryAfterMs(backoff, delay, retryAfterMs);
  }

  /** What may make it begin anew has happened. */
  reached(client: number, what: Exclude<ResetRule['on'], 'stable'>): void {
    if (this.#backoff.reset.on === what) this.#beginAnew(client);
  }

  /** A connection that was ready is over. */
  lost(client: number, readyAt: number, now: MonoMs): void {
    const { reset } = this.#backoff;
    if (reset.on === 'stable' && now - readyAt >= reset.afterMs) this.#beginAnew(client);
  }

  #beginAnew(client: number): void {
    this.#columns.retry[client] = 0;
    this.#columns.previousDelayMs[client] = 0;
  }
}
