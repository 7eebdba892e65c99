import type { Draws } from '../random/draws.ts';
import type { MonoMs } from '../time/instant.ts';
import { ClientInjections, continuousFault, type ActiveFault, type Injection } from './active-fault.ts';
import type { FaultKind, Tally } from './fault.ts';
import { furtherDraws } from './further-draws.ts';
import type { Occurrence, OccurrenceOf } from './occurrence.ts';
import { RequestFaults } from './request-faults.ts';
import { hitsOf, type Hits } from './select.ts';
import type { Devices } from './session-hits.ts';
import { Tallies } from './tallies.ts';

/** The part of a world that carries faults out, as far as every kind of fault needs it. */
export interface FaultWorld {
  readonly draws: Draws;
  /** the whole population */
  readonly devices: Devices;
  readonly tallies: Tallies;
  readonly refreshes: RequestFaults<'refresh'>;
  readonly handshakes: RequestFaults<'handshake'>;
  /** Selects the hits that are carried out here, and converts client numbers to local ones. */
  readonly local: (hits: Hits) => Hits;
  /** Draws uniformly from [0, 1) for what a fault leaves to chance beside whom and when; `client` as it is numbered here. */
  readonly draw: (occurrence: Occurrence, client: number) => number;
}

/** Which part of the world this is, where several carry faults out. */
interface Part {
  /** by default all hits are carried out here */
  readonly local?: FaultWorld['local'];
  /** the number in the whole population of a client as it is numbered here; by default the same */
  readonly numberOf?: (client: number) => number;
  /** of several processes that have the same clients: which of them, and how many; their draws differ */
  readonly process?: number;
  readonly processes?: number;
}

export function faultWorld(draws: Draws, devices: Devices, part: Part = {}): FaultWorld {
  const { local = (hits) => hits, numberOf = (client) => client, process = 0, processes = 1 } = part;
  const tallies = new Tallies();
  const further = furtherDraws(draws, devices.count, process, processes);
  return {
    draws,
    devices,
    tallies,
    refreshes: new RequestFaults(draws, devices.count, tallies),
    handshakes: new RequestFaults(draws, devices.count, tallies),
    local,
    draw: (occurrence, client) => further(occurrence, numberOf(client)),
  };
}

/** An occurrence at its begin. */
export interface Beginning<Kind extends FaultKind> {
  readonly occurrence: OccurrenceOf<Kind>;
  readonly tally: Tally;
  /** planned begin, on the clock of this world */
  readonly fromMs: number;
  /** planned end; Infinity: another process ends it, or nobody does */
  readonly endMs: number;
}

export type Injector<Kind extends FaultKind, World> = (beginning: Beginning<Kind>, world: World) => ActiveFault;

/** The injectors of one part of a world. The specs determine the kinds: without one of them the code does not compile. */
export type Injectors<World, Kinds extends FaultKind> = { readonly [Kind in Kinds]: Injector<Kind, World> };

export type SomeInjectors<World> = Partial<Injectors<World, FaultKind>>;

/** Creates the active fault of an occurrence. @throws Error for a kind that is carried out elsewhere */
export function activate<World>(
  injectors: SomeInjectors<World>,
  beginning: Beginning<FaultKind>,
  world: World,
): ActiveFault {
  const { kind } = beginning.occurrence.fault;
  // The compiler cannot see that the injector and the fault are of the same kind.
  const injector = injectors[kind] as Injector<FaultKind, World> | undefined;
  if (injector === undefined) throw new Error(`a ${kind} fault is not carried out in this part of the world`);
  return injector(beginning, world);
}

/** Injector of a fault that hits the drawn clients one by one. */
export function onClients<Kind extends FaultKind>(
  { occurrence, tally, fromMs }: Beginning<Kind>,
  { draws, devices, local }: FaultWorld,
  injection: Injection,
): ActiveFault {
  const hits = local(hitsOf(draws, occurrence, devices.count, fromMs));
  return new ClientInjections(hits, occurrence.fault.forMs, tally, injection);
}

/** Injector of a fault with a single object, which it never misses. */
export function onService(
  { tally, endMs }: Beginning<FaultKind>,
  begin: (now: MonoMs) => void,
  end: (now: MonoMs) => void,
): ActiveFault {
  return continuousFault(
    endMs,
    (now) => {
      tally.planned += 1;
      tally.hit += 1;
      begin(now);
    },
    end,
  );
}

export const REQUEST_INJECTORS = {
  refresh: (beginning, { refreshes }) => onRequests(beginning, refreshes),
  handshake: (beginning, { handshakes }) => onRequests(beginning, handshakes),
} as const satisfies SomeInjectors<FaultWorld>;

function onRequests<Kind extends 'refresh' | 'handshake'>(
  { occurrence, fromMs, endMs }: Beginning<Kind>,
  faults: RequestFaults<Kind>,
): ActiveFault {
  return continuousFault(
    endMs,
    () => faults.begin(occurrence, fromMs),
    () => faults.end(occurrence.index),
  );
}
