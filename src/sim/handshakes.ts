import { ALARM, numberOf, slotOf } from '../core/client/context.ts';
import { REFUSAL } from '../core/server/refusals.ts';
import { askedMs, retryAfterSeconds, type RetryAfter } from '../core/server/retry-after.ts';
import { furtherDraw } from '../core/fault/select.ts';
import { actingMs, type OccurrenceOf } from '../core/fault/occurrence.ts';
import { timeMs } from '../core/random/time.ts';
import type { Advice } from '../core/policy/advice.ts';
import { NETWORK, type Signal } from '../core/signal.ts';
import { mono, type MonoMs } from '../core/time/instant.ts';
import { mayChange } from './gateway-behaviour.ts';
import type { AcceptThenClose } from './accept-then-close.ts';
import type { ConnectionParts } from './connections.ts';
import type { PendingFaults } from './pending-faults.ts';
import { adviceNumber, CONNECTION, MODEL_ALARM } from './columns.ts';
import type { Processes } from './processes.ts';
import { RequestLine } from './request-line.ts';
import type { Sessions } from './sessions.ts';
import type { Delivery } from './delivery.ts';
import { DialService } from './dial-service.ts';
import type { World } from './world.ts';

/** One-way trips before a gateway has read the upgrade: SYN, SYN-ACK, then ACK with the request. */
const TRIPS_TO_ASK = 3;
/** One-way trips before a client receives a refused connection: SYN, RST. */
const TRIPS_TO_REFUSE = 2;

/** Transitions of connections from none to accepted or refused. */
export class Handshakes {
  /** requests under way, where one latency for all keeps them in order */
  readonly requests: RequestLine | null = null;
  readonly #world: World;
  readonly #processes: Processes;
  readonly #sessions: Sessions;
  readonly #delivery: Delivery;
  readonly #requestFaults: PendingFaults<'handshake'>;
  readonly #acceptThenClose: AcceptThenClose;
  readonly #service: DialService;
  /** whether something may happen between a handshake's arrival and its turn */
  readonly #surprises: boolean;
  /** whether nothing can change an attempt that is decided before its time-out, so that the time-out needs no entry */
  readonly #isCalm: boolean;
  /** whether clients heed a Retry-After; if not, its column stays unwritten and costs no memory */
  readonly #heedsRetryAfter: boolean;

  constructor({ world, gateways, requestFaults, acceptThenClose, outlook }: ConnectionParts, delivery: Delivery) {
    this.#world = world;
    this.#processes = gateways.processes;
    this.#sessions = gateways.sessions;
    this.#delivery = delivery;
    this.#requestFaults = requestFaults;
    this.#heedsRetryAfter = world.context.behaviour.backoff.retryAfter === 'heed';
    this.#acceptThenClose = acceptThenClose;
    this.#service = new DialService(world, gateways.sessions, delivery);
    this.#surprises = mayChange('handshakes', world.scenario);
    this.#isCalm = !this.#surprises && !this.#service.isUsed && !mayChange('network', world.scenario);
    const { latency, connectionsPerGateway } = world.scenario.model;
    if (latency.kind === 'fixed') {
      const flightMs = TRIPS_TO_ASK * Math.fround(latency.ms);
      // Without latency, a request and its consequences may share an instant with other clients' events, in the queue's order.
      const decidesAhead = flightMs > 0 && connectionsPerGateway === Infinity && !this.#service.isUsed;
      this.requests = new RequestLine(world.context.queue, outlook, flightMs, decidesAhead);
    }
  }

