import { ActiveFaults } from '../core/fault/active-faults.ts';
import type { ClockFault } from '../core/fault/clock.ts';
import { CONNECTION_INJECTORS, type ConnectionWorld } from '../core/fault/connection-faults.ts';
import type { FaultTally } from '../core/fault/fault.ts';
import { REQUEST_INJECTORS, type Injectors } from '../core/fault/injector.ts';
import type { Occurrence } from '../core/fault/occurrence.ts';
import type { KindFor } from '../core/fault/specs.ts';
import { mono } from '../core/time/instant.ts';
import type { TrueAccounts } from './accounts.ts';
import { Alarm } from './alarm.ts';
import { injectClock } from './injectors/clock.ts';
import { injectKeys } from './injectors/keys.ts';
import { injectSession } from './injectors/session.ts';
import type { SigningKeys } from './signing-keys.ts';
import type { WallServiceClock } from './service-clock.ts';
import type { Sessions } from './sessions.ts';

/** What faults act on in a process of the target. */
export interface TargetWorld extends ConnectionWorld {
  readonly connections: Sessions;
  readonly accounts: TrueAccounts;
  readonly keys: SigningKeys;
  readonly clocks: Readonly<Record<Exclude<ClockFault['of'], 'clients'>, WallServiceClock>>;
}

/** What is carried out in the processes of the target, where it really happens. */
const INJECTORS: Injectors<TargetWorld, KindFor<'token-service' | 'gateways' | 'target'>> = {
  ...REQUEST_INJECTORS,
  ...CONNECTION_INJECTORS,
  clock: injectClock,
  keys: injectKeys,
  session: injectSession,
};

/** The faults of a run that this process carries out, on one timer, each with its tally. */
export class Faults {
  readonly #world: TargetWorld;
  readonly #active: ActiveFaults<TargetWorld>;
  readonly #alarm = new Alarm(() => this.#advance());

  constructor(world: TargetWorld) {
    this.#world = world;
    this.#active = new ActiveFaults(INJECTORS, world);
  }

  /** By the fault's place among those of the run. */
  get tallies(): Readonly<Record<number, FaultTally>> {
    return this.#world.tallies.plain;
  }

  /**
   * Begins an occurrence, which lasts until `end`.
   *
   * @param agoMs how long ago a process that has died began it; 0: it begins now
   * @param isCounted whether this process counts what is drawn; what meets it is always counted
   */
  begin(occurrence: Occurrence, agoMs = 0, isCounted = true): void {
    this.#active.begin(occurrence, performance.now() - agoMs, Infinity, isCounted);
    this.#advance();
  }

  /** Ends an occurrence that lasts. Hits on clients go on to the last of them all the same. */
  end(index: number): void {
    this.#active.end(index, mono(performance.now()));
  }

  /** The run is over: what was still to come has missed. */
  stop(): void {
    this.#active.stop();
    this.#alarm.set(Infinity);
  }

  #advance(): void {
    this.#alarm.set(this.#active.advance(mono(performance.now())));
  }
}
