import type { ClientContext } from '../core/client/context.ts';
import type { Machine } from '../core/client/machine.ts';
import { ActiveFaults } from '../core/fault/active-faults.ts';
import { onClientClocks } from '../core/fault/clock-injectors.ts';
import { CONNECTION_INJECTORS, type ConnectionWorld } from '../core/fault/connection-faults.ts';
import { REQUEST_INJECTORS, type FaultWorld, type Injectors } from '../core/fault/injector.ts';
import { endOf, type Occurrence } from '../core/fault/occurrence.ts';
import type { KindFor } from '../core/fault/specs.ts';
import type { EventQueue } from '../core/time/event-queue.ts';
import type { MonoMs } from '../core/time/instant.ts';
import { injectLink } from './injections/link.ts';
import { noteRevocation } from './injections/session.ts';
import type { Sockets } from './sockets.ts';

/** What fault injections at the clients' end act on. */
export interface ClientWorld extends ConnectionWorld {
  readonly machine: Machine;
  readonly sockets: Sockets;
}

/** Injectors of the workers, also for faults in all processes of the target, whose notice clients measure. */
const INJECTORS: Injectors<ClientWorld, KindFor<'clients' | 'target'>> = {
  ...REQUEST_INJECTORS,
  ...CONNECTION_INJECTORS,
  link: injectLink,
  clock: onClientClocks,
  session: noteRevocation,
};

/** The faults that a worker injects, on the clients of one shard. */
export class ClientFaults {
  readonly #active: ActiveFaults<ClientWorld>;
  readonly #queue: EventQueue;
  readonly #slot: number;
  readonly #now: () => MonoMs;
  /** occurrences that are still to begin, the next one last */
  #planned: Occurrence[] = [];

  /** @param slot slot of the queue for these faults alone; its owner calls `ring` */
  constructor(
    world: FaultWorld,
    context: ClientContext,
    machine: Machine,
    sockets: Sockets,
    slot: number,
    now: () => MonoMs,
  ) {
    this.#active = new ActiveFaults<ClientWorld>(INJECTORS, {
      ...world,
      machine,
      sockets,
      connections: {
        readySince: (client) => machine.readySince(client),
        // A stopped client counts as not connected too, since a gateway could not tell.
        drop: (client, mode) =>
          machine.readySince(client) === Infinity ? 'not-connected' : sockets.drop(client, mode),
      },
    });
    this.#queue = context.queue;
    this.#slot = slot;
    this.#now = now;
  }

  /** Plans occurrences, each of which begins before anything else that is due at its instant. */
  plan(occurrences: readonly Occurrence[]): void {
    this.#planned = occurrences.toSorted((a, b) => b.atMs - a.atMs || b.index - a.index);
    this.#queue.set(this.#slot, this.#nextPlannedAt);
  }

  /** Begins an occurrence now; its hits and end are timed from its planned beginning. */
  begin(occurrence: Occurrence): void {
    this.#active.begin(occurrence, occurrence.atMs, endOf(occurrence));
    this.ring(this.#now());
  }

  /** Handles the alarm: begins and advances what is due. */
  ring(now: MonoMs): void {
    for (; this.#nextPlannedAt <= now; this.#planned.pop()) {
      const occurrence = this.#planned.at(-1)!;
      this.#active.begin(occurrence, occurrence.atMs, endOf(occurrence));
    }
    this.#queue.set(this.#slot, Math.min(this.#nextPlannedAt, this.#active.advance(now)));
  }

  /** Counts the hits that were still to come as missed, at the end of the run. */
  stop(): void {
    this.#active.stop();
  }

  /** Removes all impairments, after `stop` and once the clients have left. */
  close(): void {
    this.#active.close(this.#now());
  }

  get #nextPlannedAt(): number {
    return this.#planned.at(-1)?.atMs ?? Infinity;
  }
}
