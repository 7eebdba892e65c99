import { ALARM, alarmOf, clientOf } from '../../core/client/context.ts';
import type { Machine } from '../../core/client/machine.ts';
import type { EventQueue } from '../../core/time/event-queue.ts';
import type { MonoMs } from '../../core/time/instant.ts';
import type { Lateness } from '../../metrics/lateness.ts';
import type { Recorder } from '../../metrics/recorder.ts';
import { ReadClock } from './read-clock.ts';

/** Time by which an alarm is put off so that sockets are read first, ms. */
const PUT_OFF_MS = 1;

/**
 * Names the lateness of each event before the machine handles it: of an alarm, the time since it was due; of what was read
 * from a socket, the longest time for which it may have lain unread.
 */
export class LateEvents {
  readonly #lateness: Lateness;
  readonly #recorder: Pick<Recorder, 'late'>;
  readonly #queue: Pick<EventQueue, 'set'>;
  readonly #reads: ReadClock;
  #machine!: Pick<Machine, 'endsWait'>;
  /** when the faults that are being injected were due; NaN: none are */
  #faultsDueAt = NaN;

  constructor(
    lateness: Lateness,
    recorder: Pick<Recorder, 'late'>,
    queue: Pick<EventQueue, 'set'>,
    reads = new ReadClock(),
  ) {
    this.#reads = reads;
    this.#lateness = lateness;
    this.#recorder = recorder;
    this.#queue = queue;
  }

  attach(machine: Pick<Machine, 'endsWait'>): void {
    this.#machine = machine;
  }

  /** Begins to look whether the thread runs when it should. */
  start(now: () => MonoMs): void {
    this.#reads.start(now);
  }

  stop(): void {
    this.#reads.stop();
  }

  /** Begins the event of an alarm. @returns false: the alarm is put off, since an answer may lie unread that it would miss */
  rings(slot: number, dueAt: MonoMs, now: MonoMs): boolean {
    this.#reads.rings(now);
    const client = clientOf(slot);
    const alarm = alarmOf(slot);
    // An alarm that was put off is due again once what had come by then is read, however busy the loop is.
    if (!this.#reads.hasReadTo(dueAt - PUT_OFF_MS) && this.#machine.endsWait(slot)) {
      this.#queue.set(slot, now + PUT_OFF_MS);
      if (alarm === ALARM.main) this.#lateness.putOffConnection(client, now + PUT_OFF_MS - dueAt);
      else if (alarm === ALARM.token) this.#lateness.putOffToken(client, now + PUT_OFF_MS - dueAt);
      return false;
    }
    if (alarm === ALARM.main) this.#lateness.ofConnection(client, now - dueAt, now);
    else if (alarm === ALARM.token) this.#lateness.ofToken(client, now - dueAt, now);
    else this.#lateness.ofCommand(client, now - dueAt, now);
    return true;
  }

  /** Begins the injection of faults, whose events are as late as they are. */
  faultsRing(dueAt: MonoMs, now: MonoMs): void {
    this.#reads.rings(now);
    this.#lateness.end();
    this.#faultsDueAt = dueAt;
  }

  faultsRang(): void {
    this.#faultsDueAt = NaN;
  }

  /** Begins an event of a client's connection, which was read from a socket, or is a fault's. */
  arrived(client: number, now: MonoMs): void {
    this.#lateness.ofConnection(client, this.#ownMs(now), now);
  }

  /** Carries the lateness of the event in which a client asks for a token. */
  asksForToken(client: number): void {
    this.#lateness.asksForToken(client);
  }

  /** Begins the answer of the token service to a client. @param isToken whether it is a token */
  answered(client: number, now: MonoMs, isToken: boolean): void {
    this.#lateness.ofToken(client, this.#ownMs(now), now, isToken);
  }

  /** Begins the end of the run for a client, which is on time. */
  windsDown(client: number, now: MonoMs): void {
    this.#lateness.ofConnection(client, 0, now);
  }

  /** The longest time for which what is read now may have lain unread, ms. */
  unreadMs(now: MonoMs): number {
    return this.#reads.unreadMs(now);
  }

  #ownMs(now: MonoMs): number {
    if (!Number.isNaN(this.#faultsDueAt)) return now - this.#faultsDueAt;
    const ms = this.#reads.unreadMs(now);
    this.#recorder.late(ms);
    return ms;
  }
}
