import { continuousFault } from '../core/fault/active-fault.ts';
import { ActiveFaults } from '../core/fault/active-faults.ts';
import type { ClockFault } from '../core/fault/clock.ts';
import { onServiceClock } from '../core/fault/clock-injectors.ts';
import { CONNECTION_INJECTORS, type ConnectionWorld } from '../core/fault/connection-faults.ts';
import type { FaultTally } from '../core/fault/fault.ts';
import { REQUEST_INJECTORS, type Injectors } from '../core/fault/injector.ts';
import type { Occurrence } from '../core/fault/occurrence.ts';
import { onSessions } from '../core/fault/session-injector.ts';
import type { KindFor } from '../core/fault/specs.ts';
import { LOSS } from '../core/server/accounts.ts';
import { mono } from '../core/time/instant.ts';
import type { TrueAccounts } from './accounts.ts';
import { Alarm } from './alarm.ts';
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
  clock: (beginning, { clocks, connections }) => {
    const { of } = beginning.occurrence.fault;
    if (of === 'clients') throw new Error('the clocks of clients are set where the clients are');
    return onServiceClock(beginning, clocks[of], () => {
      if (of === 'gateway') connections.forEach((session) => session.replan());
    });
  },
  // It has hit once the new key is made.
  keys: ({ occurrence, tally, endMs }, { keys }) =>
    continuousFault(
      endMs,
      () => {
        tally.planned += 1;
        keys.begin(occurrence.index, occurrence.fault.mode).then(
          () => (tally.hit += 1),
          () => tally.miss('failed'),
        );
      },
      () => keys.end(occurrence.index),
    ),
  // A process that replaces one that died takes sessions and rights away again.
  session: (beginning, world) => {
    const loss = LOSS[beginning.occurrence.fault.mode];
    return onSessions(beginning, world, (client, byItself) => world.accounts.take(client, loss, byItself));
  },
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
