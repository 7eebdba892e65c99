import type { Endpoint } from './upgrade.ts';

/** The gateways of a target, and which of them a client dials: those in rotation take turns. */
export class Gateways {
  readonly #all: readonly Endpoint[];
  #inRotation: readonly Endpoint[];
  /** by client: how often it has dialled */
  readonly #dials: Uint32Array;

  /** @param clients that dial, numbered from 0 */
  constructor(all: readonly Endpoint[], clients: number) {
    this.#all = all;
    this.#inRotation = all;
    this.#dials = new Uint32Array(clients);
  }

  /** @param gateways by their place; when there are none, clients dial all of them, and are refused */
  rotate(gateways: readonly number[]): void {
    this.#inRotation = gateways.length === 0 ? this.#all : gateways.map((gateway) => this.#all[gateway]!);
  }

  /**
   * Where `client` dials this time: another gateway than the last time, if there is one.
   *
   * @param number the client's in the whole population, so that those who arrive spread evenly
   */
  next(client: number, number: number): Endpoint {
    const turn = number + this.#dials[client]!++;
    return this.#inRotation[turn % this.#inRotation.length]!;
  }
}
