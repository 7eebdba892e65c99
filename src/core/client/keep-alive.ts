import { COUNT_INDEX } from '../metrics.ts';
import { NEVER, type MonoMs } from '../time/instant.ts';
import { FLAG, has, lower, raise, type ClientColumns } from './columns.ts';
import type { HeartbeatBehaviour } from './behaviour.ts';
import { ALARM, slotOf, type ClientContext } from './context.ts';
import { STATE, isReady, type State } from './states.ts';

/** `pingedAt` of a client without an unanswered ping; no client is ready at 0. */
const ANSWERED = 0;

/**
 * Watches whether anything arrives over a connection. A client may ping, and give up a connection over which nothing
 * comes after a ping; a server may ping, and clients give up a connection over which nothing came for as long as its pings
 * allow. Where both ping, the first of the two ends the connection. Where neither does, a client may notice silence by its
 * unacknowledged commands, and keeps the connection.
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
  /** whether the client's own joins share the main alarm of an open connection */
  readonly #joins: boolean;
  /** whether the main alarm rings for several things, whose instants are columns */
  readonly #shared: boolean;

  constructor(context: ClientContext) {
    this.#context = context;
    this.#columns = context.columns;
    this.#heartbeat = context.behaviour.heartbeat;
    this.#silenceMs = context.behaviour.serverSilenceMs;
    this.#joins = context.behaviour.join !== null && context.behaviour.join.rejoin !== null;
    this.#shared = this.#joins || this.#silenceMs > 0;
  }

  /** Handles an open socket, whose server has not announced anything yet. */
  open(client: number): void {
    if (this.#silenceMs > 0) this.#columns.silenceMs[client] = this.#silenceMs;
  }

  /** Handles the server's announcement of the longest silence between its pings, on a connection that is ready or not. */
  announced(client: number, silenceMs: number, now: MonoMs): void {
    const f = this.#columns;
    if (this.#silenceMs === 0) return;
    f.silenceMs[client] = silenceMs;
    const state = f.state.at(client) as State;
    const isWatched = isReady(state) || (this.#joins && state === STATE.joining);
    if (isWatched && !has(f, client, FLAG.reauthenticating)) this.plan(client, now);
  }

  /** Handles a connection that became ready, or on which a client joins its channels again and again. */
  begin(client: number, now: MonoMs): void {
    this.#columns.heardAt[client] = now;
    lower(this.#columns, client, FLAG.silent | FLAG.foundSilent);
    this.beat(client, now);
  }

  /** Plans the next ping, one interval ahead, and watches the silence that the server's pings allow. */
  beat(client: number, now: MonoMs): void {
    if (this.#heartbeat !== null) {
      this.#columns.pingedAt[client] = ANSWERED;
      this.#beatAt(client, now + this.#heartbeat.everyMs);
    }
    if (this.#shared) this.plan(client, now);
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
    const heartbeat = this.#heartbeat;
    if (!this.#shared) return heartbeat !== null && this.#beatRings(client, heartbeat, now);
    if (heartbeat !== null && now >= this.#columns.beatAt[client]! && this.#beatRings(client, heartbeat, now))
      return true;
    if (this.#silenceMs > 0 && this.#isOverdue(client, now)) return true;
    this.plan(client, now);
    return false;
  }

  /** Sends the ping that is due, or looks for the answer to the last one. @returns as for `ring` */
  #beatRings(client: number, { everyMs, timeoutMs, answered }: HeartbeatBehaviour, now: MonoMs): boolean {
    const f = this.#columns;
    const pingedAt = f.pingedAt[client]!;
    if (!answered) {
      this.#beatAt(client, now + everyMs);
      this.#context.port.ping(client);
      return false;
    }
    if (pingedAt === ANSWERED) {
      f.pingedAt[client] = now;
      this.#beatAt(client, now + timeoutMs);
      const answeredAt = this.#context.port.ping(client);
      if (answeredAt <= now + timeoutMs) this.heard(client, answeredAt);
      return false;
    }
    if (f.heardAt[client]! < pingedAt) {
      this.missed(client, pingedAt);
      return true;
    }
    f.pingedAt[client] = ANSWERED;
    this.#beatAt(client, Math.max(now, pingedAt + everyMs));
    return false;
  }

  /** Sets the instant of the next ping, or of the end of the wait for its answer. */
  #beatAt(client: number, at: number): void {
    if (this.#shared) this.#columns.beatAt[client] = at;
    else this.#context.queue.set(slotOf(client, ALARM.main), at);
  }

  /** Sets the main alarm to the first of what it rings for: a ping, the silence that the server's pings allow, a join. */
  plan(client: number, now: MonoMs): void {
    const { heardAt, silenceMs, beatAt, joinDueAt } = this.#columns;
    let at = this.#joins ? joinDueAt[client]! : NEVER;
    if (this.#heartbeat !== null) at = Math.min(at, beatAt[client]!);
    if (this.#silenceMs > 0) at = Math.min(at, heardAt[client]! + silenceMs[client]!);
    const slot = slotOf(client, ALARM.main);
    if (at === NEVER) this.#context.queue.clear(slot);
    else this.#context.queue.set(slot, Math.max(now, at));
  }

  /** Whether nothing has come for as long as the server's pings allow. */
  #isOverdue(client: number, now: MonoMs): boolean {
    const { heardAt, silenceMs } = this.#columns;
    const knownAt = this.#context.port.lastPing(client);
    if (knownAt > heardAt[client]!) this.heard(client, knownAt);
    if (now < heardAt[client]! + silenceMs[client]!) return false;
    this.missed(client, heardAt[client]!);
    return true;
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
