import type { DropFault } from '../core/fault/drop.ts';
import { type FaultTally, type Miss, Tally } from '../core/fault/fault.ts';
import type { RefreshFault } from '../core/fault/refresh.ts';
import { hitAtMs, hitsOf, isDrawn, type Hits } from '../core/fault/select.ts';
import type { Strike } from '../core/fault/strike.ts';
import { adviceIn } from '../core/policy/told.ts';
import { NETWORK } from '../core/signal.ts';
import type { MonoMs } from '../core/time/instant.ts';
import { STATE } from '../core/client/states.ts';
import type { Gateways } from './gateways.ts';
import type { World } from './world.ts';

/** A refresh fault that a request has run into. */
export interface RefreshObstacle {
  readonly strike: Strike;
  readonly fault: RefreshFault;
}

/** The scenario's faults, carried out in the model, each with its count of whom it hit. */
export class ModelFaults {
  readonly strikes: readonly Strike[];
  readonly #world: World;
  readonly #tallies: readonly Tally[];
  /** refresh faults that stand in the way now */
  readonly #standing = new Map<number, RefreshObstacle>();
  /** the hits of strikes that are still to come, in order, and how many are past */
  readonly #pending = new Map<number, { readonly hits: Hits; next: number }>();

  constructor(world: World, strikes: readonly Strike[]) {
    this.#world = world;
    this.strikes = strikes;
    this.#tallies = world.scenario.faults.map(() => new Tally());
  }

  /** @param index the fault's place in the scenario */
  tally(index: number): FaultTally {
    return this.#tallies[index]!;
  }

  /**
   * Begins an occurrence, or goes on with one that strikes over time.
   *
   * @returns when to call again; Infinity when there is nothing more to do
   */
  strike(index: number, gateways: Gateways, now: MonoMs): number {
    const strike = this.strikes[index]!;
    const { fault } = strike;
    switch (fault.kind) {
      case 'refresh':
        this.#standing.set(index, { strike, fault });
        return Infinity;
      case 'clock':
        return this.#goOn(strike, now, (client) => this.#shiftClock(client, fault.offsetMs, now));
      case 'drop':
        return this.#goOn(strike, now, (client) => drop(gateways, client, fault, now));
      default:
        this.#tallyOf(strike).planned += 1;
        this.#tallyOf(strike).miss('failed');
        return Infinity;
    }
  }

  /** @param index the strike's */
  end(index: number): void {
    this.#standing.delete(index);
  }

  /** What a token request that has reached the service runs into; null: nothing stands in its way. */
  refreshObstacle(number: number, now: MonoMs): RefreshObstacle | null {
    let first: RefreshObstacle | null = null;
    const { draws, planned } = this.#world.life;
    for (const obstacle of this.#standing.values()) {
      const { strike } = obstacle;
      if (!isDrawn(draws, strike, number, planned)) continue;
      const fromMs = hitAtMs(draws, strike, number, strike.atMs);
      if (now < fromMs || now >= fromMs + strike.fault.forMs) continue;
      const tally = this.#tallyOf(strike);
      tally.planned += 1;
      if (first === null) tally.hit += 1;
      else tally.miss('another-fault');
      first ??= obstacle;
    }
    return first;
  }

  #tallyOf({ faultIndex }: Strike): Tally {
    return this.#tallies[faultIndex]!;
  }

  #shiftClock(client: number, offsetMs: number, now: MonoMs): Miss | null {
    const { machine } = this.#world;
    if (machine.state(client) === STATE.stopped) return 'stopped';
    machine.shiftClock(client, offsetMs, now);
    return null;
  }

  /** Strikes those whose turn has come; `strikeOne` says why one was missed. */
  #goOn(strike: Strike, now: MonoMs, strikeOne: (client: number) => Miss | null): number {
    const tally = this.#tallyOf(strike);
    const pending = this.#pending.get(strike.index) ?? this.#plan(strike, tally);
    const { clients, atMs } = pending.hits;
    for (; pending.next < clients.length && atMs[pending.next]! <= now; pending.next++) {
      const why = strikeOne(clients[pending.next]!);
      if (why === null) tally.hit += 1;
      else tally.miss(why);
    }
    if (pending.next < clients.length) return atMs[pending.next]!;
    this.#pending.delete(strike.index);
    return Infinity;
  }

  #plan(strike: Strike, tally: Tally): { readonly hits: Hits; next: number } {
    const { draws, planned } = this.#world.life;
    const pending = { hits: hitsOf(draws, strike, planned, strike.atMs), next: 0 };
    tally.planned += pending.hits.clients.length;
    this.#pending.set(strike.index, pending);
    return pending;
  }
}

function drop(gateways: Gateways, client: number, { mode }: DropFault, now: MonoMs): Miss | null {
  const signal = mode.kind === 'reset' ? NETWORK.reset : mode.kind === 'garbage' ? NETWORK.badFrame : mode.code;
  const told = mode.kind === 'close' ? adviceIn(mode.reason) : null;
  return gateways.close(client, signal, told, now) ? null : 'not-connected';
}
