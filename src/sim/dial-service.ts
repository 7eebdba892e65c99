import { numberOf } from '../core/client/context.ts';
import { REASON, SERIES_INDEX, TIMING_INDEX } from '../core/metrics.ts';
import { Fifo } from '../core/server/fifo.ts';
import { REFUSAL } from '../core/server/refusals.ts';
import { retryAfterSeconds } from '../core/server/retry-after.ts';
import type { Signal } from '../core/signal.ts';
import { mono, type MonoMs } from '../core/time/instant.ts';
import { protocolShape, requestsBeforeDial, usesTickets } from '../scenario/protocol-use.ts';
import { CONNECTION } from './columns.ts';
import type { Sessions } from './sessions.ts';
import type { Delivery } from './delivery.ts';
import type { World } from './world.ts';

/** One-way trips before the service has read a request over a new connection: SYN, SYN-ACK, then ACK with the request. */
const TRIPS_TO_ASK = 3;

/** The modelled service that answers requests before dials: tickets, negotiations, polling handshakes. */
export class DialService {
  readonly #world: World;
  readonly #sessions: Sessions;
  readonly #delivery: Delivery;
  readonly #server: Fifo;
  /** whether the first request needs a good token, as one for a ticket does */
  readonly #checksToken: boolean;
  /** arrivals of each dial's requests at the service and of their answers at the client */
  readonly #legs: number;

  constructor(world: World, sessions: Sessions, delivery: Delivery) {
    this.#world = world;
    this.#sessions = sessions;
    this.#checksToken = usesTickets(world.scenario) || protocolShape(world.scenario).requestsCheckToken === true;
    this.#delivery = delivery;
    this.#server = new Fifo(world.scenario.model.dialQueue);
    this.#legs = 2 * requestsBeforeDial(world.scenario);
  }

  /** Whether dials begin with requests. */
  get isUsed(): boolean {
    return this.#legs > 0;
  }

  /** Sends the first request of a dial. */
  begin(client: number, now: MonoMs): void {
    const { columns } = this.#world;
    columns.connection.set(client, CONNECTION.requesting);
    columns.dialLeg[client] = 0;
    this.#sessions.present(client);
    this.#send(client, now);
  }

  /**
   * Handles the arrival of a request at the service, or of its answer at the client.
   *
   * @returns whether the last answer has arrived
   */
  arrive(client: number, now: MonoMs): boolean {
    const { columns, context } = this.#world;
    const leg = columns.dialLeg[client]!;
    columns.dialLeg[client] = leg + 1;
    if (leg % 2 === 0) {
      this.#serve(client, now);
      return false;
    }
    context.observer.timed(TIMING_INDEX.dialRequest, now - columns.dialSentAt[client]!);
    if (leg + 1 === this.#legs) return true;
    this.#send(client, now);
    return false;
  }

  /** Records the request of a client that gives its attempt up. */
  abandon(): void {
    this.#world.context.observer.failed(TIMING_INDEX.dialRequest, REASON.dialRequest.abandoned);
  }

  #send(client: number, now: MonoMs): void {
    const { columns, context } = this.#world;
    context.observer.happened(SERIES_INDEX.dialRequests, now);
    columns.dialSentAt[client] = now;
    this.#delivery.set(client, now + TRIPS_TO_ASK * columns.latencyMs.at(client));
  }

  #serve(client: number, now: MonoMs): void {
    const { columns, context, modelDraws } = this.#world;
    const attempt = context.columns.attempts.at(client);
    const serviceMs = modelDraws.dialRequestMs(numberOf(context, client), attempt + columns.dialLeg[client]!);
    const doneAt = this.#server.arrive(now, serviceMs);
    if (doneAt === Infinity) {
      columns.retryAfterMs[client] = 1000 * retryAfterSeconds(this.#server.waitMs(now));
      return this.#refuse(client, REFUSAL.overloaded.status, now);
    }
    const isChecked = this.#checksToken && columns.dialLeg[client] === 1;
    if (isChecked && !this.#sessions.trusts(client, context.columns.expiresAt.at(client), doneAt))
      return this.#refuse(client, REFUSAL.badToken.status, mono(doneAt));
    this.#delivery.set(client, doneAt + columns.latencyMs.at(client));
  }

  #refuse(client: number, status: Signal, at: MonoMs): void {
    this.#world.context.observer.failed(TIMING_INDEX.dialRequest, status);
    this.#delivery.sendEnd(client, status, null, at);
  }
}
