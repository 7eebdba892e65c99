import type { DropFault, Fault, FaultTally, RefreshFault } from '../core/fault/fault.ts';
import { hitAtMs, isDrawn } from '../core/fault/select.ts';
import { adviceIn } from '../core/policy/told.ts';
import { NETWORK } from '../core/signal.ts';
import type { MonoMs } from '../core/time/instant.ts';
import { STATE } from '../core/client/states.ts';
import type { Gateways } from './gateways.ts';
import type { World } from './world.ts';

/** The hits of a drop fault that are still to come, in order. */
interface Pending {
  readonly clients: Int32Array;
  readonly atMs: Float64Array;
  next: number;
}

/** The scenario's faults, carried out in the model, each with its count of whom it hit. */
export class ModelFaults {
  readonly #world: World;
  readonly #faults: readonly Fault[];
  readonly #tallies: { planned: number; hit: number }[];
  /** refresh faults that stand in the way now */
  readonly #standing = new Map<number, RefreshFault>();
  readonly #pending = new Map<number, Pending>();

  constructor(world: World) {
    this.#world = world;
    this.#faults = world.scenario.faults;
    this.#tallies = this.#faults.map(() => ({ planned: 0, hit: 0 }));
  }

  tally(index: number): FaultTally {
    return this.#tallies[index]!;
  }

  /**
   * Begins a fault, or goes on with one that strikes over time.
   *
   * @returns when to call again; Infinity when there is nothing more to do
   */
  strike(index: number, gateways: Gateways, now: MonoMs): number {
    const fault = this.#faults[index]!;
    switch (fault.kind) {
      case 'refresh':
        this.#standing.set(index, fault);
        return Infinity;
      case 'clock':
        this.#forDrawn(index, fault.share, (client) => this.#shiftClock(client, fault.offsetMs, now));
        return Infinity;
      case 'drop':
        return fault.spreadMs === 0
          ? this.#dropAll(index, fault, gateways, now)
          : this.#dropNext(index, fault, gateways, now);
    }
  }

  end(index: number): void {
    this.#standing.delete(index);
  }

  /** What a token request that has reached the service runs into; null: nothing stands in its way. */
  obstacle(number: number): RefreshFault | null {
    let first: RefreshFault | null = null;
    for (const [index, fault] of this.#standing) {
      if (!isDrawn(this.#world.life.draws, index, number, fault.share)) continue;
      const tally = this.#tallies[index]!;
      tally.planned += 1;
      if (first !== null) continue;
      first = fault;
      tally.hit += 1;
    }
    return first;
  }

  #shiftClock(client: number, offsetMs: number, now: MonoMs): boolean {
    const { machine } = this.#world;
    if (machine.state(client) === STATE.stopped) return false;
    machine.shiftClock(client, offsetMs, now);
    return true;
  }

  #dropAll(index: number, fault: DropFault, gateways: Gateways, now: MonoMs): number {
    this.#forDrawn(index, fault.share, (client) => drop(gateways, client, fault, now));
    return Infinity;
  }

  #dropNext(index: number, fault: DropFault, gateways: Gateways, now: MonoMs): number {
    const pending = this.#pending.get(index) ?? this.#plan(index, fault, now);
    const tally = this.#tallies[index]!;
    while (pending.next < pending.clients.length && pending.atMs[pending.next]! <= now) {
      if (drop(gateways, pending.clients[pending.next]!, fault, now)) tally.hit += 1;
      pending.next += 1;
    }
    if (pending.next < pending.clients.length) return pending.atMs[pending.next]!;
    this.#pending.delete(index);
    return Infinity;
  }

  /** Draws whom a spread drop hits and when, in order. */
  #plan(index: number, fault: DropFault, now: MonoMs): Pending {
    const { life } = this.#world;
    const drawn: number[] = [];
    for (let client = 0; client < life.fields.state.length; client++) {
      if (isDrawn(life.draws, index, client, fault.share)) drawn.push(client);
    }
    const hitAt = (client: number): number => hitAtMs(life.draws, index, client, now, fault.spreadMs);
    const order = Int32Array.from(drawn);
    const times = Float64Array.from(drawn, hitAt);
    const ranks = Uint32Array.from(drawn.keys()).toSorted((a, b) => times[a]! - times[b]! || a - b);
    const pending = {
      clients: Int32Array.from(ranks, (rank) => order[rank]!),
      atMs: Float64Array.from(ranks, (rank) => times[rank]!),
      next: 0,
    };
    this.#tallies[index]!.planned = drawn.length;
    this.#pending.set(index, pending);
    return pending;
  }

  /** Strikes every drawn client once; `carriedOut` says whether it was there to be struck. */
  #forDrawn(index: number, share: number, carriedOut: (client: number) => boolean): void {
    const { life } = this.#world;
    const tally = this.#tallies[index]!;
    for (let client = 0; client < life.fields.state.length; client++) {
      if (!isDrawn(life.draws, index, client, share)) continue;
      tally.planned += 1;
      if (carriedOut(client)) tally.hit += 1;
    }
  }
}

function drop(gateways: Gateways, client: number, { mode }: DropFault, now: MonoMs): boolean {
  if (mode === 'reset') return gateways.close(client, NETWORK.reset, null, now);
  return gateways.close(client, mode.code, adviceIn(mode.reason), now);
}
