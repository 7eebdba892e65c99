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
  /** whether the main alarm of an open connection is set here */
  readonly #watches: boolean;
  /** whether the server may announce the client's pings, which are columns then */
  readonly #announced: boolean;
  readonly #afterSilence: boolean;

  constructor(context: ClientContext) {
    this.#context = context;
    this.#columns = context.columns;
    this.#heartbeat = context.behaviour.heartbeat;
    this.#silenceMs = context.behaviour.serverSilenceMs;
    this.#joins = context.behaviour.join !== null && context.behaviour.join.rejoin !== null;
    this.#watches = this.#heartbeat !== null || this.#joins || this.#silenceMs > 0;
    this.#announced = this.#heartbeat !== null && context.behaviour.heartbeatAnnounced;
    this.#afterSilence = context.behaviour.pingsAfterSilence;
  }

  /** Handles an open socket, whose server has not announced anything yet. */
  open(client: number): void {
    if (this.#silenceMs > 0) this.#columns.silenceMs[client] = this.#silenceMs;
    if (this.#joins) this.#columns.joinDueAt[client] = NEVER;
    if (this.#announced) this.announcedPings(client, this.#heartbeat!.everyMs, this.#heartbeat!.timeoutMs);
  }

  /**
   * Handles the server's announcement of the client's pings, before the connection is ready. Clients with pings of their own
   * do not follow it.
   *
   * @param timeoutMs silence after a ping at which the connection is given up; 0: the client's own
   */
  announcedPings(client: number, everyMs: number, timeoutMs: number): void {
    if (!this.#announced) return;
    this.#columns.pingEveryMs[client] = everyMs;
    this.#columns.pingTimeoutMs[client] = timeoutMs > 0 ? timeoutMs : this.#heartbeat!.timeoutMs;
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

  /** Plans the next ping, one period ahead, and watches the silence that the server's pings allow. */
  beat(client: number, now: MonoMs): void {
    if (this.#heartbeat !== null) {
      this.#columns.pingedAt[client] = ANSWERED;
      this.#columns.beatAt[client] = now + this.#everyMs(client, this.#heartbeat);
    }
    if (this.#watches) this.plan(client, now);
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
    if (!this.#watches) return false;
    if (this.#heartbeat !== null && this.#beatRings(client, this.#heartbeat, now)) return true;
    if (this.#silenceMs > 0 && this.#isOverdue(client, now)) return true;
    this.plan(client, now);
    return false;
  }

  /**
   * Looks for an answer to the first ping since the server was last heard, and sends the ping that is due.
   *
   * @returns as for `ring`
   */
  #beatRings(client: number, heartbeat: HeartbeatBehaviour, now: MonoMs): boolean {
    const f = this.#columns;
    if (heartbeat.answered && this.#lacksAnswer(client, heartbeat, now)) return true;
    if (now < f.beatAt[client]!) return false;
    f.beatAt[client] = now + this.#everyMs(client, heartbeat);
    if (this.#afterSilence && !this.#isPingDue(client, heartbeat, now)) return false;
    const answeredAt = this.#context.port.ping(client);
    if (!heartbeat.answered) return false;
    if (f.pingedAt[client] === ANSWERED) f.pingedAt[client] = now;
    if (answeredAt <= now + this.#timeoutMs(client, heartbeat)) this.heard(client, answeredAt);
    return false;
  }

  /**
   * Whether nothing was heard for a whole period, and no ping is unanswered. If something was heard, the next ping moves to
   * the end of the period that began then.
   */
  #isPingDue(client: number, heartbeat: HeartbeatBehaviour, now: MonoMs): boolean {
    const { heardAt, beatAt, pingedAt } = this.#columns;
    const dueAt = heardAt[client]! + this.#everyMs(client, heartbeat);
    if (dueAt > now) beatAt[client] = dueAt;
    return dueAt <= now && pingedAt[client] === ANSWERED;
  }

  /** Whether nothing was heard within the time-out of a ping. */
  #lacksAnswer(client: number, heartbeat: HeartbeatBehaviour, now: MonoMs): boolean {
    const f = this.#columns;
    const pingedAt = f.pingedAt[client]!;
    if (pingedAt === ANSWERED) return false;
    if (f.heardAt[client]! >= pingedAt) {
      f.pingedAt[client] = ANSWERED;
      return false;
    }
    if (now < pingedAt + this.#timeoutMs(client, heartbeat)) return false;
    this.missed(client, pingedAt);
    return true;
  }

  #everyMs(client: number, { everyMs }: HeartbeatBehaviour): number {
    return this.#announced ? this.#columns.pingEveryMs[client]! : everyMs;
  }

  #timeoutMs(client: number, { timeoutMs }: HeartbeatBehaviour): number {
    return this.#announced ? this.#columns.pingTimeoutMs[client]! : timeoutMs;
  }

  /** Sets the main alarm to the first of what it rings for: a ping, the silence that the server's pings allow, a join. */
  plan(client: number, now: MonoMs): void {
    const { heardAt, silenceMs, beatAt, pingedAt, joinDueAt } = this.#columns;
    let at = this.#joins ? joinDueAt[client]! : NEVER;
    if (this.#heartbeat !== null) {
      at = Math.min(at, beatAt[client]!);
      const sentAt = pingedAt[client]!;
      if (sentAt !== ANSWERED) at = Math.min(at, sentAt + this.#timeoutMs(client, this.#heartbeat));
    }
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
