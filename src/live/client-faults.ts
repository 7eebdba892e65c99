import type { ClientContext } from '../core/client/context.ts';
import type { Machine } from '../core/client/machine.ts';
import { ActiveFaults } from '../core/fault/active-faults.ts';
import { onClientClocks } from '../core/fault/client-clocks.ts';
import { CONNECTION_INJECTORS } from '../core/fault/connection-faults.ts';
import { REQUEST_INJECTORS, type FaultWorld, type Injectors } from '../core/fault/injector.ts';
import { endOf, type Occurrence } from '../core/fault/occurrence.ts';
import type { KindFor } from '../core/fault/specs.ts';
import type { EventQueue } from '../core/time/event-queue.ts';
import type { MonoMs } from '../core/time/instant.ts';
import { ClientConnections } from './injections/client-connections.ts';
import type { ClientWorld } from './injections/client-world.ts';
import { injectLink } from './injections/link.ts';
import { noteRevocation } from './injections/session.ts';
import type { Sockets } from './sockets.ts';

/** What is carried out where the clients are, or in all processes of the target: clients measure how soon they notice. */
const INJECTORS: Injectors<ClientWorld, KindFor<'clients' | 'target'>> = {
  ...REQUEST_INJECTORS,
  ...CONNECTION_INJECTORS,
  link: injectLink,
  clock: onClientClocks,
  session: noteRevocation,
};

/** The faults that are carried out where the clients are, on those of one shard. */
export class ClientFaults {
  readonly #active: ActiveFaults<ClientWorld>;
  readonly #queue: EventQueue;
  readonly #slot: number;
  readonly #now: () => MonoMs;
  /** those that are still to begin, the next one last */
  #planned: Occurrence[] = [];

  /** @param slot of the queue, for these faults alone; its owner calls `ring` */
  constructor(
    world: FaultWorld,
    context: ClientContext,
    machine: Machine,
    sockets: Sockets,
    slot: number,
    now: () => MonoMs,
  ) {
    this.#active = new ActiveFaults(INJECTORS, {
      ...world,
      machine,
      sockets,
      connections: new ClientConnections(machine, sockets),
    });
    this.#queue = context.queue;
    this.#slot = slot;
    this.#now = now;
  }

  /** Plans occurrences that begin by themselves, each before whatever else is due at that instant. */
  plan(occurrences: readonly Occurrence[]): void {
    this.#planned = occurrences.toSorted((a, b) => b.atMs - a.atMs || b.index - a.index);
    this.#queue.set(this.#slot, this.#nextPlannedAt);
  }

  /** Begins an occurrence now. Hits and end are counted from when it was to begin. */
  begin(occurrence: Occurrence): void {
    this.#active.begin(occurrence, occurrence.atMs, endOf(occurrence));
    this.ring(this.#now());
  }

  /** The alarm rang: what is due is done. */
  ring(now: MonoMs): void {
    for (; this.#nextPlannedAt <= now; this.#planned.pop()) {
      const occurrence = this.#planned.at(-1)!;
      this.#active.begin(occurrence, occurrence.atMs, endOf(occurrence));
    }
    this.#queue.set(this.#slot, Math.min(this.#nextPlannedAt, this.#active.advance(now)));
  }

  /** The run is over: what was still to be done has missed. */
  stop(): void {
    this.#active.stop();
  }

  /** After `stop`, once the clients have left: what stands between them and their gateway goes. */
  close(): void {
    this.#active.close(this.#now());
  }

  get #nextPlannedAt(): number {
    return this.#planned.at(-1)?.atMs ?? Infinity;
  }
}
