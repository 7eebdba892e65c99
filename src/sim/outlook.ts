import { ALARMS, slotOf } from '../core/client/context.ts';
import type { EventQueue } from '../core/time/event-queue.ts';
import { SlotHeap } from '../core/time/slot-heap.ts';
import { mono, type MonoMs } from '../core/time/instant.ts';

const NOBODY = -1;

/**
 * Finds the ends of attempts that the model may handle ahead of their instant, as soon as they are decided. In a
 * saturated run most handshakes are refused, and each refusal would otherwise wait a trip long in the event queue.
 *
 * Such an end changes nothing but its own client and sums that do not depend on the order of additions. Handled early, it
 * has the same consequences if nothing comes before it that the client could notice: none of the client's alarms is due by
 * then, no fault acts, and nobody reads the sums.
 */
export class Outlook {
  readonly #queue: EventQueue;
  readonly #isClouded: boolean;
  /** alarms of the faults; an alarm that was set anew leaves its old entry behind */
  readonly #faults = new SlotHeap();
  /** next instant at which the sums are read */
  #readAt = 0;
  /** client whose attempt ends early; NOBODY: there is none */
  #client = NOBODY;
  #endsAt = mono(0);
  #taken = 0;

  /** @param sharesTokens whether devices share tokens, so that one device's event may change another */
  constructor(queue: EventQueue, sharesTokens: boolean) {
    this.#queue = queue;
    this.#isClouded = sharesTokens;
  }

  /** Number of ends that were handled early. */
  get taken(): number {
    return this.#taken;
  }

  /** Sets the instant at which the sums are read next. */
  readAt(at: number): void {
    this.#readAt = at;
  }

  /** Notes that the alarm of a fault was set. @param slot slot of the queue */
  faultAt(slot: number, at: number): void {
    if (at !== Infinity) this.#faults.push(at, slot);
  }

  /** Hot. Keeps the end of an attempt for `take`, if it may be handled early. @returns false: it must wait in the queue */
  keep(client: number, at: number): boolean {
    if (this.#isClouded || at > this.#readAt || at >= this.#nextFaultAt()) return false;
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

  #nextFaultAt(): number {
    const faults = this.#faults;
    for (; faults.size > 0; faults.dropTop()) {
      if (this.#queue.dueAt(faults.topSlot) === faults.topAt) return faults.topAt;
    }
    return Infinity;
  }
}
