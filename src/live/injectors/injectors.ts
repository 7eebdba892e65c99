import type { FaultKind, Tally } from '../../core/fault/fault.ts';
import type { Occurrence } from '../../core/fault/occurrence.ts';
import type { KindFor } from '../../core/fault/specs.ts';
import { Tallies } from '../../core/fault/tallies.ts';
import type { Draws } from '../../core/random/draws.ts';
import type { Target } from '../target/target.ts';
import { execInjector } from './exec.ts';
import { gatewayInjector } from './gateway.ts';
import type { InjectionLog, Injector, PlainTallies } from './injector.ts';
import { toxiproxyInjector } from './toxiproxy.ts';

/** Control characters and line separators, removed from the output of commands and remotes. */
const UNPRINTABLE = /[\p{C}\p{Zl}\p{Zp}]+/gu;

/** What the coordinator's injectors act on. */
export interface CoordinatorWorld {
  readonly draws: Draws;
  /** embedded target; null: the target is a URL */
  readonly target: Target | null;
}

type Makers<Kinds extends FaultKind> = {
  readonly [Kind in Kinds]: (log: InjectionLog, world: CoordinatorWorld) => Injector<Kind>;
};

/** Makers of the coordinator's injectors, by fault kind. */
const MAKERS: Makers<KindFor<'coordinator'>> = {
  exec: execInjector,
  toxiproxy: toxiproxyInjector,
  gateway: (log, { draws, target }) => {
    if (target === null) throw new Error('gateway faults are carried out on the embedded target alone');
    return gatewayInjector(log, target, draws);
  },
};

/** The faults that the coordinator injects itself, with their tallies. */
export class Injectors {
  readonly #world: CoordinatorWorld;
  /** one injector for each kind that has begun */
  readonly #injectors = new Map<FaultKind, Injector<FaultKind>>();
  readonly #tallies = new Tallies();
  readonly #onTallies: (tallies: PlainTallies) => void;
  readonly #warn: (message: string, faultIndex: number) => void;
  readonly #log: InjectionLog = {
    planned: (occurrence, n) => this.#change(occurrence, (tally) => (tally.planned += n)),
    hit: (occurrence, n = 1) => this.#change(occurrence, (tally) => (tally.hit += n)),
    failed: (occurrence, why) => {
      this.#change(occurrence, (tally) => tally.miss('failed'));
      this.#warn(`${occurrence.fault.kind} fault: ${why.replaceAll(UNPRINTABLE, ' ')}`, occurrence.faultIndex);
    },
    missed: (occurrence, why) => this.#change(occurrence, (tally) => tally.miss(why)),
  };

  /**
   * @param onTallies called with all tallies whenever one has changed
   * @param warn called when an occurrence has failed
   */
  constructor(
    world: CoordinatorWorld,
    onTallies: (tallies: PlainTallies) => void,
    warn: (message: string, faultIndex: number) => void,
  ) {
    this.#world = world;
    this.#onTallies = onTallies;
    this.#warn = warn;
  }

  begin(occurrence: Occurrence): void {
    this.#injectorOf(occurrence.fault.kind).begin(occurrence);
  }

  end(occurrence: Occurrence): void {
    this.#injectorOf(occurrence.fault.kind).end?.(occurrence);
  }

  /** Closes all injectors, which undoes their changes. */
  async close(): Promise<void> {
    await Promise.all(Array.from(this.#injectors.values(), (injector) => injector.close()));
  }

  #injectorOf(kind: FaultKind): Injector<FaultKind> {
    const makers: Partial<Makers<FaultKind>> = MAKERS;
    const injector = this.#injectors.get(kind) ?? makers[kind]?.(this.#log, this.#world);
    if (injector === undefined) throw new Error(`a ${kind} fault is not carried out by the coordinator`);
    this.#injectors.set(kind, injector);
    return injector;
  }

  #change(occurrence: Occurrence, how: (tally: Tally) => void): void {
    how(this.#tallies.of(occurrence));
    this.#onTallies(this.#tallies.plain);
  }
}
