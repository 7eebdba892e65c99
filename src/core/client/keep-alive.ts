import { COUNT_INDEX } from '../metrics.ts';
import type { MonoMs } from '../time/instant.ts';
import { FLAG, has, lower, raise, type ClientColumns } from './columns.ts';
import { ALARM, slotOf, type HeartbeatBehaviour, type ClientContext } from './context.ts';
import { isReady, type State } from './states.ts';

/** `pingedAt` of a client without an unanswered ping; no client is ready at 0. */
const ANSWERED = 0;

/**
 * Watches whether anything arrives over a connection. With a heartbeat the client pings, and gives up a connection that
 * stays silent. Without one it may notice silence by its unacknowledged commands, and keeps the connection.
 *
 * A connection becomes silent when an answer is overdue (to a command or a ping) and nothing at all has been heard since
 * the request. It stays silent until something is heard.
 */
export class KeepAlive {
  readonly #context: ClientContext;
  readonly #columns: ClientColumns;
  readonly #heartbeat: HeartbeatBehaviour | null;

  constructor(context: ClientContext) {
    this.#context = context;
    this.#columns = context.columns;
    this.#heartbeat = context.behaviour.heartbeat;
  }

  /** Handles a connection that became ready. */
  begin(client: number, now: MonoMs): void {
    this.#columns.heardAt[client] = now;
    lower(this.#columns, client, FLAG.silent | FLAG.foundSilent);
    this.beat(client, now);
  }

  /** Sets the main alarm to the next ping, one interval ahead. */
  beat(client: number, now: MonoMs): void {
    if (this.#heartbeat === null) return;
    this.#columns.pingedAt[client] = ANSWERED;
    this.#context.queue.set(slotOf(client, ALARM.main), now + this.#heartbeat.everyMs);
  }

  /** Records that a message arrived, or is known to arrive in time, at `at`. */
  heard(client: number, at: MonoMs): void {
    const f = this.#columns;
    if (has(f, client, FLAG.silent)) this.#speak(client, at);
    f.heardAt[client] = Math.max(f.heardAt[client]!, at);
  }

  /**
   * Handles the alarm of the heartbeat: a ping is due, or its answer is overdue.
   *
   * @returns whether the connection is to be given up
   */
  ring(client: number, now: MonoMs): boolean {
    const f = this.#columns;
    const { everyMs, timeoutMs } = this.#heartbeat!;
    const pingedAt = f.pingedAt[client]!;
    const slot = slotOf(client, ALARM.main);
    if (pingedAt === ANSWERED) {
      f.pingedAt[client] = now;
      this.#context.queue.set(slot, now + timeoutMs);
      const answeredAt = this.#context.port.ping(client);
      if (answeredAt <= now + timeoutMs) this.heard(client, answeredAt);
      return false;
    }
    if (f.heardAt[client]! < pingedAt) {
      this.missed(client, pingedAt);
      return true;
    }
    f.pingedAt[client] = ANSWERED;
    this.#context.queue.set(slot, Math.max(now, pingedAt + everyMs));
    return false;
  }

  /** Handles an overdue answer to a message that was sent at `sentAt`. */
  missed(client: number, sentAt: number): void {
    const f = this.#columns;
    if (!isReady(f.state[client] as State)) return;
    if (f.heardAt[client]! > sentAt || has(f, client, FLAG.silent)) return;
    raise(f, client, FLAG.silent);
    if (has(f, client, FLAG.foundSilent)) return;
    raise(f, client, FLAG.foundSilent);
    this.#context.observer.count(COUNT_INDEX.silent, 1);
  }

  /** Handles the end of a ready connection. */
  end(client: number, now: MonoMs): void {
    if (has(this.#columns, client, FLAG.silent)) this.#speak(client, now);
  }

  #speak(client: number, at: MonoMs): void {
    lower(this.#columns, client, FLAG.silent);
    this.#context.observer.count(COUNT_INDEX.silenceMs, at - this.#columns.heardAt[client]!);
  }
}
