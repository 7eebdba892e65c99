import { ALARMS, slotOf } from '../core/client/context.ts';
import type { EventQueue } from '../core/time/event-queue.ts';
import { SlotHeap } from '../core/time/slot-heap.ts';
import { mono, type MonoMs } from '../core/time/instant.ts';
import { MODEL_ALARM } from './columns.ts';

export const NOBODY = -1;

/**
 * Finds what the model may handle ahead of its instant: the arrival of a request, and the end of an attempt that is decided.
 * In a saturated run most handshakes are refused, and each would otherwise wait in the event queue twice.
 *
 * An end changes nothing but its own client and sums that do not depend on the order of additions. Handled early, it
 * has the same consequences if nothing comes before it that the client could notice: none of the client's alarms is due by
 * then, no fault acts, and nobody reads the sums. An arrival changes its gateway's line as well, so that arrivals keep their order.
 */
export class Outlook {
  readonly #queue: EventQueue;
  readonly #isClouded: boolean;
  /** alarms of faults, and others that nothing may go ahead of; an alarm that was set anew leaves its old entry behind */
  readonly #limits = new SlotHeap();
  /** next instant at which the sums are read */
  #readAt = -Infinity;
  /** client whose attempt ends early; NOBODY: there is none */
  #client = NOBODY;
  #endsAt = mono(0);
  #taken = 0;

  /** @param sharesTokens whether devices share tokens, so that one device's event may change another */
  constructor(queue: EventQueue, sharesTokens: boolean) {
    this.#queue = queue;
    this.#isClouded = sharesTokens;
  }

  /** Number of arrivals and ends that were handled early. */
  get taken(): number {
    return this.#taken;
  }

  /** Sets the instant at which the sums are read next. */
  readAt(at: number): void {
    this.#readAt = at;
  }

  /** Handles nothing ahead that comes after this alarm, until it rings or is set anew. @param slot slot of the queue */
  waitFor(slot: number, at: number): void {
    if (at !== Infinity) this.#limits.push(at, slot);
  }

  /** Hot. Whether a client's request that arrives at `at` may be decided ahead, if all that arrive before it are decided. */
  mayDecide(client: number, at: number): boolean {
    if (this.#isClouded || at > this.#readAt || at >= this.#limitAt()) return false;
    const after = MODEL_ALARM.wire + 1;
    const queue = this.#queue;
    if (!queue.isClear(slotOf(client, 0), MODEL_ALARM.wire, at)) return false;
    return queue.isClear(slotOf(client, after), ALARMS - after, at);
  }

  /** Counts an arrival that is handled early. */
  decided(): void {
    this.#taken += 1;
  }

  /** Hot. Keeps the end of an attempt for `take`, if it may be handled early. @returns false: it must wait in the queue */
  keep(client: number, at: number): boolean {
    if (this.#isClouded || at > this.#readAt || at >= this.#limitAt()) return false;
    if (!this.#queue.isClear(slotOf(client, 0), ALARMS, at)) return false;
    this.#client = client;
    this.#endsAt = mono(at);
    return true;
  }

  /** Whether `keep` has kept an end. */
  get isEarly(): boolean {
    return this.#client !== NOBODY;
  }

  /** Returns the instant of the end that `keep` has kept. */
  take(): MonoMs {
    this.#client = NOBODY;
    this.#taken += 1;
    return this.#endsAt;
  }

  #limitAt(): number {
    const limits = this.#limits;
    for (; limits.size > 0; limits.dropTop()) {
      if (this.#queue.dueAt(limits.topSlot) === limits.topAt) return limits.topAt;
    }
    return Infinity;
  }
}
