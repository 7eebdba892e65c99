import { numberOf, slotOf } from '../core/client/context.ts';
import { REASON, SERIES_INDEX, TIMING_INDEX } from '../core/metrics.ts';
import type { SessionEnd } from '../core/protocol/server-ends.ts';
import { Fifo } from '../core/server/fifo.ts';
import { REFUSAL } from '../core/server/refusals.ts';
import { NETWORK, type Signal } from '../core/signal.ts';
import type { MonoMs } from '../core/time/instant.ts';
import { protocolShape } from '../scenario/protocol-use.ts';
import { ADVICE, CONNECTION, IMPAIRMENT, MODEL_ALARM } from './columns.ts';
import type { Delivery } from './delivery.ts';
import type { ExpiryWatch } from './expiry-watch.ts';
import type { Sessions } from './sessions.ts';
import type { World } from './world.ts';

/** `joinLeg` of a request before a join that travels to its service, and of the answer. */
const REQUEST_LEG = 254;
const ANSWER_LEG = 255;

/** One-way trips before the service has read a request over a new connection: SYN, SYN-ACK, then ACK with the request. */
const TRIPS_TO_ASK = 3;

/** `signal` of a join that is answered with success. */
const JOINED = 0;

const REFRESH = ADVICE.indexOf('refresh');

/** The refusal of a join by a gateway that has no room for it: the client tries again. */
const OVERLOADED: SessionEnd = { signal: NETWORK.joinRefused, advice: null };

/** Joins of channels at the modelled gateways: each is a round trip, and each gateway can do a number of them a second. */
export class Joins {
  readonly #world: World;
  readonly #sessions: Sessions;
  readonly #delivery: Delivery;
  readonly #expiry: ExpiryWatch;
  /** the joins of each gateway; null: a join takes no time there, and none is refused */
  readonly #lines: readonly Fifo[] | null;
  /** whether no message before a join presents the token */
  readonly #isFirst: boolean;
  /** refusal of a token that a join presents; null: joins present none */
  readonly #refusal: SessionEnd | null;
  /** the service that answers requests before joins; null: there are none */
  readonly #service: Fifo | null;
  /** arrivals of a client's joins at its gateway and of their answers at the client */
  readonly #legs: number;

  constructor(world: World, sessions: Sessions, delivery: Delivery, expiry: ExpiryWatch) {
    const { joins, rejoin, ends, requestsBeforeJoin } = protocolShape(world.scenario);
    const { gateways, joinsPerSecond, joinQueue, dialQueue } = world.scenario.model;
    this.#world = world;
    this.#sessions = sessions;
    this.#delivery = delivery;
    this.#expiry = expiry;
    this.#legs = 2 * joins;
    this.#service = requestsBeforeJoin === 0 ? null : new Fifo(dialQueue);
    this.#lines = joinsPerSecond === Infinity ? null : Array.from({ length: gateways }, () => new Fifo(joinQueue));
    this.#isFirst = rejoin?.afterConnection !== true;
    this.#refusal =
      rejoin?.presents === true ? (ends.refusal ?? { signal: NETWORK.joinRefused, advice: 'refresh' }) : null;
  }

  /** Whether a connection is joined after it was authenticated. */
  get follow(): boolean {
    return this.#legs > 0;
  }

  /** Whether a join presents the token, and no message before it does. */
  get present(): boolean {
    return this.#refusal !== null && this.#isFirst;
  }

