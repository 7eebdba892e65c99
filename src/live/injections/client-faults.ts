import type { Machine } from '../../core/client/machine.ts';
import { ActiveFaults } from '../../core/fault/active-faults.ts';
import { onClientClocks } from '../../core/fault/clock-injectors.ts';
import { CONNECTION_INJECTORS, type ConnectionWorld } from '../../core/fault/connection-faults.ts';
import { REQUEST_INJECTORS, type FaultWorld, type Injectors } from '../../core/fault/injector.ts';
import { endOf, type Occurrence } from '../../core/fault/occurrence.ts';
import type { KindFor } from '../../core/fault/specs.ts';
import type { EventQueue } from '../../core/time/event-queue.ts';
import type { MonoMs } from '../../core/time/instant.ts';
import type { RunClock } from '../time/clock.ts';
import { injectLink } from './link.ts';
import { noteRevocation } from './session.ts';
import type { Sockets } from '../dial/sockets.ts';

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

export type ClientFaults = ReturnType<typeof clientFaults>;

/**
 * The faults that a worker injects, on the clients of one shard.
 *
 * @param slot slot of the queue for these faults alone; its owner calls `ring`
 */
export function clientFaults(
  world: FaultWorld,
  queue: EventQueue,
  machine: Machine,
  sockets: Sockets,
  slot: number,
  clock: RunClock,
) {
  const active = new ActiveFaults<ClientWorld>(INJECTORS, {
    ...world,
    machine,
    sockets,
    connections: {
      readySince: (client) => machine.readySince(client),
      // A stopped client counts as not connected too, since a gateway could not tell.
      drop: (client, mode) => (machine.readySince(client) === Infinity ? 'not-connected' : sockets.drop(client, mode)),
    },
  });
  /** occurrences that are still to begin, the next one last */
  let planned: Occurrence[] = [];
  const nextPlannedAt = (): number => planned.at(-1)?.atMs ?? Infinity;
  const start = (occurrence: Occurrence): void => active.begin(occurrence, occurrence.atMs, endOf(occurrence));
  /** Handles the alarm: begins and advances what is due. */
  const ring = (now: MonoMs): void => {
    for (; nextPlannedAt() <= now; planned.pop()) start(planned.at(-1)!);
    queue.set(slot, Math.min(nextPlannedAt(), active.advance(now)));
  };
  return {
    ring,
    /** Plans occurrences, each of which begins before anything else that is due at its instant. */
    plan(occurrences: readonly Occurrence[]): void {
      planned = occurrences.toSorted((a, b) => b.atMs - a.atMs || b.index - a.index);
      queue.set(slot, nextPlannedAt());
    },
    /** Begins an occurrence now; its hits and end are timed from its planned beginning. */
    begin(occurrence: Occurrence): void {
      start(occurrence);
      ring(clock.now());
    },
    /** Counts the hits that were still to come as missed, at the end of the run. */
    stop: () => active.stop(),
    /** Removes all impairments, after `stop` and once the clients have left. */
    close: () => active.close(clock.now()),
  };
}
