import { type FaultTally, Tally } from '../core/fault/fault.ts';
import { hitsOf } from '../core/fault/select.ts';
import { loggingOut, sessionHits, type SessionStrike } from '../core/fault/session-hits.ts';
import type { Strike } from '../core/fault/strike.ts';
import type { MonoMs } from '../core/time/instant.ts';
import { Both, OnClients, Standing, type Act, type Deed } from './acts.ts';
import { clockDeed, dropDeed, linkDeed, sessionDeed, type Victims } from './deeds.ts';
import { CrashAct, CutAct, RollingAct } from './gateway-acts.ts';
import type { Kicks } from './kicks.ts';
import { Obstacles, type StrikeOf } from './obstacles.ts';
import type { World } from './world.ts';

/** A refresh fault that a request has run into. */
export type RefreshStrike = StrikeOf<'refresh'>;
export type HandshakeStrike = StrikeOf<'handshake'>;

/** The scenario's faults, carried out in the model, each with its count of whom it hit. */
export class ModelFaults {
  readonly refreshes: Obstacles<'refresh'>;
  readonly handshakes: Obstacles<'handshake'>;
  readonly kicks: Kicks;
  readonly #strikes: readonly Strike[];
  readonly #world: World;
  readonly #tallies: readonly Tally[];
  /** those that go on, by the strike's index */
  readonly #acts = new Map<number, Act>();
  #victims!: Victims;

  constructor(world: World, strikes: readonly Strike[], kicks: Kicks) {
    this.#world = world;
    this.#strikes = strikes;
    this.kicks = kicks;
    this.#tallies = world.scenario.faults.map(() => new Tally());
    this.refreshes = new Obstacles(world.life, this.#tallies);
    this.handshakes = new Obstacles(world.life, this.#tallies);
  }

  /** Faults and what they act on know each other; the latter is made second. */
  attach(victims: Victims): void {
    this.#victims = victims;
  }

  /** @param index the fault's place in the scenario */
  tally(index: number): FaultTally {
    return this.#tallies[index]!;
  }

  /**
   * Begins an occurrence, or goes on with it.
   *
   * @param index the strike's
   * @returns when to call again; Infinity when it is over
   */
  ring(index: number, now: MonoMs): number {
    const act = this.#acts.get(index) ?? this.#actOf(this.#strikes[index]!);
    const nextAt = act.ring(now);
    if (nextAt === Infinity) this.#acts.delete(index);
    else this.#acts.set(index, act);
    return nextAt;
  }

  /** The run is over: what was still to come has missed. */
  close(): void {
    for (const act of this.#acts.values()) act.close();
    this.refreshes.close();
    this.handshakes.close();
  }

  #actOf(strike: Strike): Act {
    const { fault, index } = strike;
    const { authority } = this.#world;
    switch (fault.kind) {
      case 'refresh': {
        const { refreshes } = this;
        return new Standing(
          strike,
          () => refreshes.begin({ ...strike, fault }),
          () => refreshes.end(index),
        );
      }
      case 'handshake': {
        const { handshakes } = this;
        return new Standing(
          strike,
          () => handshakes.begin({ ...strike, fault }),
          () => handshakes.end(index),
        );
      }
      case 'drop':
        return this.#onClients(strike, dropDeed(fault, this.#victims));
      case 'link':
        return this.#onClients(strike, linkDeed(fault, strike, this.#victims));
      case 'clock':
        return fault.of === 'clients'
          ? this.#onClients(strike, clockDeed(fault, this.#victims))
          : this.#onService(strike, authority.clocks[fault.of], fault);
      case 'keys':
        return this.#onService(strike, authority.keys, fault.mode);
      case 'session':
        return this.#onSessions({ ...strike, fault });
      case 'gateway': {
        const { mode } = fault;
        const tally = this.#tallyOf(strike);
        const parts = { strike: { ...strike, fault }, tally, draws: this.#world.life.draws, victims: this.#victims };
        if (mode.kind === 'rolling') return new RollingAct(parts, mode.drainMs);
        return mode.kind === 'crash' ? new CrashAct(parts, mode.memory) : new CutAct(parts, mode.share);
      }
      case 'exec':
      case 'toxiproxy':
        throw new Error(`a ${fault.kind} fault cannot begin in virtual time`);
    }
  }

  #onClients(strike: Strike, deed: Deed): Act {
    const { draws, planned } = this.#world.life;
    const hits = hitsOf(draws, strike, planned, strike.atMs);
    return new OnClients(hits, strike.fault.forMs, this.#tallyOf(strike), deed);
  }

  #onSessions(strike: SessionStrike): Act {
    const { life, scenario } = this.#world;
    const { fault, atMs } = strike;
    const devices = { count: life.planned, perUser: scenario.clients.perUser };
    const struck = sessionHits(life.draws, strike, devices, atMs);
    const itself = loggingOut(life.draws, strike, devices, atMs);
    return new Both(
      new OnClients(struck, 0, this.#tallyOf(strike), sessionDeed(fault, false, this.#victims)),
      // Whoever logs out is not struck: it is how the others are.
      new OnClients(itself, 0, new Tally(), sessionDeed(fault, true, this.#victims)),
    );
  }

  /** There is one of it, and it cannot be missed. */
  #onService<How>(strike: Strike, service: Service<How>, how: How): Act {
    const { index } = strike;
    const tally = this.#tallyOf(strike);
    // What gateways have planned by their clock is due at another time.
    const isTheirs = service === this.#world.authority.clocks.gateway;
    const replan = (now: MonoMs): void => (isTheirs ? this.#victims.gateways.replan(now) : undefined);
    return new Standing(
      strike,
      (now) => {
        tally.planned += 1;
        tally.hit += 1;
        service.begin(index, how, now);
        replan(now);
      },
      (now) => {
        service.end(index);
        replan(now);
      },
    );
  }

  #tallyOf({ faultIndex }: Strike): Tally {
    return this.#tallies[faultIndex]!;
  }
}

/** What all clients share, and what faults do to it. */
interface Service<How> {
  begin(strike: number, how: How, now: MonoMs): void;
  end(strike: number): void;
}
