import type { ModelPlan } from '../scenario/scenario.ts';
import { aboveNothing } from '../core/fault/gateway.ts';
import { Fifo } from '../core/server/fifo.ts';
import { WastedWork } from './wasted-work.ts';

/** The gateway processes: what each can do, whether it is up, and whom clients are sent to. */
export class Processes {
  readonly #lines: readonly Fifo[];
  readonly #wastedWork: readonly WastedWork[];
  /** open connections of each, those included that are being accepted */
  readonly #open: Uint32Array;
  readonly #places: number;
  readonly #down: Uint8Array;
  readonly #out: Uint8Array;
  /** shares of the capacity that are left to each, by the occurrence that took the rest */
  readonly #cuts: readonly Map<number, number>[];
  readonly #shares: Float64Array;
  #rotation: Int32Array;

  /** @param durationMs of the run */
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

  /** Where a client dials on this turn: those in rotation take turns. When there are none, all do. */
  choose(turn: number): number {
    return this.#rotation[turn % this.#rotation.length]!;
  }

  isUp(gateway: number): boolean {
    return this.#down[gateway] === 0;
  }

  /** Whether it holds as many connections as it can. */
  isFull(gateway: number): boolean {
    return this.#open[gateway]! >= this.#places;
  }

  takePlace(gateway: number): void {
    this.#open[gateway]! += 1;
  }

  freePlace(gateway: number): void {
    this.#open[gateway]! -= 1;
  }

  /** Takes a handshake on and returns when it is done; Infinity when the line is full. */
  serve(gateway: number, now: number, serviceMs: number): number {
    return this.#lines[gateway]!.arrive(now, serviceMs / this.#shares[gateway]!);
  }

  /** How long a handshake that came now would have to wait for its turn. */
  waitMs(gateway: number, now: number): number {
    return this.#lines[gateway]!.waitMs(now);
  }

  /** A handshake that is done at `doneAt` has lost its client. */
  wastedWork(gateway: number, doneAt: number): void {
    this.#wastedWork[gateway]!.add(doneAt);
  }

  /** Handshakes that were finished by `now` for clients that had given up. */
  wasted(now: number): number {
    return this.#wastedWork.reduce((sum, work) => sum + work.until(now), 0);
  }

  /** The process dies, and with it its line. */
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

  /** No client is sent there any more, until it is put back. */
  takeOut(gateway: number): void {
    this.#out[gateway] = 1;
    this.#rotate();
  }

  putBack(gateway: number): void {
    this.#out[gateway] = 0;
    this.#rotate();
  }

  /**
   * It has this share of its capacity from now on, if no other occurrence leaves it less.
   *
   * @returns how much longer it now takes for all that is in its line
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

  /** As by a load balancer that notices at once when a gateway goes down. */
  #rotate(): void {
    const all = numbers(this.count);
    const serving = all.filter((gateway) => this.#out[gateway] === 0 && this.isUp(gateway));
    this.#rotation = serving.length === 0 ? all : serving;
  }
}

function numbers(count: number): Int32Array {
  return Int32Array.from({ length: count }, (_, number) => number);
}
