import type { MonoMs } from '../time/instant.ts';
import type { ActiveFault } from './active-fault.ts';
import { Tally } from './fault.ts';
import { activate, type FaultWorld, type SomeInjectors } from './injector.ts';
import type { Occurrence } from './occurrence.ts';
import { specOf } from './specs.ts';

/**
 * The faults that are active in one part of a world. It has no clock: its owner calls it at the instants it returns.
 *
 * @typeParam World the part of the world that its injectors change
 */
export class ActiveFaults<World extends FaultWorld> {
  readonly #injectors: SomeInjectors<World>;
  readonly #world: World;
  /** active faults by the index of the occurrence, in the order in which they began */
  readonly #active = new Map<number, ActiveFault>();

  constructor(injectors: SomeInjectors<World>, world: World) {
    this.#injectors = injectors;
    this.#world = world;
  }

  /**
   * Adds an occurrence, which the next `advance` begins.
   *
   * @param fromMs planned begin, on the clock of `advance`
   * @param endMs planned end; Infinity: never, or by `end`
   * @param isCounted whether this part of the world counts draws; encounters are always counted
   */
  begin(occurrence: Occurrence, fromMs: number, endMs: number, isCounted = true): void {
    const counts = isCounted || specOf(occurrence.fault.kind).counts === 'encounters';
    const tally = counts ? this.#world.tallies.of(occurrence) : new Tally();
    this.#active.set(occurrence.index, activate(this.#injectors, { occurrence, tally, fromMs, endMs }, this.#world));
  }

  /** Advances all faults. @returns the instant of the next call; Infinity: none is needed */
  advance(now: MonoMs): number {
    let nextAt = Infinity;
    for (const index of this.#active.keys()) nextAt = Math.min(nextAt, this.advanceOne(index, now));
    return nextAt;
  }

  /** Advances one fault, by the index of its occurrence. */
  advanceOne(index: number, now: MonoMs): number {
    const active = this.#active.get(index);
    const nextAt = active?.advance(now) ?? Infinity;
    if (active?.isOver === true) this.#active.delete(index);
    return nextAt;
  }

  has(index: number): boolean {
    return this.#active.has(index);
  }

  /** Ends an occurrence early, or one without a planned end. */
  end(index: number, now: MonoMs): void {
    this.#active.get(index)?.close(now);
    this.#active.delete(index);
  }

  /** Counts the hits still to come as missed, because the run is over. */
  stop(): void {
    for (const active of this.#active.values()) active.stop();
    this.#world.refreshes.stop();
    this.#world.handshakes.stop();
  }

  /** Undoes every hit that is still in force, after `stop`. */
  close(now: MonoMs): void {
    for (const active of this.#active.values()) active.close(now);
    this.#active.clear();
  }
}
