import { ActiveFaults } from '../core/fault/active-faults.ts';
import { faultWorld } from '../core/fault/injector.ts';
import { endOf, occurrencesOf, type Occurrence } from '../core/fault/occurrence.ts';
import type { Tallies } from '../core/fault/tallies.ts';
import { ClientColumns } from '../core/client/columns.ts';
import { ALARMS, OWN_ALARMS, alarmOf, clientOf, type ClientContext } from '../core/client/context.ts';
import { Machine } from '../core/client/machine.ts';
import { Draws } from '../core/random/draws.ts';
import { EventQueue } from '../core/time/event-queue.ts';
import { mono, type MonoMs } from '../core/time/instant.ts';
import { NOTHING_REPORTED, reportedOf, type TargetReported } from '../metrics/measurements.ts';
import { Recorder } from '../metrics/recorder.ts';
import type { RecorderStore } from '../metrics/store.ts';
import { arriveOverMs, behaviourOf, firstIssuedAt, randomArrivals, skewMs } from '../scenario/population.ts';
import { ScenarioError } from '../scenario/problem.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { ModelCommands } from './commands.ts';
import { gatewayBehaviourOf } from './gateway-behaviour.ts';
import { MODEL_INJECTORS, type ModelFaults } from './faults.ts';
import type { ModelWorld } from './injectors/model-world.ts';
import { PendingFaults } from './pending-faults.ts';
import { Gateways } from './gateways.ts';
import { Revocations } from './revocations.ts';
import { AcceptThenClose } from './accept-then-close.ts';
import { Links, MODEL_ALARM } from './links.ts';
import { whyUnsupported } from '../core/fault/executor.ts';
import { ModelDraws } from './model-draws.ts';
import { ModelPort } from './model-port.ts';
import { TokenService } from './token-service.ts';
import { Authority, type World } from './world.ts';

/** Alarms of the model itself, behind those of the faults. */
const WORLD_ALARM = { acceptThenClose: 0, revocationFeed: 1 } as const;
const WORLD_ALARMS = 2;

/**
 * Events for each client, and for the faults, that may take place at one instant. A drop of everybody takes some ten;
 * more than this come from clients that do the same over and over without any time between.
 */
const MOST_AT_ONCE = 1000;

/** A population and a modelled world on one event queue, and the instant that it is there. */
export class Simulation {
  readonly recorder: Recorder;
  readonly commands: ModelCommands;
  readonly tallies: Tallies;
  readonly gateways: Gateways;
  readonly #world: World;
  readonly #tokens: TokenService;
  readonly #queue: EventQueue;
  readonly #revocations: Revocations;
  readonly #acceptThenClose: AcceptThenClose;
  readonly #faults: ActiveFaults<ModelWorld>;
  readonly #occurrences: readonly Occurrence[];
  /** slots from here on belong to the model itself, and those from there on to the faults, one for each occurrence */
  readonly #firstWorldSlot: number;
  readonly #firstFaultSlot: number;
  readonly #mostAtOnce: number;
  #now = mono(0);
  #events = 0;
  /** events since it last became later */
  #atOnce = 0;

