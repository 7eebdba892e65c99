import { clientColumns } from '../../core/client/columns.ts';
import { ALARMS, type ClientContext } from '../../core/client/context.ts';
import { Machine } from '../../core/client/machine.ts';
import { concernsClients } from '../../core/fault/executor.ts';
import { occurrencesOf } from '../../core/fault/occurrence.ts';
import { EventQueue } from '../../core/time/event-queue.ts';
import { arrivesTokenless } from '../../scenario/logs-in.ts';
import { arriveOverMs, behaviourOf, randomArrivals, skewMs } from '../../scenario/population.ts';
import { clientFaults, type ClientFaults } from '../injections/client-faults.ts';
import type { Clients } from '../time/behind.ts';
import { RunClock, type RunStart } from '../time/clock.ts';
import { LateEvents } from '../time/late-events.ts';
import { Loop } from '../time/loop.ts';
import type { Validity } from '../tokens/credentials.ts';
import { firstCredentials } from '../tokens/first-credentials.ts';
import { composePort, type ComposedPort } from './compose-port.ts';
import type { ShardParts } from './shard-parts.ts';

/** One worker's clients, put together. */
export interface ComposedClients {
  readonly clock: RunClock;
  readonly machine: Machine;
  readonly composed: ComposedPort;
  readonly loop: Loop;
  readonly faults: ClientFaults;
  readonly late: LateEvents;
  readonly clients: Clients;
  /** Gives the clients their first tokens, which are dated by the run's start where squall mints them. */
  populate(): Promise<void>;
  /** Lets them arrive and go on by themselves. */
  begin(): void;
}

/**
 * Puts the clients of a worker together for a run that starts at `start`.
 *
 * @param protocolFailed called when a protocol of the user's own fails
 */
export function composeClients(
  parts: ShardParts,
  start: RunStart,
  protocolFailed: (method: string, what: string) => void,
): ComposedClients {
  const { task, taps, lateness, recorder, credentials, draws } = parts;
  const { scenario, shard, shards } = task;
  const count = parts.numbers.length;
  const clock = new RunClock(start);
  parts.clock = clock;
  // A fault that begins at an instant is active for everything at that instant.
  const columns = clientColumns(count, 1);
  const queue = new EventQueue(count * ALARMS + 1, 1, columns.board);
  const late = new LateEvents(lateness, recorder, queue);
  const nudge = (): void => loop.nudge();
  const composed = composePort(task, {
    clock,
    makeCodec: parts.makeCodec,
    credentials,
    tokens: parts.tokens,
    gateways: parts.gateways,
    faults: parts.faultWorld,
    observer: recorder,
    noteSighting: parts.noteSighting,
    numberOf: parts.numberOf,
    views: parts.views,
    late,
    nudge,
    taps,
    protocolFailed,
  });
  const { port, sockets } = composed;
  const context: ClientContext = {
    columns,
    behaviour: behaviourOf(scenario),
    port,
    queue,
    observer: taps?.observer ?? recorder,
    sentLateMs: lateness.sentLateMs,
    draws,
    shard,
    shards,
    planned: scenario.clients.count,
    arriveOverMs: arriveOverMs(scenario.clients),
    arrivals: randomArrivals(scenario.clients, draws, shard, shards),
  };
  const machine = new Machine(context);
  port.attach(machine);
  late.attach(machine);
  const faultSlot = count * ALARMS;
  const faults = clientFaults(parts.faultWorld, queue, machine, sockets, faultSlot, clock);
  const loop = new Loop(
    queue,
    clock,
    (slot, dueAt, now) => {
      if (slot !== faultSlot) {
        if (late.rings(slot, dueAt, now)) machine.ring(slot, dueAt, now);
        return;
      }
      late.faultsRing(dueAt, now);
      faults.ring(now);
      late.faultsRang();
    },
    (ms) => recorder.late(ms),
    // A late end by the coordinator does not make the run longer.
    scenario.durationMs,
  );
  const fixed = parts.fixedSecrets();
  const secrets = () => [...fixed, ...parts.ownSecrets(0)];
  taps?.begin({ machine, sockets, queue, clock, credentials, secrets, nudge });
  return {
    clock,
    machine,
    composed,
    loop,
    faults,
    late,
    clients: { columns, queue, lateness, late, count },
    populate: () => populate(parts, machine, clock),
    begin() {
      const occurrences = occurrencesOf(scenario.faults, scenario.durationMs);
      faults.plan(occurrences.filter(({ fault }) => concernsClients(fault, scenario.target.kind)));
      late.start(() => clock.now());
      loop.start();
    },
  };
}

/** Sets each client's first token, or lets it arrive without one, to log in then. */
async function populate(parts: ShardParts, machine: Machine, clock: RunClock): Promise<void> {
  const { task, numbers, logins } = parts;
  const { scenario } = task;
  const receive = (client: number, validity: Validity | undefined): void => {
    const skew = skewMs(scenario.clients.clockSkew, parts.draws, numbers[client]!);
    if (validity === undefined) machine.prepareTokenless(client, skew);
    else machine.prepare(client, skew, clock.monoAt(validity.issuedAt), clock.monoAt(validity.expiresAt));
  };
  if (logins === null && !arrivesTokenless(scenario))
    return firstCredentials(parts.tokens.source, parts.credentials, numbers.length, receive);
  for (let client = 0; client < numbers.length; client++) receive(client, logins?.validity[client]);
}
