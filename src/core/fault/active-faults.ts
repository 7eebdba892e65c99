import type { MonoMs } from '../time/instant.ts';
import type { ActiveFault } from './active-fault.ts';
import { Tally } from './fault.ts';
import { activate, type FaultWorld, type SomeInjectors } from './injector.ts';
import type { Occurrence } from './occurrence.ts';
import { specOf } from './specs.ts';

/**
 * The faults that are active in one part of a world. It has no clock: its owner calls it at the instants that it names.
 *
 * @typeParam World what its injectors act on
 */
export class ActiveFaults<World extends FaultWorld> {
  readonly #injectors: SomeInjectors<World>;
  readonly #world: World;
  /** by the occurrence's index, in the order in which they began */
  readonly #active = new Map<number, ActiveFault>();

  constructor(injectors: SomeInjectors<World>, world: World) {
    this.#injectors = injectors;
    this.#world = world;
  }

  /**
   * Takes an occurrence up; `advance` then begins it.
   *
   * @param fromMs when it was to begin, by the clock of `advance`
   * @param endMs when it is to end; Infinity: never, or by `end`
   * @param isCounted whether this part of the world counts what is drawn; what meets it is always counted
   */
  begin(occurrence: Occurrence, fromMs: number, endMs: number, isCounted = true): void {
    const counts = isCounted || specOf(occurrence.fault.kind).counts === 'encounters';
    const tally = counts ? this.#world.tallies.of(occurrence) : new Tally();
    this.#active.set(occurrence.index, activate(this.#injectors, { occurrence, tally, fromMs, endMs }, this.#world));
  }

  /** Advances all of them. @returns when to call again; Infinity when nothing more happens by itself */
  advance(now: MonoMs): number {
    let nextAt = Infinity;
    for (const index of this.#active.keys()) nextAt = Math.min(nextAt, this.advanceOne(index, now));
    return nextAt;
  }

  /** The same for one, by its occurrence's index. */
  advanceOne(index: number, now: MonoMs): number {
    const active = this.#active.get(index);
    const nextAt = active?.advance(now) ?? Infinity;
    if (active?.isOver === true) this.#active.delete(index);
    return nextAt;
  }

  has(index: number): boolean {
    return this.#active.has(index);
  }

  /** Ends an occurrence before its time, or one that has no end of its own. */
  end(index: number, now: MonoMs): void {
    this.#active.get(index)?.close(now);
    this.#active.delete(index);
  }

  /** The run is over: what was still to come has missed. */
  stop(): void {
    for (const active of this.#active.values()) active.stop();
    this.#world.refreshes.stop();
    this.#world.handshakes.stop();
  }

  /** After `stop`: undoes what is still in force. */
  close(now: MonoMs): void {
    for (const active of this.#active.values()) active.close(now);
    this.#active.clear();
  }
}
