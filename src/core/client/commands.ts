import { SERIES_INDEX, TIMING_INDEX } from '../metrics.ts';
import { PURPOSE } from '../random/draws.ts';
import { mono, type MonoMs } from '../time/instant.ts';
import { isRejoining, type ClientColumns } from './columns.ts';
import type { CommandBehaviour } from './behaviour.ts';
import { ALARM, arrivalMs, numberOf, slotOf, type ClientContext } from './context.ts';
import type { KeepAlive } from './keep-alive.ts';
import type { CommandFailure } from './observer.ts';
import type { SeqSets } from './seq-sets.ts';
import { STATE } from './states.ts';

/** Result of `SeqSets.next` without a further member. */
const NONE = -1;

/**
 * The commands of a client. The intended instant of command n is computed from n, and it was last sent either then or
 * when the connection became ready, so one bit is enough for each command under way. There is no limit on commands
 * under way. The commands that wait for a connection have higher numbers than all that were sent.
 *
 * Each due command is acknowledged, given up, skipped with a reason, or under way when the run ends.
 */
export class Commands {
  readonly #context: ClientContext;
  readonly #columns: ClientColumns;
  readonly #pending: SeqSets;
  readonly #plan: CommandBehaviour;
  readonly #keepAlive: KeepAlive;
  /** commands are sent before the first message has been answered */
  readonly #beforeAuth: boolean;
  /** cache of the latest computed instant, which is used several times in a row */
  #lastClient = NONE;
  #lastSeq = NONE;
  #lastIntendedAt = mono(0);

  constructor(context: ClientContext, plan: CommandBehaviour, keepAlive: KeepAlive) {
    this.#context = context;
    this.#columns = context.columns;
    this.#pending = context.columns.pending;
    this.#plan = plan;
    this.#keepAlive = keepAlive;
    this.#beforeAuth = plan.beforeAuth && context.behaviour.firstMessage;
  }

  /** Starts the commands at the client's arrival; they are due whether or not it is connected. */
  begin(client: number): void {
    this.#context.queue.set(slotOf(client, ALARM.command), this.#intendedAt(client, 0));
  }

  /** Handles the alarm of the next command. */
  fallDue(client: number, dueAt: MonoMs, now: MonoMs): void {
    const f = this.#columns;
    const seq = f.nextSeq[client]!++;
    this.#context.queue.set(slotOf(client, ALARM.command), this.#intendedAt(client, seq + 1));
    this.#context.observer.happened(SERIES_INDEX.due, now);
    const connected = this.#maySend(client, f.state.at(client));
    if (!connected && !this.#plan.resend) {
      f.sentTo[client] = seq + 1;
      return this.#context.observer.skipped(now, 'not-connected');
    }
    this.#pending.add(client, seq);
    if (connected) this.#send(client, seq, dueAt, now);
  }

