import { PURPOSE } from '../random/draws.ts';
import type { MonoMs } from '../time/instant.ts';
import type { Fields } from './fields.ts';
import { ALARM, arrivalMs, numberOf, slotOf, type CommandBehaviour, type Life } from './life.ts';
import type { Hearing } from './hearing.ts';
import type { CommandFailure } from './observer.ts';
import { STATE } from './states.ts';

/** How many commands of one client may await their acknowledgement; a further one that falls due is skipped. */
export const COMMAND_WINDOW = 32;

/**
 * The commands of a client. Command n is meant to be sent at an instant that can be computed from n, and was last
 * sent either then or when the connection became ready, so that nothing but one bit each is kept of those under way.
 */
export class Commands {
  readonly #life: Life;
  readonly #fields: Fields;
  readonly #plan: CommandBehaviour;
  readonly #hearing: Hearing;
  /** commands are sent before the first message has been answered */
  readonly #beforeAuth: boolean;

  constructor(life: Life, plan: CommandBehaviour, hearing: Hearing) {
    this.#life = life;
    this.#fields = life.fields;
    this.#plan = plan;
    this.#hearing = hearing;
    this.#beforeAuth = plan.beforeAuth && life.behaviour.firstMessage;
  }

  /** From its arrival on, commands fall due whether or not the client is connected. */
  begin(client: number): void {
    this.#life.queue.set(slotOf(client, ALARM.command), this.#intendedAt(client, 0));
  }