  /** Sends a client's upgrade request, unless the network loses it. */
  dial(client: number, now: MonoMs): void {
    const { columns, modelDraws, context } = this.#world;
    const attempt = context.columns.attempts.at(client);
    const number = numberOf(context, client);
    if (modelDraws.loses(number, attempt)) return this.enterTimeOut(client);
    const gateway = this.#processes.choose(number + attempt - 1);
    if (this.#processes.count > 1) columns.gateway[client] = gateway;
    const latencyMs = Math.fround(modelDraws.latencyMs(number, attempt));
    columns.latencyMs.set(client, latencyMs);
    if (columns.retryAfterMs[client] !== 0) columns.retryAfterMs[client] = 0;
    if (this.#service.isUsed) {
      this.enterTimeOut(client);
      this.#service.begin(client, now);
    } else {
      if (!this.#isBeforeTimeOut(client, now + TRIPS_TO_ASK * latencyMs)) this.enterTimeOut(client);
      this.#ask(client, now);
    }
  }

  /** Handles a request that has reached its gateway. */
  arrive(client: number, now: MonoMs): void {
    this.#decide(client, now);
    if (this.#delivery.endsEarly) return;
    const { context } = this.#world;
    const answeredAt = context.queue.dueAt(slotOf(client, MODEL_ALARM.wire));
    // The time-out of a client that presents its token in a message goes on when the connection opens.
    const outlasts = !this.#isCalm || context.behaviour.firstMessage || !this.#isBeforeTimeOut(client, answeredAt);
    if (outlasts) this.enterTimeOut(client);
  }

  #isBeforeTimeOut(client: number, at: number): boolean {
    return at < this.#world.context.queue.dueAt(slotOf(client, ALARM.main));
  }

  /** Enters the time-out of an attempt that something other than its answer may end. */
  enterTimeOut(client: number): void {
    this.#world.context.queue.enter(slotOf(client, ALARM.main));
  }

  /** Handles a request before the dial, or its answer; after the last answer the upgrade request is sent. */
  requestArrived(client: number, now: MonoMs): void {
    if (this.#service.arrive(client, now)) this.#ask(client, now);
  }

  /** Gives up an attempt whose request before the dial is under way. */
  abandonRequest(): void {
    this.#service.abandon();
  }

  #ask(client: number, now: MonoMs): void {
    const { columns } = this.#world;
    const gateway = columns.gateway[client]!;
    const latencyMs = columns.latencyMs.at(client);
    this.#sessions.present(client);
    if (!this.#processes.isUp(gateway)) {
      this.enterTimeOut(client);
      return this.#delivery.sendEnd(client, NETWORK.refused, null, mono(now + (TRIPS_TO_REFUSE - 1) * latencyMs));
    }
    columns.connection.set(client, CONNECTION.asking);
    if (this.requests === null) this.#delivery.set(client, now + TRIPS_TO_ASK * latencyMs);
    else this.requests.send(client, now);
  }

  #decide(client: number, now: MonoMs): void {
    const { columns, modelDraws } = this.#world;
    const gateway = columns.gateway[client]!;
    const occurrence = this.#requestFaults.meet(client, now);
    if (occurrence !== null && this.#turnsAway(client, occurrence, now)) return;
    const doneAt = this.#processes.isFull(gateway)
      ? Infinity
      : this.#processes.serve(gateway, now, modelDraws.handshakeMs(gateway));
    if (doneAt === Infinity) {
      if (occurrence !== null) this.#requestFaults.settle(client, 'refused');
      if (this.#heedsRetryAfter)
        columns.retryAfterMs[client] = 1000 * retryAfterSeconds(this.#processes.waitMs(gateway, now));
      return this.#refuse(client, REFUSAL.overloaded.status, null, now);
    }
    this.#processes.takePlace(gateway);
    if (!this.#surprises) return this.answer(client, doneAt);
    columns.connection.set(client, CONNECTION.waiting);
    this.#delivery.set(client, doneAt);
  }

  /** Injects a fault on a request's arrival; false: the fault acts later. */
  #turnsAway(client: number, { fault, atMs }: OccurrenceOf<'handshake'>, now: MonoMs): boolean {
    const { mode } = fault;
    switch (mode.kind) {
      case 'refuse':
        this.#delivery.sendEnd(client, NETWORK.reset, null, now);
        break;
      case 'hang':
        this.#delivery.sendEnd(client, NETWORK.reset, null, mono(atMs + actingMs(fault)));
        break;
      case 'status':
        if (mode.retryAfter !== null) this.#askRetryAfter(client, mode.retryAfter, now);
        this.#delivery.sendEnd(client, mode.status, null, now);
        break;
      default:
        return false;
    }
    this.#requestFaults.settle(client, null);
    return true;
  }

  /** Answers a handshake at its turn, `at`, which is also when its token is checked. */
  answer(client: number, at: number): void {
    const { columns, context, behaviour } = this.#world;
    const trusted =
      context.behaviour.firstMessage ||
      this.#sessions.trusts(client, context.columns.presentedExpiresAt.at(client), at);
    if (!trusted && behaviour.badToken === 'refused') return this.#turnDown(client, REFUSAL.badToken.status, null, at);
    if (trusted && !context.behaviour.firstMessage && this.#sessions.isOver(client))
      return this.#turnDown(client, REFUSAL.revoked.status, REFUSAL.revoked.advice, at);
    if (context.behaviour.firstMessage) this.#sessions.awaitToken(client);
    else if (trusted) this.#sessions.admit(client);
    else this.#sessions.admitAnonymous(client);
    columns.connection.set(client, CONNECTION.accepted);
    const saidAt = this.#surprises ? this.#faultedAnswerAt(client, at) : at;
    this.#delivery.set(client, saidAt + columns.latencyMs.at(client));
  }

  #turnDown(client: number, status: Signal, advice: Advice | null, at: number): void {
    this.#processes.freePlace(this.#world.columns.gateway[client]!);
    if (this.#surprises) this.#requestFaults.settle(client, 'refused');
    this.#refuse(client, status, advice, at);
  }

  /** Returns when the gateway sends the accept, which a fault may delay. */
  #faultedAnswerAt(client: number, at: number): number {
    const occurrence = this.#requestFaults.pending(client);
    if (occurrence === null) return at;
    const { context } = this.#world;
    const { mode } = occurrence.fault;
    if (mode.kind === 'accept-then-close') this.#acceptThenClose.set(client, at + mode.afterMs);
    if (mode.kind !== 'slow') return at;
    this.#requestFaults.settle(client, null);
    const u = furtherDraw(context.draws, occurrence, numberOf(context, client), context.columns.attempts.at(client));
    return at + timeMs(mode.delay, u);
  }

  /** Delivers a Retry-After that is sent at `now` a trip later. */
  #askRetryAfter(client: number, retryAfter: RetryAfter, now: MonoMs): void {
    const { columns, machine } = this.#world;
    const heardAt = mono(now + columns.latencyMs.at(client));
    columns.retryAfterMs[client] = askedMs(retryAfter, now, heardAt, machine.clock.offsetMs(client, heardAt));
  }

  #refuse(client: number, status: Signal, advice: Advice | null, at: number): void {
    const { columns } = this.#world;
    columns.connection.set(client, CONNECTION.refused);
    columns.signal.set(client, status);
    columns.advice.set(client, adviceNumber(advice));
    this.#delivery.setEnd(client, at + columns.latencyMs.at(client));
  }

  /** Multiplies the remaining service times in a gateway's line by `factor`. */
  stretch(gateway: number, factor: number, now: MonoMs): void {
    const { columns, context } = this.#world;
    for (let client = 0; client < context.planned; client++) {
      if (columns.connection.at(client) !== CONNECTION.waiting || columns.gateway[client] !== gateway) continue;
      this.#delivery.set(client, now + (context.queue.dueAt(slotOf(client, MODEL_ALARM.wire)) - now) * factor);
    }
  }
}
