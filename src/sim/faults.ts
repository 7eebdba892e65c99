import { type FaultTally, Tally } from '../core/fault/fault.ts';
import { hitsOf } from '../core/fault/select.ts';
import { loggingOut, sessionHits, type SessionOccurrence } from '../core/fault/session-hits.ts';
import type { Occurrence } from '../core/fault/occurrence.ts';
import type { MonoMs } from '../core/time/instant.ts';
import { Both, ClientInjections, ContinuousFault, type ActiveFault, type Injection } from './active-faults.ts';
import { clockInjection, dropInjection, linkInjection, sessionInjection, type FaultContext } from './injections.ts';
import { CrashInjection, CapacityCutInjection, RollingRestartInjection } from './gateway-injections.ts';
import type { AcceptThenClose } from './accept-then-close.ts';
import { ModelRequestFaults, type OccurrenceOf } from './request-faults.ts';
import type { World } from './world.ts';

/** A refresh fault that a request has run into. */
export type RefreshOccurrence = OccurrenceOf<'refresh'>;
export type HandshakeOccurrence = OccurrenceOf<'handshake'>;

/** The scenario's faults, carried out in the model, each with its count of whom it hit. */
export class ModelFaults {
  readonly refreshes: ModelRequestFaults<'refresh'>;
  readonly handshakes: ModelRequestFaults<'handshake'>;
  readonly acceptThenClose: AcceptThenClose;
  readonly #occurrences: readonly Occurrence[];
  readonly #world: World;
  readonly #tallies: readonly Tally[];
  /** those that go on, by the occurrence's index */
  readonly #acts = new Map<number, ActiveFault>();
  #faultContext!: FaultContext;

  constructor(world: World, occurrences: readonly Occurrence[], acceptThenClose: AcceptThenClose) {
    this.#world = world;
    this.#occurrences = occurrences;
    this.acceptThenClose = acceptThenClose;
    this.#tallies = world.scenario.faults.map(() => new Tally());
    this.refreshes = new ModelRequestFaults(world.context, this.#tallies);
    this.handshakes = new ModelRequestFaults(world.context, this.#tallies);
  }

  /** Faults and what they act on know each other; the latter is made second. */
  attach(faultContext: FaultContext): void {
    this.#faultContext = faultContext;
  }

  /** @param index the fault's place in the scenario */
  tally(index: number): FaultTally {
    return this.#tallies[index]!;
  }

  /**
   * Begins an occurrence, or goes on with it.
   *
   * @param index the occurrence's
   * @returns when to call again; Infinity when it is over
   */
  ring(index: number, now: MonoMs): number {
    const act = this.#acts.get(index) ?? this.#actOf(this.#occurrences[index]!);
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

  #actOf(occurrence: Occurrence): ActiveFault {
    const { fault, index } = occurrence;
    const { authority } = this.#world;
    switch (fault.kind) {
      case 'refresh': {
        const { refreshes } = this;
        return new ContinuousFault(
          occurrence,
          () => refreshes.begin({ ...occurrence, fault }),
          () => refreshes.end(index),
        );
      }
      case 'handshake': {
        const { handshakes } = this;
        return new ContinuousFault(
          occurrence,
          () => handshakes.begin({ ...occurrence, fault }),
          () => handshakes.end(index),
        );
      }
      case 'drop':
        return this.#onClients(occurrence, dropInjection(fault, this.#faultContext));
      case 'link':
        return this.#onClients(occurrence, linkInjection(fault, occurrence, this.#faultContext));
      case 'clock':
        return fault.of === 'clients'
          ? this.#onClients(occurrence, clockInjection(fault, this.#faultContext))
          : this.#onService(occurrence, authority.clocks[fault.of], fault);
      case 'keys':
        return this.#onService(occurrence, authority.keys, fault.mode);
      case 'session':
        return this.#onSessions({ ...occurrence, fault });
      case 'gateway': {
        const { mode } = fault;
        const tally = this.#tallyOf(occurrence);
        const parts = {
          occurrence: { ...occurrence, fault },
          tally,
          draws: this.#world.context.draws,
          faultContext: this.#faultContext,
        };
        if (mode.kind === 'rolling') return new RollingRestartInjection(parts, mode.drainMs);
        return mode.kind === 'crash'
          ? new CrashInjection(parts, mode.memory)
          : new CapacityCutInjection(parts, mode.share);
      }
      case 'exec':
      case 'toxiproxy':
        throw new Error(`a ${fault.kind} fault cannot begin in virtual time`);
    }
  }

  #onClients(occurrence: Occurrence, injection: Injection): ActiveFault {
    const { draws, planned } = this.#world.context;
    const hits = hitsOf(draws, occurrence, planned, occurrence.atMs);
    return new ClientInjections(hits, occurrence.fault.forMs, this.#tallyOf(occurrence), injection);
  }

  #onSessions(occurrence: SessionOccurrence): ActiveFault {
    const { context, scenario } = this.#world;
    const { fault, atMs } = occurrence;
    const devices = { count: context.planned, perUser: scenario.clients.perUser };
    const hits = sessionHits(context.draws, occurrence, devices, atMs);
    const itself = loggingOut(context.draws, occurrence, devices, atMs);
    return new Both(
      new ClientInjections(hits, 0, this.#tallyOf(occurrence), sessionInjection(fault, false, this.#faultContext)),
      // Whoever logs out is not hit: it is how the others are.
      new ClientInjections(itself, 0, new Tally(), sessionInjection(fault, true, this.#faultContext)),
    );
  }

  /** There is one of it, and it cannot be missed. */
  #onService<How>(occurrence: Occurrence, service: Service<How>, how: How): ActiveFault {
    const { index } = occurrence;
    const tally = this.#tallyOf(occurrence);
    // What gateways have planned by their clock is due at another time.
    const isTheirs = service === this.#world.authority.clocks.gateway;
    const replan = (now: MonoMs): void => (isTheirs ? this.#faultContext.gateways.replan(now) : undefined);
    return new ContinuousFault(
      occurrence,
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

  #tallyOf({ faultIndex }: Occurrence): Tally {
    return this.#tallies[faultIndex]!;
  }
}

/** What all clients share, and what faults do to it. */
interface Service<How> {
  begin(occurrence: number, how: How, now: MonoMs): void;
  end(occurrence: number): void;
}
