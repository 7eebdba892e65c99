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

/** What fault injections act on in a process of the target. */
export interface TargetWorld extends ConnectionWorld {
  readonly connections: Sessions;
  readonly accounts: TrueAccounts;
  readonly keys: SigningKeys;
  readonly clocks: Readonly<Record<Exclude<ClockFault['of'], 'clients'>, WallServiceClock>>;
}

/** Injectors of the target's processes. */
const INJECTORS: Injectors<TargetWorld, KindFor<'token-service' | 'gateways' | 'target'>> = {
  ...REQUEST_INJECTORS,
  ...CONNECTION_INJECTORS,
  clock: injectClock,
  keys: injectKeys,
  session: injectSession,
};

/** The faults that this process injects, on one timer, with their tallies. */
export class Faults {
  readonly #world: TargetWorld;
  readonly #active: ActiveFaults<TargetWorld>;
  readonly #alarm = new Alarm(() => this.#advance());

  constructor(world: TargetWorld) {
    this.#world = world;
    this.#active = new ActiveFaults(INJECTORS, world);
  }

  /** Tallies by the fault's index in the run. */
  get tallies(): Readonly<Record<number, FaultTally>> {
    return this.#world.tallies.plain;
  }

  /**
   * Begins an occurrence, which lasts until `end`.
   *
   * @param agoMs time since a process that has died began it, ms; 0: it begins now
   * @param isCounted whether this process counts drawn hits; hits on requests and connections always count
   */
  begin(occurrence: Occurrence, agoMs = 0, isCounted = true): void {
    this.#active.begin(occurrence, performance.now() - agoMs, Infinity, isCounted);
    this.#advance();
  }

  /** Ends an occurrence that lasts for a time window. Hits on drawn clients continue to the last one. */
  end(index: number): void {
    this.#active.end(index, mono(performance.now()));
  }

  /** Counts the hits that were still to come as missed, at the end of the run. */
  stop(): void {
    this.#active.stop();
    this.#alarm.set(Infinity);
  }

  #advance(): void {
    this.#alarm.set(this.#active.advance(mono(performance.now())));
  }
}
