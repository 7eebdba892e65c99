import { SERIES_INDEX, TIMING_INDEX } from '../metrics.ts';
import { PURPOSE } from '../random/draws.ts';
import { mono, type MonoMs } from '../time/instant.ts';
import type { ClientColumns } from './columns.ts';
import { ALARM, arrivalMs, numberOf, slotOf, type CommandBehaviour, type ClientContext } from './context.ts';
import type { KeepAlive } from './keep-alive.ts';
import type { CommandFailure } from './observer.ts';
import type { SeqSets } from './seq-sets.ts';
import { STATE } from './states.ts';

/** What `SeqSets.next` says where there is no further member. */
const NONE = -1;

/**
 * The commands of a client. Command n is meant to be sent at an instant that can be computed from n, and was last
 * sent either then or when the connection became ready, so that nothing but one bit each is kept of those under way.
 * As many may be under way as fall due: those that wait for a connection do so in the order of their numbers, behind
 * those that were sent.
 *
 * Each command that comes due is acknowledged, given up, skipped with a reason, or under way when the run ends.
 */
export class Commands {
  readonly #context: ClientContext;
  readonly #columns: ClientColumns;
  readonly #pending: SeqSets;
  readonly #plan: CommandBehaviour;
  readonly #keepAlive: KeepAlive;
  /** commands are sent before the first message has been answered */
  readonly #beforeAuth: boolean;
  /** the latest instant that was computed, which is asked for several times in a row */
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

  /** From its arrival on, commands fall due whether or not the client is connected. */
  begin(client: number): void {
    this.#context.queue.set(slotOf(client, ALARM.command), this.#intendedAt(client, 0));
  }

  /** The alarm of the next command rang. */
  fallDue(client: number, now: MonoMs): void {
    const f = this.#columns;
    const seq = f.nextSeq[client]!++;
    this.#context.queue.set(slotOf(client, ALARM.command), this.#intendedAt(client, seq + 1));
    this.#context.observer.happened(SERIES_INDEX.due, now);
    const connected = this.#maySend(f.state[client]!);
    if (!connected && !this.#plan.resend) {
      f.sentTo[client] = seq + 1;
      return this.#context.observer.skipped(now, 'not-connected');
    }
    this.#pending.add(client, seq);
    if (connected) this.#send(client, seq, now);
  }

  /** The socket is open, and the first message is out. */
  open(client: number, now: MonoMs): void {
    if (this.#beforeAuth) this.#resume(client, now);
  }

  /** The client is ready. */
  ready(client: number, now: MonoMs): void {
    if (!this.#beforeAuth) this.#resume(client, now);
  }

  /** The connection is gone. */
  pause(client: number, now: MonoMs): void {
    this.#context.queue.clear(slotOf(client, ALARM.ack));
    if (!this.#plan.resend) this.#giveUpAll(client, now, 'connection-lost');
  }

  /** The client has stopped for good: nothing comes due any more. */
  end(client: number, now: MonoMs): void {
    this.#context.queue.clear(slotOf(client, ALARM.command));
    this.#context.queue.clear(slotOf(client, ALARM.ack));
    this.#giveUpAll(client, now, 'stopped');
  }

  /** The run is over: what awaits its acknowledgement, or its first sending, is left unfinished. */
  breakOff(client: number, now: MonoMs): void {
    const pending = this.#pending;
    for (let seq = pending.next(client, 0); seq !== NONE; seq = pending.next(client, seq + 1)) {
      this.#context.observer.unfinished(TIMING_INDEX.command, now - this.#intendedAt(client, seq));
    }
  }

  /**
   * An acknowledgement came.
   *
   * @returns false for a command that is not under way (given up, or never sent): then it says nothing new
   */
  acknowledge(client: number, seq: number, now: MonoMs): boolean {
    if (!this.#finish(client, seq)) return false;
    this.#context.observer.acknowledged(client, seq, now, this.#intendedAt(client, seq));
    return true;
  }

  /** The gateway would not carry the command out. @returns as for `acknowledge` */
  refuse(client: number, seq: number, now: MonoMs): boolean {
    if (!this.#finish(client, seq)) return false;
    this.#context.observer.gaveUp(client, seq, now, 'forbidden');
    return true;
  }

  /** The acknowledgement time-out of the oldest command rang. */
  timeOut(client: number, now: MonoMs): void {
    for (let seq = this.#oldestSent(client); seq !== NONE; seq = this.#oldestSent(client)) {
      if (this.sentAt(client, seq) + this.#plan.ackTimeoutMs > now) break;
      this.#pending.remove(client, seq);
      this.#context.observer.gaveUp(client, seq, now, 'ack-timeout');
      this.#keepAlive.missed(client, this.sentAt(client, seq));
    }
    this.#watchOldest(client);
  }

  /** When a command under way was last sent: when it fell due, or when the connection could take it after that. */
  sentAt(client: number, seq: number): number {
    return Math.max(this.#intendedAt(client, seq), this.#columns.sendingSince[client]!);
  }

  /** Sends what awaits, in order. */
  #resume(client: number, now: MonoMs): void {
    this.#columns.sendingSince[client] = now;
    const pending = this.#pending;
    for (let seq = pending.next(client, 0); seq !== NONE; seq = pending.next(client, seq + 1)) {
      this.#send(client, seq, now);
    }
  }

  #send(client: number, seq: number, now: MonoMs): void {
    const f = this.#columns;
    const again = seq < f.sentTo[client]!;
    if (!again) f.sentTo[client] = seq + 1;
    this.#context.observer.sent(client, seq, now, again);
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

  /** A command has come to its end, if it was under way. */
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
    this.#context.queue.set(slot, this.sentAt(client, oldest) + this.#plan.ackTimeoutMs);
  }

  /** The oldest command that awaits its acknowledgement; NONE where there is none. */
  #oldestSent(client: number): number {
    if (this.#pending.isEmpty(client)) return NONE;
    const oldest = this.#pending.first(client);
    return oldest < this.#columns.sentTo[client]! ? oldest : NONE;
  }

  #maySend(state: number): boolean {
    return state === STATE.ready || state === STATE.renewing || (this.#beforeAuth && state === STATE.authenticating);
  }

  /** One command in each period from the arrival on, uniform within it: no two clients keep step. */
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