  /** Sends the first join over an open connection. */
  begin(client: number, now: MonoMs): void {
    const { columns, context } = this.#world;
    if (this.#delivery.isImpaired(client, IMPAIRMENT.silent)) return;
    this.abandon(client);
    columns.connection.set(client, CONNECTION.joining);
    columns.signal.set(client, JOINED);
    if (this.#refusal !== null) this.#sessions.present(client);
    if (this.#service === null) return this.#setOut(client, now);
    context.observer.happened(SERIES_INDEX.joinRequests, now);
    columns.dialSentAt[client] = now;
    columns.joinLeg[client] = REQUEST_LEG;
    this.#delivery.set(client, now + TRIPS_TO_ASK * columns.latencyMs.at(client));
  }

  /** Sends the first join. */
  #setOut(client: number, now: MonoMs): void {
    const { columns } = this.#world;
    // Where nothing can happen to it at the gateway, a join is over in one event.
    const legs = this.#lines === null && this.#refusal === null ? this.#legs : 1;
    columns.joinLeg[client] = legs - 1;
    this.#delivery.set(client, now + legs * columns.latencyMs.at(client));
  }

  /** Records a request before a join that is given up, with its connection or for another join. */
  abandon(client: number): void {
    if (this.#service === null) return;
    const { columns, context } = this.#world;
    if (columns.connection.at(client) !== CONNECTION.joining || columns.joinLeg[client]! < REQUEST_LEG) return;
    context.observer.failed(TIMING_INDEX.joinRequest, REASON.joinRequest.abandoned);
    columns.joinLeg[client] = 0;
  }

  /** Handles the arrival of a join at its gateway, or of its answer at the client. */
  arrive(client: number, now: MonoMs): void {
    const { columns, machine } = this.#world;
    const leg = columns.joinLeg[client]!;
    if (leg === REQUEST_LEG && this.#service !== null) return this.#answerRequest(client, this.#service, now);
    if (leg === ANSWER_LEG && this.#service !== null) return this.#requested(client, now);
    if (leg % 2 === 0) return this.#serve(client, leg, now);
    const signal = columns.signal.at(client);
    if (signal === JOINED && leg + 1 < this.#legs) return this.#send(client, leg + 1, now);
    columns.connection.set(client, CONNECTION.open);
    if (signal !== JOINED) return machine.onJoinRefused(client, signal, ADVICE[columns.advice.at(client)] ?? null, now);
    if (this.#refusal !== null) this.#expiry.watch(client, now);
    machine.onReady(client, now);
  }

  /** Ends the channel of an open connection from the gateway's side; the client hears of it a trip later. */
  endChannel(client: number, { signal, advice }: SessionEnd, now: MonoMs): void {
    const { columns, context } = this.#world;
    context.queue.clear(slotOf(client, MODEL_ALARM.expiry));
    if (this.#delivery.isImpaired(client, IMPAIRMENT.silent)) return;
    columns.connection.set(client, CONNECTION.parting);
    this.#answer(client, signal, ADVICE.indexOf(advice), now);
  }

  /** Delivers the end of a channel to its client. */
  parted(client: number, now: MonoMs): void {
    const { columns, machine } = this.#world;
    columns.connection.set(client, CONNECTION.open);
    machine.onChannelLost(client, columns.signal.at(client), ADVICE[columns.advice.at(client)] ?? null, now);
  }

  #send(client: number, leg: number, now: MonoMs): void {
    const { columns } = this.#world;
    columns.joinLeg[client] = leg;
    this.#delivery.set(client, now + columns.latencyMs.at(client));
  }

  #answerRequest(client: number, service: Fifo, now: MonoMs): void {
    const { columns, context, modelDraws } = this.#world;
    columns.joinLeg[client] = ANSWER_LEG;
    const doneAt = service.arrive(
      now,
      modelDraws.joinRequestMs(numberOf(context, client), context.columns.joins[client]!),
    );
    if (doneAt === Infinity) this.#answer(client, REFUSAL.overloaded.status, 0, now);
    else if (this.#refusalOf(client, doneAt) !== null) this.#answer(client, REFUSAL.badToken.status, REFRESH, doneAt);
    else this.#answer(client, JOINED, 0, doneAt);
  }

  /** Handles the answer to a request before a join. */
  #requested(client: number, now: MonoMs): void {
    const { columns, context, machine } = this.#world;
    const signal = columns.signal.at(client);
    if (signal === JOINED) {
      context.observer.timed(TIMING_INDEX.joinRequest, now - columns.dialSentAt[client]!);
      return this.#setOut(client, now);
    }
    context.observer.failed(TIMING_INDEX.joinRequest, signal);
    columns.connection.set(client, CONNECTION.open);
    machine.onJoinRefused(client, signal, ADVICE[columns.advice.at(client)] ?? null, now);
  }

  #serve(client: number, leg: number, now: MonoMs): void {
    const { columns, context, modelDraws } = this.#world;
    columns.joinLeg[client] = leg + 1;
    let doneAt: number = now;
    if (this.#lines !== null) {
      const serviceMs = modelDraws.joinMs(numberOf(context, client), context.columns.joins[client]! * this.#legs + leg);
      doneAt = this.#lines[columns.gateway[client]!]!.arrive(now, serviceMs);
      if (doneAt === Infinity) return this.#answer(client, OVERLOADED.signal, ADVICE.indexOf(OVERLOADED.advice), now);
    }
    const refusal = leg === 0 ? this.#refusalOf(client, doneAt) : null;
    if (refusal === null) return this.#answer(client, JOINED, 0, doneAt);
    this.#answer(client, refusal.signal, ADVICE.indexOf(refusal.advice), doneAt);
  }

  /** The refusal of the token that a join presents; null: it is accepted, and the connection's token from now on. */
  #refusalOf(client: number, at: number): SessionEnd | null {
    if (this.#refusal === null) return null;
    const { columns, context } = this.#world;
    const expiresAt = context.columns.presentedExpiresAt.at(client);
    if (!this.#sessions.trusts(client, expiresAt, at)) return this.#refusal;
    if (columns.expiresAt[client] !== expiresAt) this.#sessions.admit(client);
    columns.expiresAt[client] = expiresAt;
    return null;
  }

  #answer(client: number, signal: Signal, advice: number, at: number): void {
    const { columns } = this.#world;
    columns.signal.set(client, signal);
    columns.advice.set(client, advice);
    this.#delivery.set(client, at + columns.latencyMs.at(client));
  }
}
