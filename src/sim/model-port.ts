import type { Port } from '../core/client/port.ts';
import { NEVER, mono, type MonoMs } from '../core/time/instant.ts';
import type { ModelCommands } from './commands.ts';
import type { Gateways } from './gateways.ts';
import { SPOILT } from './links.ts';
import type { TokenService } from './token-service.ts';
import type { World } from './world.ts';

/** What the clients' wishes lead to in the model. */
export interface ModelParts {
  readonly world: World;
  readonly gateways: Gateways;
  readonly tokens: TokenService;
  readonly commands: ModelCommands;
}

/** The Port of the simulated world: wishes become arrivals at modelled servers, at the instant that it is. */
export class ModelPort implements Port {
  readonly #now: () => MonoMs;
  #parts!: ModelParts;

  constructor(now: () => MonoMs) {
    this.#now = now;
  }

  /** Clients and model know each other; the model is made second. */
  attach(parts: ModelParts): void {
    this.#parts = parts;
  }

  dial(client: number): void {
    this.#parts.gateways.handshakes.dial(client, this.#now());
  }

  hangUp(client: number): void {
    this.#parts.gateways.hangUp(client, this.#now());
  }

  authenticate(client: number): void {
    this.#parts.gateways.authenticate(client, this.#now());
  }

  requestToken(client: number): void {
    this.#parts.tokens.request(client, this.#now());
  }

  abandonToken(client: number): void {
    this.#parts.tokens.abandon(client);
  }

  send(client: number, seq: number): void {
    const { commands, gateways, world } = this.#parts;
    if (gateways.isOpen(client)) commands.send(world, client, seq, this.#now());
  }

  /** A pong is there after a round trip, for which no event is needed, or when a fault lets it through. */
  ping(client: number): MonoMs {
    const { gateways, world } = this.#parts;
    const { spoilt, spoiltUntil, latencyMs } = world.links;
    if (!gateways.isOpen(client) || spoilt[client] === SPOILT.silent) return NEVER;
    const pongAt = this.#now() + 2 * latencyMs[client]!;
    return mono(spoilt[client] === SPOILT.stalled ? Math.max(pongAt, spoiltUntil[client]!) : pongAt);
  }
}
