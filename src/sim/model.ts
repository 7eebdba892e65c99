import { clientColumns } from '../core/client/columns.ts';
import { ALARMS, OWN_ALARMS, alarmOf, clientOf, type ClientContext } from '../core/client/context.ts';
import { Machine } from '../core/client/machine.ts';
import type { Port } from '../core/client/port.ts';
import { ActiveFaults } from '../core/fault/active-faults.ts';
import { whyUnsupported } from '../core/fault/executor.ts';
import { faultWorld } from '../core/fault/injector.ts';
import { endOf, type Occurrence } from '../core/fault/occurrence.ts';
import type { Tallies } from '../core/fault/tallies.ts';
import { Draws } from '../core/random/draws.ts';
import { EventQueue } from '../core/time/event-queue.ts';
import { mono, type MonoMs } from '../core/time/instant.ts';
import { Recorder } from '../metrics/recorder.ts';
import type { RecorderStore } from '../metrics/store.ts';
import { arriveOverMs, behaviourOf, firstIssuedAt, randomArrivals, skewMs } from '../scenario/population.ts';
import { sharesTokens } from '../scenario/shares-tokens.ts';
import { arrivesTokenless } from '../scenario/logs-in.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { AcceptThenClose } from './accept-then-close.ts';
import { MODEL_ALARM, modelColumns } from './columns.ts';
import { CommandLedger } from './command-ledger.ts';
import { Commands } from './commands.ts';
import { Connections, type Gateways } from './connections.ts';
import { MODEL_INJECTORS } from './faults.ts';
import { gatewayBehaviourOf } from './gateway-behaviour.ts';
import { ModelDraws } from './model-draws.ts';
import type { ModelWorld } from './injectors/model-world.ts';
import { NOBODY, Outlook } from './outlook.ts';
import type { RequestLine } from './request-line.ts';
import { PendingFaults } from './pending-faults.ts';
import { Processes } from './processes.ts';
import { revocationsOf, type Revocations } from './revocations.ts';
import { Sessions } from './sessions.ts';
import { TokenService } from './token-service.ts';
import { Authority, type World } from './world.ts';

/** The model's own alarms; the queue has slots for the clients, then these, then one for each fault occurrence. */
const WORLD_ALARM = { acceptThenClose: 0, revocationFeed: 1 } as const;
const WORLD_ALARMS = 2;

/**
 * The clients and the modelled target. Each part is built from those before it: world, state of the servers, connections,
 * faults. The model is the Port of the clients, who use it only after the first alarm.
 */
export class Model implements Port {
  readonly queue: EventQueue;
  readonly recorder: Recorder;
  readonly ledger: CommandLedger;
  readonly gateways: Gateways;
  readonly connections: Connections;
  readonly tokens: TokenService;
  readonly tallies: Tallies;
  readonly outlook: Outlook;
  readonly #world: World;
  readonly #requests: RequestLine | null;
  readonly #occurrences: readonly Occurrence[];
  readonly #faults: ActiveFaults<ModelWorld>;
  readonly #acceptThenClose: AcceptThenClose;
  readonly #revocations: Revocations;
  readonly #firstWorldSlot: number;
  readonly #firstFaultSlot: number;
  #now = mono(0);
  /** keeps what was read, or the compiler would leave the reading out */
  fetched = 0;

