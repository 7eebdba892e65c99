import type { MonoMs } from '../time/instant.ts';
import { AgeLimit } from './age-injector.ts';
import type { DropMode } from './drop.ts';
import type { Miss } from './fault.ts';
import { onClients, type FaultWorld, type SomeInjectors } from './injector.ts';

/** The connections of clients as their gateways have them: what faults of connections act on, in any world. */
export interface FaultedConnections {
  /** When the client's connection became ready, by the clock of the faults; Infinity: the client has no ready connection. */
  readySince(client: number): number;
  /** Ends the ready connection of a client as its gateway would. @returns null, or why there was nothing to end */
  drop(client: number, mode: DropMode, now: MonoMs): Miss | null;
}

/** A part of a world that has the connections of clients. */
export interface ConnectionWorld extends FaultWorld {
  readonly connections: FaultedConnections;
}

/** What gateways do to connections, or what looks like it from the clients' end. */
export const CONNECTION_INJECTORS = {
  drop: (beginning, world) => {
    const { mode } = beginning.occurrence.fault;
    return onClients(beginning, world, { inject: (client, now) => world.connections.drop(client, mode, now) });
  },
  age: (beginning, world) => new AgeLimit(beginning, world),
} as const satisfies SomeInjectors<ConnectionWorld>;
