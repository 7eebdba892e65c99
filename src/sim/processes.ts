import type { ModelPlan } from '../scenario/scenario.ts';
import { aboveNothing } from '../core/fault/gateway.ts';
import { Fifo } from '../core/server/fifo.ts';
import { WastedWork } from './wasted-work.ts';

/** The gateway processes: their capacities, which are up, and which are in rotation. */
export class Processes {
  readonly #lines: readonly Fifo[];
  readonly #wastedWork: readonly WastedWork[];
  /** open connections of each gateway, with those being accepted */
  readonly #open: Uint32Array;
  readonly #places: number;
  readonly #down: Uint8Array;
  readonly #out: Uint8Array;
  /** remaining share of each gateway's capacity, by the index of the occurrence that cut it */
  readonly #cuts: readonly Map<number, number>[];
  readonly #shares: Float64Array;
  #rotation: Int32Array;

  /** @param durationMs duration of the run */
  constructor({ gateways, queue, connectionsPerGateway }: ModelPlan, durationMs: number) {
    this.#open = new Uint32Array(gateways);
    this.#places = connectionsPerGateway;
    this.#lines = Array.from({ length: gateways }, () => new Fifo(queue));
    this.#wastedWork = Array.from({ length: gateways }, () => new WastedWork(durationMs));
    this.#down = new Uint8Array(gateways);
    this.#out = new Uint8Array(gateways);
    this.#cuts = Array.from({ length: gateways }, () => new Map<number, number>());
    this.#shares = new Float64Array(gateways).fill(1);
    this.#rotation = numbers(gateways);
  }

  get count(): number {
    return this.#open.length;
  }

  /** Returns the gateway of a client's `turn`-th dial, round robin over those in rotation, or over all if none is. */
  choose(turn: number): number {
    return this.#rotation[turn % this.#rotation.length]!;
  }

  isUp(gateway: number): boolean {
    return this.#down[gateway] === 0;
  }

  /** Returns whether a gateway holds its most connections. */
  isFull(gateway: number): boolean {
    return this.#open[gateway]! >= this.#places;
  }

  takePlace(gateway: number): void {
    this.#open[gateway]! += 1;
  }

  freePlace(gateway: number): void {
    this.#open[gateway]! -= 1;
  }

  /** Puts a handshake in line, and returns when it is done; Infinity: the line is full. */
  serve(gateway: number, now: number, serviceMs: number): number {
    return this.#lines[gateway]!.arrive(now, serviceMs / this.#shares[gateway]!);
  }

  /** Returns how long a handshake that arrives now would wait for its turn, ms. */
  waitMs(gateway: number, now: number): number {
    return this.#lines[gateway]!.waitMs(now);
  }

  /** Notes that a handshake that is done at `doneAt` has lost its client. */
  wastedWork(gateway: number, doneAt: number): void {
    this.#wastedWork[gateway]!.add(doneAt);
  }

  /** Counts the handshakes finished by `now` for clients that had given up. */
  wasted(now: number): number {
    return this.#wastedWork.reduce((sum, work) => sum + work.until(now), 0);
  }

  /** Ends a process and its line. */
  goDown(gateway: number, now: number): void {
    this.#down[gateway] = 1;
    this.#lines[gateway]!.clear();
    this.#wastedWork[gateway]!.forgetFrom(now);
    this.#rotate();
  }

  comeUp(gateway: number): void {
    this.#down[gateway] = 0;
    this.#rotate();
  }

  /** Takes a gateway out of rotation until it is put back. */
  takeOut(gateway: number): void {
    this.#out[gateway] = 1;
    this.#rotate();
  }

  putBack(gateway: number): void {
    this.#out[gateway] = 0;
    this.#rotate();
  }

  /**
   * Cuts a gateway's capacity to a share, unless another occurrence cuts it further.
   *
   * @returns factor by which the service times in its line change
   */
  cut(gateway: number, occurrence: number, share: number, now: number): number {
    this.#cuts[gateway]!.set(occurrence, share);
    return this.#share(gateway, now);
  }

  /** @returns as for `cut` */
  uncut(gateway: number, occurrence: number, now: number): number {
    this.#cuts[gateway]!.delete(occurrence);
    return this.#share(gateway, now);
  }

  #share(gateway: number, now: number): number {
    const before = this.#shares[gateway]!;
    const after = aboveNothing(Math.min(1, ...this.#cuts[gateway]!.values()));
    this.#shares[gateway] = after;
    const factor = before / after;
    if (factor !== 1) {
      this.#lines[gateway]!.stretch(now, factor);
      this.#wastedWork[gateway]!.slow(after, now);
    }
    return factor;
  }

  /** Updates the rotation at once, as a load balancer that notices every gateway that goes down. */
  #rotate(): void {
    const all = numbers(this.count);
    const serving = all.filter((gateway) => this.#out[gateway] === 0 && this.isUp(gateway));
    this.#rotation = serving.length === 0 ? all : serving;
  }
}

function numbers(count: number): Int32Array {
  return Int32Array.from({ length: count }, (_, number) => number);
}