  /** The alarm of the next command rang. */
  fallDue(client: number, now: MonoMs): void {
    const f = this.#fields;
    const seq = f.nextSeq[client]!++;
    this.#life.queue.set(slotOf(client, ALARM.command), this.#intendedAt(client, seq + 1));
    const connected = this.#maySend(f.state[client]!);
    const offset = seq - f.windowBase[client]!;
    if (offset >= COMMAND_WINDOW || !(connected || this.#plan.resend)) {
      if (f.pending[client] === 0) f.windowBase[client] = seq + 1;
      return this.#life.observer.skipped(now);
    }
    f.pending[client] = (f.pending[client]! | (1 << offset)) >>> 0;
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
    this.#life.queue.clear(slotOf(client, ALARM.ack));
    if (!this.#plan.resend) this.#giveUpAll(client, now, 'connection-lost');
  }

  /** The client has stopped for good. */
  end(client: number, now: MonoMs): void {
    this.#life.queue.clear(slotOf(client, ALARM.command));
    this.#life.queue.clear(slotOf(client, ALARM.ack));
    this.#giveUpAll(client, now, 'stopped');
  }

  /** The run is over: what awaits its acknowledgement, or its first sending, is left unfinished. */
  breakOff(client: number, now: MonoMs): void {
    const pending = this.#fields.pending[client]!;
    for (let offset = 0; pending !== 0 && offset < COMMAND_WINDOW; offset++) {
      if (!(pending & (1 << offset))) continue;
      this.#life.observer.commandUnfinished(now, this.#intendedAt(client, this.#fields.windowBase[client]! + offset));
    }
  }

  /**
   * An acknowledgement came.
   *
   * @returns false for a command that is not under way (given up, or never sent): then it says nothing new
   */
  acknowledge(client: number, seq: number, now: MonoMs): boolean {
    if (!this.#finish(client, seq)) return false;
    this.#life.observer.acknowledged(client, seq, now, this.#intendedAt(client, seq));
    return true;
  }

  /** The gateway would not carry the command out. @returns as for `acknowledge` */
  refuse(client: number, seq: number, now: MonoMs): boolean {
    if (!this.#finish(client, seq)) return false;
    this.#life.observer.gaveUp(client, seq, now, 'forbidden');
    return true;
  }

  /** The acknowledgement time-out of the oldest command rang. */
  timeOut(client: number, now: MonoMs): void {
    const f = this.#fields;
    for (let offset = 0; offset < COMMAND_WINDOW; offset++) {
      const bit = 1 << offset;
      if (!(f.pending[client]! & f.wasSent[client]! & bit)) continue;
      const seq = f.windowBase[client]! + offset;
      if (this.sentAt(client, seq) + this.#plan.ackTimeoutMs > now) break;
      f.pending[client] = (f.pending[client]! & ~bit) >>> 0;
      this.#life.observer.gaveUp(client, seq, now, 'ack-timeout');
      this.#hearing.missed(client, this.sentAt(client, seq));
    }
    this.#advance(client);
    this.#watchOldest(client);
  }

  /** When a command under way was last sent: when it fell due, or when the connection could take it after that. */
  sentAt(client: number, seq: number): number {
    return Math.max(this.#intendedAt(client, seq), this.#fields.sendingSince[client]!);
  }

  /** Sends what awaits, in order. */
  #resume(client: number, now: MonoMs): void {
    const f = this.#fields;
    f.sendingSince[client] = now;
    for (let offset = 0; offset < COMMAND_WINDOW; offset++) {
      if (f.pending[client]! & (1 << offset)) this.#send(client, f.windowBase[client]! + offset, now);
    }
  }

  #send(client: number, seq: number, now: MonoMs): void {
    const f = this.#fields;
    const bit = 1 << (seq - f.windowBase[client]!);
    const again = (f.wasSent[client]! & bit) !== 0;
    f.wasSent[client] = (f.wasSent[client]! | bit) >>> 0;
    this.#life.observer.sent(client, seq, now, again);
    const ack = slotOf(client, ALARM.ack);
    if (this.#life.queue.dueAt(ack) === Infinity) this.#life.queue.set(ack, now + this.#plan.ackTimeoutMs);
    this.#life.port.send(client, seq, again);
  }

  #giveUpAll(client: number, now: MonoMs, reason: CommandFailure): void {
    const f = this.#fields;
    for (let offset = 0; f.pending[client] !== 0 && offset < COMMAND_WINDOW; offset++) {
      const bit = 1 << offset;
      if (!(f.pending[client]! & bit)) continue;
      f.pending[client] = (f.pending[client]! & ~bit) >>> 0;
      if (f.wasSent[client]! & bit) this.#life.observer.gaveUp(client, f.windowBase[client]! + offset, now, reason);
      else this.#life.observer.skipped(now);
    }
    this.#advance(client);
  }

  /** A command has come to its end, if it was under way. */
  #finish(client: number, seq: number): boolean {
    const f = this.#fields;
    const offset = seq - f.windowBase[client]!;
    if (offset < 0 || offset >= COMMAND_WINDOW) return false;
    const bit = 1 << offset;
    if (!(f.pending[client]! & f.wasSent[client]! & bit)) return false;
    f.pending[client] = (f.pending[client]! & ~bit) >>> 0;
    this.#advance(client);
    if (offset === 0) this.#watchOldest(client);
    return true;
  }

  /** Moves the window up to the oldest command under way, or past the last one. */
  #advance(client: number): void {
    const f = this.#fields;
    const pending = f.pending[client]!;
    if (pending === 0) {
      f.windowBase[client] = f.nextSeq[client]!;
      f.wasSent[client] = 0;
      return;
    }
    const step = 31 - Math.clz32(pending & -pending);
    f.windowBase[client] = f.windowBase[client]! + step;
    f.pending[client] = pending >>> step;
    f.wasSent[client] = f.wasSent[client]! >>> step;
  }

  #watchOldest(client: number): void {
    const f = this.#fields;
    const under = f.pending[client]! & f.wasSent[client]!;
    const slot = slotOf(client, ALARM.ack);
    if (under === 0) return this.#life.queue.clear(slot);
    const oldest = f.windowBase[client]! + 31 - Math.clz32(under & -under);
    this.#life.queue.set(slot, this.sentAt(client, oldest) + this.#plan.ackTimeoutMs);
  }

  #maySend(state: number): boolean {
    return state === STATE.ready || state === STATE.renewing || (this.#beforeAuth && state === STATE.authenticating);
  }

  /** One command in each period from the arrival on, uniform within it: no two clients keep step. */
  #intendedAt(client: number, seq: number): MonoMs {
    const u = this.#life.draws.unit(numberOf(this.#life, client), PURPOSE.command, seq);
    return (arrivalMs(this.#life, client) + (seq + u) * this.#plan.periodMs) as MonoMs;
  }
}
