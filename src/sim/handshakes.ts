import { numberOf, slotOf } from '../core/client/context.ts';
import { REFUSAL } from '../core/server/refusals.ts';
import { askedMs, retryAfterSeconds, type RetryAfter } from '../core/server/retry-after.ts';
import { furtherDraw } from '../core/fault/select.ts';
import { actingMs } from '../core/fault/occurrence.ts';
import { timeMs } from '../core/random/time.ts';
import type { Advice } from '../core/policy/advice.ts';
import { NETWORK, type Signal } from '../core/signal.ts';
import { mono, type MonoMs } from '../core/time/instant.ts';
import { mayChange } from './gateway-behaviour.ts';
import type { HandshakeOccurrence, ModelFaults } from './faults.ts';
import { LINK, MODEL_ALARM, TOLD } from './links.ts';
import type { Processes } from './processes.ts';
import type { Sessions } from './sessions.ts';
import type { Delivery } from './delivery.ts';
import type { World } from './world.ts';

/** One-way trips before a gateway has read the upgrade: SYN, SYN-ACK, then ACK with the request; */
const TRIPS_TO_ASK = 3;
/** and before a client hears that nobody listens: SYN, RST. */
const TRIPS_TO_REFUSE = 2;

export interface HandshakeParts {
  readonly processes: Processes;
  readonly sessions: Sessions;
  readonly delivery: Delivery;
  readonly faults: ModelFaults;
}

/** The way into a gateway: who is let in, and when. */
export class Handshakes {
  readonly #world: World;
  readonly #processes: Processes;
  readonly #sessions: Sessions;
  readonly #delivery: Delivery;
  readonly #faults: ModelFaults;
  /** something may happen to a handshake in line */
  readonly #surprises: boolean;
  readonly #connectionsPerGateway: number;

  constructor(world: World, { processes, sessions, delivery, faults }: HandshakeParts) {
    this.#world = world;
    this.#processes = processes;
    this.#sessions = sessions;
    this.#delivery = delivery;
    this.#faults = faults;
    this.#surprises = mayChange('handshakes', world.scenario);
    this.#connectionsPerGateway = world.scenario.model.connectionsPerGateway;
  }

