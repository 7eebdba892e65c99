import { COUNT_INDEX } from '../metrics.ts';
import type { MonoMs } from '../time/instant.ts';
import { FLAG, has, lower, raise, type ClientColumns } from './columns.ts';
import type { HeartbeatBehaviour } from './behaviour.ts';
import { ALARM, slotOf, type ClientContext } from './context.ts';
import { isReady, type State } from './states.ts';

/** `pingedAt` of a client without an unanswered ping; no client is ready at 0. */
const ANSWERED = 0;

/**
 * Watches whether anything arrives over a connection. With a heartbeat the client pings, and gives up a connection that
 * stays silent. Without one it gives up a connection over which nothing came for as long as the server's pings allow; where
 * the server sends none, it may notice silence by its unacknowledged commands, and keeps the connection.
 *
 * A connection becomes silent when an answer is overdue (to a command or a ping) and nothing at all has been heard since
 * the request. It stays silent until something is heard.
 */
export class KeepAlive {
  readonly #context: ClientContext;
  readonly #columns: ClientColumns;
  readonly #heartbeat: HeartbeatBehaviour | null;
  /** longest silence between pings of a server that announces none of its own, ms; 0: it does not ping */
  readonly #silenceMs: number;

  constructor(context: ClientContext) {
    this.#context = context;
    this.#columns = context.columns;
    this.#heartbeat = context.behaviour.heartbeat;
    this.#silenceMs = context.behaviour.serverSilenceMs;
  }

  /** Handles an open socket, whose server has not announced anything yet. */
  open(client: number): void {
    if (this.#heartbeat === null && this.#silenceMs > 0) this.#columns.pingedAt[client] = this.#silenceMs;
  }

  /** Handles the server's announcement of the longest silence between its pings, on a connection that is ready or not. */
  announced(client: number, silenceMs: number, now: MonoMs): void {
    const f = this.#columns;
    if (this.#heartbeat !== null || this.#silenceMs === 0) return;
    f.pingedAt[client] = silenceMs;
    if (isReady(f.state.at(client) as State) && !has(f, client, FLAG.reauthenticating)) this.beat(client, now);
  }

  /** Handles a connection that became ready. */
  begin(client: number, now: MonoMs): void {
    this.#columns.heardAt[client] = now;
    lower(this.#columns, client, FLAG.silent | FLAG.foundSilent);
    this.beat(client, now);
  }

  /** Sets the main alarm to the next ping, one interval ahead, or to the end of the silence that the server's pings allow. */
  beat(client: number, now: MonoMs): void {
    const { heardAt, pingedAt } = this.#columns;
    const slot = slotOf(client, ALARM.main);
    if (this.#heartbeat !== null) {
      pingedAt[client] = ANSWERED;
      this.#context.queue.set(slot, now + this.#heartbeat.everyMs);
    } else if (this.#silenceMs > 0) {
      this.#context.queue.set(slot, Math.max(now, heardAt[client]! + pingedAt[client]!));
    }
  }

  /** Records that a message arrived, or is known to arrive in time, at `at`. */
  heard(client: number, at: MonoMs): void {
    const f = this.#columns;
    if (has(f, client, FLAG.silent)) this.#speak(client, at);
    f.heardAt[client] = Math.max(f.heardAt[client]!, at);
  }

  /**
   * Handles the main alarm of a ready client: a ping of its own is due, or the answer to it or a ping of the server is overdue.
   *
   * @returns whether the connection is to be given up
   */
  ring(client: number, now: MonoMs): boolean {
    if (this.#heartbeat === null) return this.#isOverdue(client, now);
    const f = this.#columns;
    const { everyMs, timeoutMs } = this.#heartbeat;
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

  /** Whether nothing has come for as long as the server's pings allow; if not, the alarm is set to the end of that time. */
  #isOverdue(client: number, now: MonoMs): boolean {
    const { heardAt, pingedAt } = this.#columns;
    const knownAt = this.#context.port.lastPing(client);
    if (knownAt > heardAt[client]!) this.heard(client, knownAt);
    const overdueAt = heardAt[client]! + pingedAt[client]!;
    if (now >= overdueAt) {
      this.missed(client, heardAt[client]!);
      return true;
    }
    this.#context.queue.set(slotOf(client, ALARM.main), overdueAt);
    return false;
  }

  /** Handles an overdue answer to a message that was sent at `sentAt`. */
  missed(client: number, sentAt: number): void {
    const f = this.#columns;
    if (!isReady(f.state.at(client) as State)) return;
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
