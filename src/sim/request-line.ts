import { clientOf, slotOf } from '../core/client/context.ts';
import type { EventQueue } from '../core/time/event-queue.ts';
import { mono, type MonoMs } from '../core/time/instant.ts';
import { SlotLane } from '../core/time/slot-lane.ts';
import { MODEL_ALARM } from './columns.ts';
import { NOBODY, type Outlook } from './outlook.ts';

/**
 * Upgrade requests on their way to the gateways. With one latency for all they arrive in the order in which they were
 * sent, so the event queue need not sort them: at most the first has an entry there.
 *
 * A request is decided ahead of its arrival as soon as all that arrive before it have been sent, if nothing can come
 * before that which the gateway could notice. In a saturated run most requests are refused, and a refused attempt is then
 * one event from its dial to its next backoff.
 */
export class RequestLine {
  readonly #queue: EventQueue;
  readonly #outlook: Outlook;
  readonly #flightMs: number;
  readonly #decidesAhead: boolean;
  readonly #lane = new SlotLane();
  /** whether the first request has an entry in the event queue */
  #isEntered = false;
  #arrivesAt = mono(0);
  /** whether the requests that are sent come from an event that is handled ahead of its instant */
  isAhead = false;

  /**
   * @param flightMs time from the dial to the request's arrival, ms
   * @param decidesAhead whether no connection that ends changes what a gateway decides
   */
  constructor(queue: EventQueue, outlook: Outlook, flightMs: number, decidesAhead: boolean) {
    this.#flightMs = flightMs;
    this.#queue = queue;
    this.#outlook = outlook;
    this.#decidesAhead = decidesAhead;
  }

  /** The number of requests in the line, with some that have arrived or were given up. */
  get size(): number {
    return this.#lane.size;
  }

  /** Hot. Sets the arrival of a client's request that is sent at `now`. */
  send(client: number, now: number): void {
    const slot = slotOf(client, MODEL_ALARM.wire);
    const at = now + this.#flightMs;
    if (!this.isAhead && this.#lane.push(at, slot)) return this.#queue.note(slot, at);
    // Requests that are sent before this one may arrive before it, and are not in the line yet.
    this.#queue.set(slot, at);
    this.#outlook.waitFor(slot, at);
  }

  /**
   * Hot. Takes the next request that can be decided ahead out of the line, or sees to it that the next one rings.
   *
   * @param eventAt instant of the next event, before which nothing is sent
   * @returns its client; NOBODY: none can
   */
  takeAhead(eventAt: number): number {
    const lane = this.#lane;
    const queue = this.#queue;
    while (lane.size > 0) {
      const slot = lane.headSlot;
      const at = lane.headAt;
      if (queue.dueAt(slot) === at) {
        const client = clientOf(slot);
        if (!this.#decidesAhead || !this.#outlook.mayDecide(client, at)) {
          if (!this.#isEntered) queue.enter(slot);
          this.#isEntered = true;
          return NOBODY;
        }
        if (at >= eventAt + this.#flightMs) return NOBODY;
        this.#outlook.decided();
        queue.clear(slot);
        this.#drop();
        this.#arrivesAt = mono(at);
        return client;
      }
      this.#drop();
    }
    return NOBODY;
  }

  /** Arrival of the request that was taken last. */
  get arrivesAt(): MonoMs {
    return this.#arrivesAt;
  }

  #drop(): void {
    this.#lane.dropHead();
    this.#isEntered = false;
  }
}