  /** A client dials: its request is on its way, unless the network loses it. */
  dial(client: number, now: MonoMs): void {
    const { links, modelDraws, context } = this.#world;
    const attempt = context.columns.attempts[client]!;
    const number = numberOf(context, client);
    if (modelDraws.loses(number, attempt)) return;
    const gateway = this.#processes.choose(number + attempt - 1);
    if (this.#processes.count > 1) links.gateway[client] = gateway;
    const latencyMs = Math.fround(modelDraws.latencyMs(number, attempt));
    links.latencyMs[client] = latencyMs;
    if (links.retryAfterMs[client] !== 0) links.retryAfterMs[client] = 0;
    this.#sessions.present(client);
    if (!this.#processes.isUp(gateway)) {
      return this.#delivery.tellEnd(client, NETWORK.refused, null, mono(now + (TRIPS_TO_REFUSE - 1) * latencyMs));
    }
    links.link[client] = LINK.asking;
    this.#delivery.set(client, now + TRIPS_TO_ASK * latencyMs);
  }

  /** A request has reached its gateway. */
  arrive(client: number, now: MonoMs): void {
    const { links, modelDraws } = this.#world;
    const gateway = links.gateway[client]!;
    const occurrence = this.#faults.handshakes.meet(client, now);
    if (occurrence !== null && this.#turnsAway(client, occurrence, now)) return;
    const doneAt =
      this.#processes.open[gateway]! >= this.#connectionsPerGateway
        ? Infinity
        : this.#processes.serve(gateway, now, modelDraws.handshakeMs(gateway));
    if (doneAt === Infinity) {
      if (occurrence !== null) this.#faults.handshakes.settle(client, 'refused');
      links.retryAfterMs[client] = 1000 * retryAfterSeconds(this.#processes.waitMs(gateway, now));
      return this.#refuse(client, REFUSAL.overloaded.status, null, now);
    }
    this.#processes.open[gateway]! += 1;
    if (!this.#surprises) return this.answer(client, doneAt);
    links.link[client] = LINK.waiting;
    this.#delivery.set(client, doneAt);
  }

  /** A fault that a request meets on its arrival; false when it lets the request in, to act later. */
  #turnsAway(client: number, { fault, atMs }: HandshakeOccurrence, now: MonoMs): boolean {
    const { mode } = fault;
    switch (mode.kind) {
      case 'refuse':
        this.#delivery.tellEnd(client, NETWORK.reset, null, now);
        break;
      case 'hang':
        this.#delivery.tellEnd(client, NETWORK.reset, null, mono(atMs + actingMs(fault)));
        break;
      case 'status':
        if (mode.retryAfter !== null) this.#askRetryAfter(client, mode.retryAfter, now);
        this.#delivery.tellEnd(client, mode.status, null, now);
        break;
      default:
        return false;
    }
    this.#faults.handshakes.settle(client, null);
    return true;
  }

  /** A handshake's turn comes at `at`. The token is looked at then, not when the handshake got in line. */
  answer(client: number, at: number): void {
    const { links, context, behaviour } = this.#world;
    const trusted =
      context.behaviour.firstMessage || this.#sessions.trusts(client, context.columns.presentedExpiresAt[client]!, at);
    if (!trusted && behaviour.badToken === 'refused') return this.#turnDown(client, REFUSAL.badToken.status, null, at);
    if (trusted && !context.behaviour.firstMessage && this.#sessions.isOver(client))
      return this.#turnDown(client, REFUSAL.revoked.status, REFUSAL.revoked.advice, at);
    if (context.behaviour.firstMessage) this.#sessions.awaitToken(client);
    else if (trusted) this.#sessions.admit(client);
    else this.#sessions.admitAnonymous(client);
    links.link[client] = LINK.accepted;
    const saidAt = this.#surprises ? this.#spoiltAnswerAt(client, at) : at;
    this.#delivery.set(client, saidAt + links.latencyMs[client]!);
  }

  #turnDown(client: number, status: Signal, told: Advice | null, at: number): void {
    this.#processes.open[this.#world.links.gateway[client]!]! -= 1;
    if (this.#surprises) this.#faults.handshakes.settle(client, 'refused');
    this.#refuse(client, status, told, at);
  }

  /** When the client is told that it is in, for all that a fault does about it. */
  #spoiltAnswerAt(client: number, at: number): number {
    const { handshakes, acceptThenClose } = this.#faults;
    const occurrence = handshakes.pending(client);
    if (occurrence === null) return at;
    const { context } = this.#world;
    const { mode } = occurrence.fault;
    if (mode.kind === 'accept-then-close') acceptThenClose.set(client, at + mode.afterMs);
    if (mode.kind !== 'slow') return at;
    handshakes.settle(client, null);
    const u = furtherDraw(context.draws, occurrence, numberOf(context, client), context.columns.attempts[client]!);
    return at + timeMs(mode.delay, u);
  }

  /** What is said at `now` is heard a trip later. */
  #askRetryAfter(client: number, retryAfter: RetryAfter, now: MonoMs): void {
    const { links, machine } = this.#world;
    const heardAt = mono(now + links.latencyMs[client]!);
    links.retryAfterMs[client] = askedMs(retryAfter, now, heardAt, machine.clock.offsetMs(client, heardAt));
  }

  #refuse(client: number, status: Signal, told: Advice | null, at: number): void {
    const { links } = this.#world;
    links.link[client] = LINK.refused;
    links.signal[client] = status;
    links.told[client] = TOLD.indexOf(told);
    this.#delivery.set(client, at + links.latencyMs[client]!);
  }

  /** It takes `factor` times as long from now on until those in line have their turn. */
  stretch(gateway: number, factor: number, now: MonoMs): void {
    const { links, context } = this.#world;
    for (let client = 0; client < links.link.length; client++) {
      if (links.link[client] !== LINK.waiting || links.gateway[client] !== gateway) continue;
      this.#delivery.set(client, now + (context.queue.dueAt(slotOf(client, MODEL_ALARM.wire)) - now) * factor);
    }
  }
}
