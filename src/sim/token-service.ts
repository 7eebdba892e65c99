import { numberOf, slotOf } from '../core/client/life.ts';
import { actingMs } from '../core/fault/strike.ts';
import { NETWORK, type Signal } from '../core/signal.ts';
import { mono, type MonoMs } from '../core/time/instant.ts';
import { MODEL_ALARM, REQUEST } from './links.ts';
import type { ModelFaults, RefreshObstacle } from './faults.ts';
import { Station } from './station.ts';
import type { World } from './world.ts';

const UNAVAILABLE = 503;
/** One-way trips before the service has read a request over a connection of its own, and over a pooled one. */
const TRIPS_TO_ASK = 3;
const TRIPS_TO_ASK_POOLED = 1;

/** The token service: who gets a token when, and who is turned away. */
export class TokenService {
  readonly #world: World;
  readonly #faults: ModelFaults;
  readonly #station: Station;
  readonly #trips: number;

  constructor(world: World, faults: ModelFaults) {
    this.#world = world;
    this.#faults = faults;
    this.#station = new Station(world.scenario.model.refreshQueue);
    this.#trips = world.scenario.tokens.refresh.pooled ? TRIPS_TO_ASK_POOLED : TRIPS_TO_ASK;
  }

  request(client: number, now: MonoMs): void {
    const { links, life, chance } = this.#world;
    const tripMs = Math.fround(chance.requestTripMs(numberOf(life, client), life.fields.refreshes[client]!));
    links.request[client] = REQUEST.asking;
    links.tokenTripMs[client] = tripMs;
    this.#wire(client, now + this.#trips * tripMs);
  }

  /** Nobody waits for the answer any more; the service works on it all the same. */
  abandon(client: number): void {
    this.#world.links.request[client] = REQUEST.none;
    this.#world.life.queue.clear(slotOf(client, MODEL_ALARM.token));
  }

  /** The request has reached the service, or the answer the client. */
  arrive(client: number, now: MonoMs): void {
    const { links, machine, scenario } = this.#world;
    const request = links.request[client];
    if (request === REQUEST.asking) return this.#ask(client, now);
    links.request[client] = REQUEST.none;
    if (request === REQUEST.failed) return machine.onTokenFailed(client, links.tokenSignal[client]!, now);
    const issuedAt = mono(now - links.tokenTripMs[client]!);
    machine.onToken(client, issuedAt, mono(issuedAt + scenario.tokens.lifetimeMs), now);
  }

  #ask(client: number, now: MonoMs): void {
    const { links, life, chance } = this.#world;
    const obstacle = this.#faults.refreshObstacle(numberOf(life, client), now);
    if (obstacle !== null) return this.#spoil(client, obstacle, now);
    const doneAt = this.#station.arrive(now, chance.refreshMs());
    if (doneAt === Infinity) return this.#fail(client, UNAVAILABLE, now);
    links.request[client] = REQUEST.granted;
    this.#wire(client, doneAt + links.tokenTripMs[client]!);
  }

  /** A request meets a fault before anything else sees it. One left hanging is hung up on when the fault ends. */
  #spoil(client: number, { strike, fault }: RefreshObstacle, now: MonoMs): void {
    const { mode } = fault;
    switch (mode.kind) {
      case 'hang':
        return this.#fail(client, NETWORK.reset, mono(strike.atMs + actingMs(fault)));
      case 'status':
        return this.#fail(client, mode.status, now);
      default:
        return this.#fail(client, NETWORK.reset, now);
    }
  }

  /** The service's answer, given at `at`, is a failure. */
  #fail(client: number, signal: Signal, at: MonoMs): void {
    const { links } = this.#world;
    links.request[client] = REQUEST.failed;
    links.tokenSignal[client] = signal;
    this.#wire(client, at + links.tokenTripMs[client]!);
  }

  #wire(client: number, at: number): void {
    this.#world.life.queue.set(slotOf(client, MODEL_ALARM.token), at);
  }
}
