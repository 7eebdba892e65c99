import type { SignalRule } from '../policy/advice.ts';
import { COUNT_INDEX } from '../metrics.ts';
import { NEVER, mono, type MonoMs } from '../time/instant.ts';
import { FLAG, has, raise } from './columns.ts';
import { ALARM, slotOf, type ClientContext } from './context.ts';
import { LoopDetector } from './loop-detector.ts';
import type { ClientParts } from './parts.ts';
import { STATE, type StopReason } from './states.ts';

/** Actions of a client without a connection: wait, fetch a token, dial, or stop for the rest of the run. */
export class Attempts {
  readonly #context: ClientContext;
  readonly #parts: ClientParts;
  readonly #reconnects: LoopDetector;

  constructor(parts: ClientParts) {
    this.#context = parts.context;
    this.#parts = parts;
    this.#reconnects = new LoopDetector(
      this.#context,
      COUNT_INDEX.loopingReconnect,
      this.#context.columns.reconnectsOverAt,
    );
  }

  /** Dials with the token in hand, or fetches a token first. */
  connect(client: number, intended: MonoMs, now: MonoMs): void {
    const { states, tokens } = this.#parts;
    if (tokens.usable(client, now)) return this.dial(client, intended, now);
    if (tokens.exhausted(client)) return this.stop(client, 'gave-up', now);
    states.move(client, STATE.fetchingToken, now);
    tokens.want(client, intended, now);
  }

  dial(client: number, intended: MonoMs, now: MonoMs): void {
    const { columns, behaviour, queue, observer, port } = this.#context;
    const { attempts, intendedAt } = columns;
    const first = attempts.at(client) === 0;
    if (!first) this.#reconnects.again(client, intendedAt.at(client), now);
    attempts.set(client, attempts.at(client) + 1);
    intendedAt.set(client, intended);
    this.#parts.exposure.present(client);
    this.#parts.states.move(client, STATE.connecting, now);
    const timeOutAt = now + behaviour.connectTimeoutMs;
    if (this.#context.defersTimeOut === true) queue.note(slotOf(client, ALARM.main), timeOutAt);
    else queue.set(slotOf(client, ALARM.main), timeOutAt);
    observer.attempt(now, intended, first);
    port.dial(client);
  }

  /** Follows the rule for the signal that ended the last attempt or connection. */
  follow(client: number, rule: SignalRule, now: MonoMs, retryAfterMs: number): void {
    const { columns } = this.#context;
    switch (rule.action) {
      case 'stop':
        return this.stop(client, 'advised-to-stop', now);
      case 'login':
        return this.stop(client, 'logged-out', now);
      case 'retry-now':
        return this.connect(client, now, now);
      case 'refresh':
        this.#parts.tokens.reject(client);
        if (!this.#parts.tokens.asksAtOnce) return this.#wait(client, rule, now, retryAfterMs);
        // A second rejection in a row means that refreshing does not help: without the backoff the client would loop.
        if (has(columns, client, FLAG.refreshedOnReject)) return this.#wait(client, rule, now, retryAfterMs);
        raise(columns, client, FLAG.refreshedOnReject);
        return this.connect(client, now, now);
      default:
        return this.#wait(client, rule, now, retryAfterMs);
    }
  }

  stop(client: number, reason: StopReason, now: MonoMs): void {
    const { columns, queue, observer } = this.#context;
    queue.clear(slotOf(client, ALARM.main));
    this.#parts.tokens.end(client);
    this.#parts.commands?.end(client, now);
    observer.stopped(now, reason, mono(columns.lostAt.at(client)));
    if (reason === 'logged-out') raise(columns, client, FLAG.loggedOut);
    this.#parts.states.move(client, STATE.stopped, now);
  }

  #wait(client: number, rule: SignalRule, now: MonoMs, retryAfterMs: number): void {
    const delayMs = this.#parts.retries.nextDelayMs(client, rule, retryAfterMs, now);
    if (delayMs === NEVER) return this.stop(client, 'gave-up', now);
    this.#parts.states.move(client, STATE.waiting, now);
    this.#context.queue.set(slotOf(client, ALARM.main), now + delayMs);
  }
}