  /** @param store where the recorder counts */
  constructor(scenario: Scenario, store: RecorderStore) {
    const { count } = scenario.clients;
    this.#occurrences = occurrencesOf(scenario.faults, scenario.durationMs);
    this.#firstWorldSlot = count * ALARMS;
    this.#firstFaultSlot = this.#firstWorldSlot + WORLD_ALARMS;
    this.#mostAtOnce = (count + this.#occurrences.length) * MOST_AT_ONCE;
    // A fault that begins at an instant is on for all that happens then, and one that ends then is off.
    this.#queue = new EventQueue(this.#firstFaultSlot + this.#occurrences.length, this.#occurrences.length);
    const links = new Links(count);
    const behaviour = gatewayBehaviourOf(scenario);
    this.commands = new ModelCommands(links, behaviour, store, scenario.clients.commands === null ? 0 : count);
    this.recorder = new Recorder(store, this.commands);
    const port = new ModelPort(() => this.#now);
    const draws = new Draws(scenario.seed);
    const context: ClientContext = {
      columns: new ClientColumns(count),
      behaviour: behaviourOf(scenario),
      port,
      queue: this.#queue,
      observer: this.recorder,
      draws,
      shard: 0,
      shards: 1,
      planned: count,
      arriveOverMs: arriveOverMs(scenario.clients),
      arrivals: randomArrivals(scenario.clients, draws),
    };
    const machine = new Machine(context);
    const modelDraws = new ModelDraws(context.draws, scenario.model);
    const world = { scenario, context, machine, links, modelDraws, behaviour, authority: new Authority(count) };
    this.#world = world;
    this.#acceptThenClose = new AcceptThenClose(count, this.#queue, this.#firstWorldSlot + WORLD_ALARM.acceptThenClose);
    const inCommon = faultWorld(draws, { count, perUser: scenario.clients.perUser });
    this.tallies = inCommon.tallies;
    const faults: ModelFaults = {
      refreshes: new PendingFaults(context, inCommon.refreshes),
      handshakes: new PendingFaults(context, inCommon.handshakes),
      acceptThenClose: this.#acceptThenClose,
    };
    this.gateways = new Gateways(world, this.commands, faults);
    this.#tokens = new TokenService(world, faults);
    const { gateways, commands } = this;
    this.#revocations = new Revocations(
      world,
      gateways,
      this.#queue,
      this.#firstWorldSlot + WORLD_ALARM.revocationFeed,
    );
    commands.attach(gateways);
    const modelWorld = { ...inCommon, world, machine, gateways, commands, revocations: this.#revocations };
    this.#faults = new ActiveFaults(MODEL_INJECTORS, modelWorld);
    port.attach({ world, gateways, tokens: this.#tokens, commands });
    this.#populate();
  }

  /** What only the target knows; a foreign one does not say. */
  get reported(): TargetReported {
    const wasted = this.gateways.processes.wasted(this.#now);
    if (this.#world.scenario.target.kind !== 'embedded') return { ...NOTHING_REPORTED, wasted };
    return reportedOf({ wasted, ...this.gateways.sessions.counts, loggedOutByReuse: this.#tokens.loggedOutByReuse });
  }

  /** Events run so far. */
  get events(): number {
    return this.#events;
  }

  get now(): MonoMs {
    return this.#now;
  }

  /**
   * Runs the events that are due up to `until`, but at most `most` of them.
   *
   * @returns whether all of them were run, and it is now `until`
   * @throws {ScenarioError} when time stands still
   */
  advance(until: number, most: number): boolean {
    const queue = this.#queue;
    for (let n = 0; n < most; n++) {
      const at = queue.nextAt();
      if (at > until) {
        this.#now = mono(until);
        return true;
      }
      if (at > this.#now) this.#atOnce = 0;
      else if (++this.#atOnce > this.#mostAtOnce) throw this.#standstill(at);
      this.#now = mono(at);
      this.#events += 1;
      const slot = queue.pop();
      if (slot >= this.#firstWorldSlot) this.#ringWorld(slot);
      else if (alarmOf(slot) < OWN_ALARMS) this.#world.machine.ring(slot, this.#now, this.#now);
      else this.#ringModel(slot);
    }
    return false;
  }

  /** The run is over: what clients still hold is settled. */
  windDown(): void {
    this.#faults.stop();
    for (let client = 0; client < this.#world.scenario.clients.count; client++)
      this.#world.machine.windDown(client, this.#now);
  }

  #populate(): void {
    const { scenario, context, machine } = this.#world;
    const { clients, tokens } = scenario;
    this.recorder.populated(clients.count);
    for (let client = 0; client < clients.count; client++) {
      const issuedAt = firstIssuedAt(tokens, context.draws, client);
      const skew = skewMs(clients.clockSkew, context.draws, client);
      machine.prepare(client, skew, issuedAt, mono(issuedAt + tokens.lifetimeMs));
    }
    for (const { index, atMs, fault } of this.#occurrences) {
      if (whyUnsupported(fault) === null) this.#queue.set(this.#firstFaultSlot + index, atMs);
    }
  }

  #ringModel(slot: number): void {
    const client = clientOf(slot);
    switch (alarmOf(slot)) {
      case MODEL_ALARM.wire:
        return this.gateways.arrive(client, this.#now);
      case MODEL_ALARM.token:
        return this.#tokens.arrive(client, this.#now);
      case MODEL_ALARM.expiry:
        return this.gateways.expire(client, this.#now);
      default:
        return this.commands.arrive(this.#world, client, this.#now);
    }
  }

  /** An alarm of a fault, or of the model itself. */
  #ringWorld(slot: number): void {
    if (slot >= this.#firstFaultSlot) return this.#queue.set(slot, this.#ringFault(slot - this.#firstFaultSlot));
    if (slot === this.#firstWorldSlot + WORLD_ALARM.revocationFeed) return this.#revocations.ring(this.#now);
    this.#acceptThenClose.ring(this.#now, (client) => this.gateways.closeAccepted(client, this.#now));
  }

  /** Begins an occurrence, or goes on with it. @returns when to ring again */
  #ringFault(index: number): number {
    const occurrence = this.#occurrences[index]!;
    if (!this.#faults.has(index)) this.#faults.begin(occurrence, occurrence.atMs, endOf(occurrence));
    return this.#faults.advanceOne(index, this.#now);
  }

  #standstill(atMs: number): ScenarioError {
    const message =
      `virtual time does not get past ${atMs} ms: what clients do there takes no time and leads to the same again, ` +
      'as a retry without delay does — give it more than 0s';
    return new ScenarioError([{ place: { file: this.#world.scenario.name }, path: 'model.latency', message }]);
  }
}