  /** Handles an open socket whose first message has been sent. */
  open(client: number, now: MonoMs): void {
    if (this.#beforeAuth) this.#resume(client, now);
  }

  /** Handles a client that became ready. */
  ready(client: number, now: MonoMs): void {
    if (!this.#beforeAuth) this.#resume(client, now);
  }

  /** Handles a channel that is joined again over the same connection. */
  resume(client: number, now: MonoMs): void {
    this.#resume(client, now);
  }

  /** Handles the end of the connection or of its channel. */
  pause(client: number, now: MonoMs): void {
    this.#context.queue.clear(slotOf(client, ALARM.ack));
    if (!this.#plan.resend) this.#giveUpAll(client, now, 'connection-lost');
  }

  /** Ends the commands of a client that has stopped. */
  end(client: number, now: MonoMs): void {
    this.#context.queue.clear(slotOf(client, ALARM.command));
    this.#context.queue.clear(slotOf(client, ALARM.ack));
    this.#giveUpAll(client, now, 'stopped');
  }

  /** Records the commands under way as unfinished at the end of the run. */
  breakOff(client: number, now: MonoMs): void {
    const pending = this.#pending;
    for (let seq = pending.next(client, 0); seq !== NONE; seq = pending.next(client, seq + 1)) {
      this.#context.observer.unfinished(TIMING_INDEX.command, now - this.#intendedAt(client, seq));
    }
  }

  /**
   * Handles an acknowledgement.
   *
   * @returns false for a command that is not under way (given up, or never sent)
   */
  acknowledge(client: number, seq: number, now: MonoMs): boolean {
    if (!this.#finish(client, seq)) return false;
    this.#context.observer.acknowledged(client, seq, now, this.#intendedAt(client, seq));
    return true;
  }

  /** Handles the refusal of a command by the gateway. @returns as for `acknowledge` */
  refuse(client: number, seq: number, now: MonoMs): boolean {
    if (!this.#finish(client, seq)) return false;
    this.#context.observer.gaveUp(client, seq, now, 'forbidden');
    return true;
  }

  /** Handles the acknowledgement time-out of the oldest command. */
  timeOut(client: number, now: MonoMs): void {
    for (let seq = this.#oldestSent(client); seq !== NONE; seq = this.#oldestSent(client)) {
      if (this.#timesOutAt(client, seq) > now) break;
      this.#pending.remove(client, seq);
      this.#context.observer.gaveUp(client, seq, now, 'ack-timeout');
      this.#keepAlive.missed(client, this.sentAt(client, seq));
    }
    this.#watchOldest(client);
  }

  /** The last send time of a command under way: its due time, or the later instant at which the connection allowed it. */
  sentAt(client: number, seq: number): number {
    return Math.max(this.#intendedAt(client, seq), this.#columns.sendingSince[client]!);
  }

  /** When a command is given up: one that squall sent late has its whole time from then on. */
  #timesOutAt(client: number, seq: number): number {
    const { sentLateMs } = this.#context;
    const lateMs = sentLateMs === undefined ? 0 : sentLateMs[client]!;
    return this.sentAt(client, seq) + lateMs + this.#plan.ackTimeoutMs;
  }

  /** Sends the waiting commands in order. */
  #resume(client: number, now: MonoMs): void {
    this.#columns.sendingSince[client] = now;
    const pending = this.#pending;
    for (let seq = pending.next(client, 0); seq !== NONE; seq = pending.next(client, seq + 1)) {
      this.#send(client, seq, this.#intendedAt(client, seq), now);
    }
  }

  #send(client: number, seq: number, intended: MonoMs, now: MonoMs): void {
    const f = this.#columns;
    const again = seq < f.sentTo[client]!;
    if (!again) f.sentTo[client] = seq + 1;
    this.#context.observer.sent(client, seq, now, again, intended);
    const ack = slotOf(client, ALARM.ack);
    if (this.#context.queue.dueAt(ack) === Infinity) this.#context.queue.set(ack, now + this.#plan.ackTimeoutMs);
    this.#context.port.send(client, seq, again);
  }

  #giveUpAll(client: number, now: MonoMs, reason: CommandFailure): void {
    const pending = this.#pending;
    for (let seq = pending.next(client, 0); seq !== NONE; seq = pending.next(client, seq + 1)) {
      pending.remove(client, seq);
      if (seq < this.#columns.sentTo[client]!) this.#context.observer.gaveUp(client, seq, now, reason);
      else this.#context.observer.skipped(now, 'stopped');
    }
  }

  /** Removes a command from those under way. @returns whether it was one */
  #finish(client: number, seq: number): boolean {
    if (seq >= this.#columns.sentTo[client]!) return false;
    const wasOldest = this.#pending.first(client) === seq;
    if (!this.#pending.remove(client, seq)) return false;
    if (wasOldest) this.#watchOldest(client);
    return true;
  }

  #watchOldest(client: number): void {
    const oldest = this.#oldestSent(client);
    const slot = slotOf(client, ALARM.ack);
    if (oldest === NONE) return this.#context.queue.clear(slot);
    this.#context.queue.set(slot, this.#timesOutAt(client, oldest));
  }

  /** The oldest command that awaits its acknowledgement; NONE: there is none. */
  #oldestSent(client: number): number {
    if (this.#pending.isEmpty(client)) return NONE;
    const oldest = this.#pending.first(client);
    return oldest < this.#columns.sentTo[client]! ? oldest : NONE;
  }

  #maySend(client: number, state: number): boolean {
    if (state === STATE.ready || state === STATE.renewing) return true;
    if (!this.#beforeAuth) return false;
    // A channel that was lost sends nothing until it is joined again.
    return state === STATE.authenticating || (state === STATE.joining && !isRejoining(this.#columns, client));
  }

  /** The due time of a command: one in each period from the arrival on, uniform within it, so that clients are not in step. */
  #intendedAt(client: number, seq: number): MonoMs {
    if (client === this.#lastClient && seq === this.#lastSeq) return this.#lastIntendedAt;
    const u = this.#context.draws.unit(numberOf(this.#context, client), PURPOSE.command, seq);
    const at = (arrivalMs(this.#context, client) + (seq + u) * this.#plan.periodMs) as MonoMs;
    this.#lastClient = client;
    this.#lastSeq = seq;
    this.#lastIntendedAt = at;
    return at;
  }
}
