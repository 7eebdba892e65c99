import type { EventQueue } from '../core/time/event-queue.ts';
import { SlotHeap } from '../core/time/slot-heap.ts';

/**
 * Times at which a fault closes accepted connections, at most one a client, on one alarm. A changed or cleared time
 * leaves a stale entry in the heap.
 */
export class AcceptThenClose {
  readonly #heap = new SlotHeap();
  /** by client; 0: none */
  readonly #at: Float64Array;
  readonly #queue: EventQueue;
  readonly #slot: number;

  /** @param slot slot of the queue for this alone; its owner calls `ring` */
  constructor(count: number, queue: EventQueue, slot: number) {
    this.#at = new Float64Array(count);
    this.#queue = queue;
    this.#slot = slot;
  }

  set(client: number, at: number): void {
    this.#at[client] = at;
    this.#heap.push(at, client);
    if (at < this.#queue.dueAt(this.#slot)) this.#queue.set(this.#slot, at);
  }

  clear(client: number): void {
    if (this.#at[client] !== 0) this.#at[client] = 0;
  }

  /** Closes the connections that are due. */
  ring(now: number, close: (client: number) => void): void {
    const heap = this.#heap;
    for (; heap.size > 0;) {
      const client = heap.topSlot;
      const at = heap.topAt;
      if (this.#at[client] !== at) heap.dropTop();
      else if (at > now) break;
      else {
        heap.dropTop();
        this.#at[client] = 0;
        close(client);
      }
    }
    this.#queue.set(this.#slot, heap.size > 0 ? heap.topAt : Infinity);
  }
}
