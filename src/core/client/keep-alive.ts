import { COUNT_INDEX } from '../metrics.ts';
import type { MonoMs } from '../time/instant.ts';
import { FLAG, has, lower, raise, type ClientColumns } from './columns.ts';
import { ALARM, slotOf, type HeartbeatBehaviour, type ClientContext } from './context.ts';
import { isReady, type State } from './states.ts';

/** `pingedAt` of a client whose latest ping was answered, or that has sent none: nobody is ready at 0. */
const ANSWERED = 0;

/**
 * What a client hears over its connection: whether anything comes at all. With a heartbeat it asks, and gives up a
 * connection that stays silent. Without one it may notice by its commands that nothing comes, and holds on.
 *
 * A connection is silent from when something was due (an acknowledgement, the answer to a ping) while nothing whatever
 * had been heard since that was asked for, until something is heard.
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

  /** The connection is ready. */
  begin(client: number, now: MonoMs): void {
    this.#columns.heardAt[client] = now;
    lower(this.#columns, client, FLAG.silent | FLAG.foundSilent);
    this.beat(client, now);
  }

  /** The main alarm is free: the next ping is an interval away. */
  beat(client: number, now: MonoMs): void {
    if (this.#heartbeat === null) return;
    this.#columns.pingedAt[client] = ANSWERED;
    this.#context.queue.set(slotOf(client, ALARM.main), now + this.#heartbeat.everyMs);
  }

  /** Anything came, or is known to come in time, at `at`. */
  heard(client: number, at: MonoMs): void {
    const f = this.#columns;
    if (has(f, client, FLAG.silent)) this.#speak(client, at);
    f.heardAt[client] = Math.max(f.heardAt[client]!, at);
  }

  /**
   * The alarm of the heartbeat rang: a ping is due, or its answer.
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

  /** What was sent at `sentAt` has not been answered in time. */
  missed(client: number, sentAt: number): void {
    const f = this.#columns;
    if (!isReady(f.state[client] as State)) return;
    if (f.heardAt[client]! > sentAt || has(f, client, FLAG.silent)) return;
    raise(f, client, FLAG.silent);
    if (has(f, client, FLAG.foundSilent)) return;
    raise(f, client, FLAG.foundSilent);
    this.#context.observer.count(COUNT_INDEX.silent, 1);
  }

  /** A ready connection is over. */
  end(client: number, now: MonoMs): void {
    if (has(this.#columns, client, FLAG.silent)) this.#speak(client, now);
  }

  #speak(client: number, at: MonoMs): void {
    lower(this.#columns, client, FLAG.silent);
    this.#context.observer.count(COUNT_INDEX.silenceMs, at - this.#columns.heardAt[client]!);
  }
}