  /** @param store store of the recorder */
  constructor(scenario: Scenario, occurrences: readonly Occurrence[], store: RecorderStore) {
    const { count, commands: plan } = scenario.clients;
    this.#firstWorldSlot = count * ALARMS;
    this.#firstFaultSlot = this.#firstWorldSlot + WORLD_ALARMS;
    const behaviour = gatewayBehaviourOf(scenario);
    const columns = modelColumns(count);
    this.ledger = new CommandLedger(columns, behaviour.idempotent, store, plan === null ? 0 : count);
    this.recorder = new Recorder(store, this.ledger);
    const context = contextOf(scenario, this, this.recorder, occurrences.length);
    const { queue } = context;
    this.queue = queue;
    const world: World = {
      scenario,
      context,
      machine: new Machine(context),
      columns,
      modelDraws: new ModelDraws(context.draws, scenario.model),
      behaviour,
      authority: new Authority(count),
    };
    this.#world = world;
    this.outlook = new Outlook(queue, sharesTokens(scenario));

    const common = faultWorld(context.draws, { count, perUser: scenario.clients.perUser });
    this.tallies = common.tallies;
    const requestFaults = new PendingFaults(context, common.handshakes);
    const sessions = new Sessions(world);
    const gateways = { processes: new Processes(scenario.model, scenario.durationMs), sessions };
    const acceptThenClose = new AcceptThenClose(count, queue, this.#firstWorldSlot + WORLD_ALARM.acceptThenClose);
    this.gateways = gateways;
    this.#acceptThenClose = acceptThenClose;
    this.tokens = new TokenService(world, new PendingFaults(context, common.refreshes));

    const commands = new Commands(world, sessions, this.ledger);
    const connections = new Connections({
      world,
      gateways,
      commands,
      requestFaults,
      acceptThenClose,
      outlook: this.outlook,
    });
    this.connections = connections;
    this.#requests = connections.requests;
    const feedSlot = this.#firstWorldSlot + WORLD_ALARM.revocationFeed;
    const revocations = revocationsOf(world, sessions, connections, feedSlot);
    this.#revocations = revocations;

    const { ledger } = this;
    const { machine } = world;
    const modelWorld = { ...common, world, machine, gateways, connections, ledger, revocations };
    this.#faults = new ActiveFaults(MODEL_INJECTORS, modelWorld);
    this.#occurrences = occurrences;
    for (const { index, atMs, fault } of occurrences)
      if (whyUnsupported(fault) === null) this.#setFault(this.#firstFaultSlot + index, atMs);
    this.#populate();
    queue.announceTo((places, from, to) => this.#fetch(places, from, to));
  }

  /** Handles an alarm of the queue. */
  ring(slot: number, now: MonoMs): void {
    this.#now = now;
    const alarm = alarmOf(slot);
    if (slot >= this.#firstWorldSlot) this.#ringWorld(slot, now);
    else if (alarm < OWN_ALARMS) this.#world.machine.ring(slot, now, now);
    else this.#ringModel(alarm, clientOf(slot), now);
  }

  /**
   * Handles the arrivals of requests that may be decided early. It must be called before each event.
   *
   * @param eventAt instant of the next event; Infinity: there is none
   * @returns whether the next event may be another one now
   */
  lookAhead(eventAt: number): boolean {
    const requests = this.#requests;
    if (requests === null || requests.size === 0) return false;
    for (let client = requests.takeAhead(eventAt); client !== NOBODY; client = requests.takeAhead(eventAt)) {
      this.#now = requests.arrivesAt;
      this.#arrive(client, this.#now);
    }
    return true;
  }

  /** Settles what clients still hold at the end of the run. */
  windDown(now: MonoMs): void {
    this.#now = now;
    this.#faults.stop();
    const { machine, scenario } = this.#world;
    for (let client = 0; client < scenario.clients.count; client++) machine.windDown(client, now);
  }

  dial(client: number): void {
    this.connections.dial(client, this.#now);
  }

  hangUp(client: number): void {
    this.connections.hangUp(client, this.#now);
  }

  authenticate(client: number): void {
    this.connections.authenticate(client, this.#now);
  }

  join(client: number): void {
    this.connections.join(client, this.#now);
  }

  requestToken(client: number): boolean {
    return this.tokens.request(client, this.#now);
  }

  abandonToken(client: number): void {
    this.tokens.abandon(client);
  }

  send(client: number, seq: number): void {
    this.connections.send(client, seq, this.#now);
  }

  ping(client: number): MonoMs {
    return this.connections.pings.answeredAt(client, this.#now);
  }

  lastPing(client: number): MonoMs {
    return this.connections.pings.latest(client, this.#now);
  }

  #populate(): void {
    const { scenario, context, machine } = this.#world;
    const { clients, tokens } = scenario;
    this.recorder.populated(clients.count);
    const tokenless = arrivesTokenless(scenario);
    for (let client = 0; client < clients.count; client++) {
      const skew = skewMs(clients.clockSkew, context.draws, client);
      if (tokenless) {
        machine.prepareTokenless(client, skew);
        continue;
      }
      const issuedAt = firstIssuedAt(scenario, context.draws, client);
      machine.prepare(client, skew, issuedAt, mono(issuedAt + tokens.lifetimeMs));
    }
  }

  #ringModel(alarm: number, client: number, now: MonoMs): void {
    switch (alarm) {
      case MODEL_ALARM.wire:
        return this.#arrive(client, now);
      case MODEL_ALARM.token:
        return this.tokens.arrive(client, now);
      case MODEL_ALARM.expiry:
        return this.connections.expire(client, now);
      default:
        return this.connections.exchange(client, now);
    }
  }

  /** Handles what arrives on a client's connection, and the end of its attempt if that may be handled early. */
  #arrive(client: number, now: MonoMs): void {
    this.connections.arrive(client, now);
    if (!this.outlook.isEarly) return;
    const requests = this.#requests;
    this.#now = this.outlook.take();
    if (requests !== null) requests.isAhead = true;
    this.connections.arrive(client, this.#now);
    if (requests !== null) requests.isAhead = false;
  }

  /**
   * Reads what the events of these alarms will read first. The records lie scattered over much memory; read one after
   * the other, without anything in between, they arrive together.
   */
  #fetch(places: Int32Array, from: number, to: number): void {
    const { columns, context } = this.#world;
    let read = 0;
    for (let i = from; i < to; i++) {
      const slot = context.queue.slotAt(places[i]!);
      if (slot >= this.#firstWorldSlot) continue;
      const client = clientOf(slot);
      read += context.columns.state.at(client) + columns.connection.at(client);
    }
    this.fetched = read;
  }

  #setFault(slot: number, at: number): void {
    this.#world.context.queue.set(slot, at);
    this.outlook.waitFor(slot, at);
  }

  /** Handles an alarm of a fault or of the model. */
  #ringWorld(slot: number, now: MonoMs): void {
    if (slot >= this.#firstFaultSlot) return this.#setFault(slot, this.#ringFault(slot - this.#firstFaultSlot, now));
    if (slot === this.#firstWorldSlot + WORLD_ALARM.revocationFeed) return this.#revocations.ring(now);
    this.#acceptThenClose.ring(now, (client) => this.connections.closeAccepted(client, now));
  }

  /** Begins or continues an occurrence. @returns when to ring again */
  #ringFault(index: number, now: MonoMs): number {
    const occurrence = this.#occurrences[index]!;
    if (!this.#faults.has(index)) this.#faults.begin(occurrence, occurrence.atMs, endOf(occurrence));
    return this.#faults.advanceOne(index, now);
  }
}

function contextOf(scenario: Scenario, port: Port, observer: Recorder, occurrences: number): ClientContext {
  const { clients } = scenario;
  const draws = new Draws(scenario.seed);
  const others = WORLD_ALARMS + occurrences;
  const columns = clientColumns(clients.count, others);
  return {
    columns,
    behaviour: behaviourOf(scenario),
    port,
    // A fault that begins at an instant is active for everything at that instant; one that ends then is not.
    queue: new EventQueue(clients.count * ALARMS + others, occurrences, columns.board),
    observer,
    draws,
    shard: 0,
    shards: 1,
    planned: clients.count,
    arriveOverMs: arriveOverMs(clients),
    arrivals: randomArrivals(clients, draws),
    defersTimeOut: true,
  };
}
