import type { Endpoint } from '../network/endpoint.ts';

/** Chooses the gateway that a client dials, round robin over those in rotation. */
export class Gateways {
  readonly #all: readonly Endpoint[];
  #inRotation: readonly Endpoint[];
  /** number of dials by client */
  readonly #dials: Uint32Array;

  /** @param clients number of clients that dial */
  constructor(all: readonly Endpoint[], clients: number) {
    this.#all = all;
    this.#inRotation = all;
    this.#dials = new Uint32Array(clients);
  }

  /** @param gateways indices of the gateways in rotation; none: clients dial all of them, and are refused */
  rotate(gateways: readonly number[]): void {
    this.#inRotation = gateways.length === 0 ? this.#all : gateways.map((gateway) => this.#all[gateway]!);
  }

  /**
   * Returns where `client` dials this time: another gateway than the last time, if there is one.
   *
   * @param number number of the client in the whole population, which spreads first dials evenly
   */
  next(client: number, number: number): Endpoint {
    const turn = number + this.#dials[client]!++;
    return this.#inRotation[turn % this.#inRotation.length]!;
  }

  /** Returns where client `number` sends a request that no dial follows. */
  any(number: number): Endpoint {
    return this.#inRotation[number % this.#inRotation.length]!;
  }
}
