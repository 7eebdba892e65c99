import { NEVER, mono, type MonoMs } from '../core/time/instant.ts';
import { protocolShape } from '../scenario/protocol-use.ts';
import { IMPAIRMENT, isOpen } from './columns.ts';
import type { World } from './world.ts';

const NO_PING = mono(0);

/** Pings of clients and servers, computed when they are asked for: no event of the queue is one. */
export class Pings {
  readonly #world: World;
  /** period of the server's pings, ms; 0: it sends none */
  readonly #everyMs: number;

  constructor(world: World) {
    const { keepAlive } = protocolShape(world.scenario);
    this.#world = world;
    this.#everyMs = keepAlive.server?.everyMs ?? 0;
  }

  /** Returns when the answer to a client's ping arrives: after a round trip, or at the end of a fault. */
  answeredAt(client: number, now: MonoMs): MonoMs {
    const { columns } = this.#world;
    const { impairment, impairedUntil, latencyMs } = columns;
    if (!isOpen(columns, client) || impairment[client] === IMPAIRMENT.silent) return NEVER;
    const pongAt = now + 2 * latencyMs.at(client);
    return mono(impairment[client] === IMPAIRMENT.stalled ? Math.max(pongAt, impairedUntil[client]!) : pongAt);
  }

  /** Returns when the server's latest ping reached the client by now. 0: none did, or a fault lost it. */
  latest(client: number, now: MonoMs): MonoMs {
    const { columns, context } = this.#world;
    const impairment = columns.impairment[client]!;
    const isCutOff = impairment === IMPAIRMENT.silent || impairment === IMPAIRMENT.stalled;
    if (this.#everyMs === 0 || !isOpen(columns, client) || isCutOff) return NO_PING;
    const readyAt = context.columns.readyAt.at(client);
    const at = readyAt + Math.floor((now - readyAt) / this.#everyMs) * this.#everyMs;
    return at > columns.impairedUntil[client]! ? mono(at) : NO_PING;
  }

  /** Lets a client hear what has come before a fault cuts it off. */
  hear(client: number, now: MonoMs): void {
    const at = this.latest(client, now);
    if (at > 0) this.#world.machine.onHeard(client, at);
  }

  /** Lets a client hear the pings that a fault has delayed until now. */
  hearDelayed(client: number, now: MonoMs): void {
    if (this.#everyMs > 0) this.#world.machine.onHeard(client, now);
  }
}
