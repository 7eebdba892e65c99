import { clientColumns, type ClientColumns } from '../core/client/columns.ts';
import { ALARMS } from '../core/client/context.ts';
import { Machine } from '../core/client/machine.ts';
import type { Port } from '../core/client/port.ts';
import { Draws } from '../core/random/draws.ts';
import { EventQueue } from '../core/time/event-queue.ts';
import { mono, NEVER, type MonoMs } from '../core/time/instant.ts';
import { clientsBehind } from '../live/time/behind.ts';
import { LateEvents } from '../live/time/late-events.ts';
import { ReadClock } from '../live/time/read-clock.ts';
import { CommandLog } from '../metrics/command-log.ts';
import { Curves } from '../metrics/curves.ts';
import { Lateness } from '../metrics/lateness.ts';
import { joinLedger } from '../metrics/ledger.ts';
import { measure } from '../metrics/measure.ts';
import { NOTHING_REPORTED, type Measurements } from '../metrics/measurements.ts';
import { Recorder } from '../metrics/recorder.ts';
import type { Interval } from '../metrics/run.ts';
import { createStore, type RecorderStore } from '../metrics/store.ts';
import { addInterval, emptyTimings, type IntervalHistograms, type Timings } from '../metrics/timings.ts';
import { arriveOverMs, behaviourOf } from '../scenario/population.ts';
import type { Scenario } from '../scenario/scenario.ts';

/** Time that a packet takes one way, ms. */
const LATENCY_MS = 2;
/** Longest work on due alarms before sockets are read, ms, as in the loop of a live run. */
const SLICE_MS = 20;
const DROPPED = 1012;
const EXPIRED = 4401;

/** The target of a slow generator: servers that answer in the order of the requests, and drop all connections. */
export interface SlowPlan {
  readonly handshakesPerSecond: number;
  readonly refreshesPerSecond: number;
  /** instants at which every open connection is dropped, ms */
  readonly dropsAt: readonly number[];
  /** whether the target closes a connection when its token expires; default: it does not */
  readonly closesAtExpiry?: boolean;
  /** time that the generator takes for one event that begins at this instant, ms; 0: it is never late */
  readonly costMs: (now: number) => number;
}

/** Something that arrives at the generator's sockets. */
interface Arrival {
  readonly at: number;
  readonly handle: (now: MonoMs) => void;
}

/** One share of a population: number `shard` of `shards`. */
export interface Share {
  readonly shard: number;
  readonly shards: number;
}

/** Receives a second of a slow run: its end, and its histograms. The last second ends with the run. */
type Watch = (endMs: number, histograms: IntervalHistograms) => void;

/**
 * Runs the clients of a live run (machine, recorder, lateness of events) on a clock of its own, against servers that wait
 * for nobody: a deterministic run whose generator is as slow as wanted. Alarms and reads take turns as in Node's event
 * loop.
 */
export function slowRun(scenario: Scenario, plan: SlowPlan): Measurements {
  return slowShards(scenario, [plan]);
}

/**
 * Runs each share of a population on a slow generator of its own, one plan a share, and measures all of them as one run
 * with several workers does.
 */
export function slowShards(scenario: Scenario, plans: readonly SlowPlan[]): Measurements {
  const timings = emptyTimings();
  const generators = plans.map((plan, shard) => new SlowGenerator(scenario, plan, { shard, shards: plans.length }));
  for (const generator of generators) generator.run((_endMs, histograms) => addInterval(timings, histograms));
  return measured(scenario.durationMs, generators, timings);
}

/** Runs one share of a population on a slow generator, and passes each second on, as a world does to a results folder. */
export function watchedSlowRun(
  scenario: Scenario,
  plan: SlowPlan,
  share: Share,
  onInterval: (interval: Pick<Interval, 'startMs' | 'endMs' | 'histograms'> & { measurements: Measurements }) => void,
): Measurements {
  const timings = emptyTimings();
  const generator = new SlowGenerator(scenario, plan, share);
  let startMs = 0;
  generator.run((endMs, histograms) => {
    addInterval(timings, histograms);
    onInterval({ startMs, endMs, histograms, measurements: measured(endMs, [generator], timings) });
    startMs = endMs;
  });
  return measured(scenario.durationMs, [generator], timings);
}

function measured(elapsedMs: number, generators: readonly SlowGenerator[], timings: Timings): Measurements {
  return measure({
    elapsedMs,
    planned: generators.reduce((sum, { clients }) => sum + clients, 0),
    stores: generators.map(({ store }) => store),
    timings,
    reported: NOTHING_REPORTED,
    ledger: (curves) =>
      joinLedger(
        generators.map(({ commands }) => commands.export()),
        null,
        curves,
      ),
  });
}

class SlowGenerator implements Port {
  readonly #scenario: Scenario;
  readonly #plan: SlowPlan;
  readonly #queue: EventQueue;
  readonly #machine: Machine;
  readonly #late: LateEvents;
  readonly #lateness: Lateness;
  readonly #columns: ClientColumns;
  readonly #recorder: Recorder;
  /** number of clients of this share */
  readonly clients: number;
  readonly commands: CommandLog;
  readonly store: RecorderStore;
  /** arrivals in order of their instants, the next one last */
  readonly #arrivals: Arrival[] = [];
  /** number of each client's connection, and of its token request, whose events are the only ones that still count */
  readonly #connection: Uint32Array;
  readonly #request: Uint32Array;
  /** when the target accepted each client's connection; Infinity: it has none */
  readonly #acceptedAt: Float64Array;
  #gatewayFreeAt = 0;
  #serviceFreeAt = 0;
  #now = 0;
  #idleMs = 0;
  #turnEnds: (() => void)[] = [];

  constructor(scenario: Scenario, plan: SlowPlan, { shard, shards }: Share) {
    const count = Math.ceil((scenario.clients.count - shard) / shards);
    this.clients = count;
    this.#scenario = scenario;
    this.#plan = plan;
    this.#queue = new EventQueue(count * ALARMS);
    this.store = createStore(Curves.binsFor(scenario.durationMs), false, true);
    this.commands = new CommandLog(count);
    const lateness = new Lateness(count);
    this.#lateness = lateness;
    this.#columns = clientColumns(count);
    this.#recorder = new Recorder(this.store, this.commands, lateness);
    this.#recorder.populated(count);
    const turns = {
      idleMs: () => this.#idleMs,
      atEndOfReads: (ended: () => void) => void this.#turnEnds.push(ended),
      in: () => {},
    };
    this.#late = new LateEvents(lateness, this.#recorder, this.#queue, new ReadClock(turns));
    this.#connection = new Uint32Array(count);
    this.#request = new Uint32Array(count);
    this.#acceptedAt = new Float64Array(count).fill(Infinity);
    this.#machine = new Machine({
      columns: this.#columns,
      behaviour: behaviourOf(scenario),
      port: this,
      queue: this.#queue,
      observer: this.#recorder,
      sentLateMs: lateness.sentLateMs,
      draws: new Draws(scenario.seed),
      shard,
      shards,
      planned: scenario.clients.count,
      arriveOverMs: arriveOverMs(scenario.clients),
      arrivals: null,
    });
    this.#late.attach(this.#machine);
    for (let client = 0; client < count; client++) {
      this.#machine.prepare(client, 0, mono(0), mono(scenario.tokens.lifetimeMs));
    }
    for (const at of plan.dropsAt) this.#arrives(at, () => this.#dropAll(at));
  }

  run(watch: Watch): void {
    const { durationMs } = this.#scenario;
    let secondEnd = 1000;
    while (this.#now < durationMs) {
      this.#turn(durationMs);
      for (; this.#now >= secondEnd && secondEnd < durationMs; secondEnd += 1000) {
        this.#lookBehind();
        watch(secondEnd, this.#recorder.takeInterval());
      }
    }
    this.#lookBehind();
    for (let client = 0; client < this.clients; client++) {
      this.#late.windsDown(client, mono(this.#now));
      this.#machine.windDown(client, mono(this.#now));
    }
    watch(durationMs, this.#recorder.takeInterval());
  }

  #lookBehind(): void {
    const clients = {
      columns: this.#columns,
      queue: this.#queue,
      lateness: this.#lateness,
      late: this.#late,
      count: this.clients,
    };
    const end = Math.min(this.#now, this.#scenario.durationMs);
    this.#recorder.behind(clientsBehind(clients, mono(this.#now), end));
  }

  /** One turn of the event loop: alarms, then reads; it sleeps when nothing is due. */
  #turn(durationMs: number): void {
    const nextAt = Math.min(this.#queue.nextAt(), this.#arrivals.at(-1)?.at ?? Infinity, durationMs);
    if (nextAt > this.#now && this.#turnEnds.length === 0) {
      this.#idleMs += nextAt - this.#now;
      this.#now = nextAt;
    }
    const sliceEnd = this.#now + SLICE_MS;
    for (let at = this.#queue.nextAt(); at <= this.#now && at <= durationMs && this.#now < sliceEnd;) {
      const slot = this.#queue.pop();
      const now = mono(this.#now);
      this.#recorder.late(now - at);
      if (this.#late.rings(slot, mono(at), now)) this.#machine.ring(slot, mono(at), now);
      this.#work();
      at = this.#queue.nextAt();
    }
    const polledAt = this.#now;
    while ((this.#arrivals.at(-1)?.at ?? Infinity) <= polledAt) {
      this.#arrivals.pop()!.handle(mono(this.#now));
      this.#work();
    }
    const ended = this.#turnEnds;
    this.#turnEnds = [];
    for (const end of ended) end();
  }

  #work(): void {
    this.#now += this.#plan.costMs(this.#now);
  }

  dial(client: number): void {
    const number = ++this.#connection[client]!;
    const at = this.#now + LATENCY_MS;
    this.#gatewayFreeAt = Math.max(at, this.#gatewayFreeAt) + 1000 / this.#plan.handshakesPerSecond;
    this.#acceptedAt[client] = this.#gatewayFreeAt;
    if (this.#plan.closesAtExpiry === true) this.#closes(client, this.#columns.expiresAt.at(client), EXPIRED);
    this.#arrives(this.#gatewayFreeAt + LATENCY_MS, (now) => {
      if (this.#connection[client] !== number) return;
      this.#late.arrived(client, now);
      this.#machine.onOpen(client, now);
    });
  }

  hangUp(client: number): void {
    this.#acceptedAt[client] = Infinity;
    this.#connection[client]! += 1;
  }

  join(): void {}
  authenticate(): void {}

  requestToken(client: number): boolean {
    const number = ++this.#request[client]!;
    this.#late.asksForToken(client);
    const at = this.#now + LATENCY_MS;
    this.#serviceFreeAt = Math.max(at, this.#serviceFreeAt) + 1000 / this.#plan.refreshesPerSecond;
    const issuedAt = mono(this.#serviceFreeAt);
    this.#arrives(issuedAt + LATENCY_MS, (now) => {
      if (this.#request[client] !== number) return;
      this.#late.answered(client, now, true);
      this.#machine.onToken(client, issuedAt, mono(issuedAt + this.#scenario.tokens.lifetimeMs), now);
    });
    return true;
  }

  abandonToken(client: number): void {
    this.#request[client]! += 1;
  }

  send(client: number, seq: number): void {
    const number = this.#connection[client]!;
    this.#arrives(this.#now + 2 * LATENCY_MS, (now) => {
      if (this.#connection[client] !== number) return;
      this.#late.arrived(client, now);
      this.#machine.onAck(client, seq, now);
    });
  }

  ping(): MonoMs {
    return NEVER;
  }

  lastPing(): MonoMs {
    return mono(0);
  }

  /** Every connection that is open at the target ends there; each close lies unread until its turn comes. */
  #dropAll(at: number): void {
    for (let client = 0; client < this.#acceptedAt.length; client++) {
      if (this.#acceptedAt[client]! <= at) this.#closes(client, at, DROPPED);
    }
  }

  /** The client's present connection ends at the target at an instant. */
  #closes(client: number, at: number, code: number): void {
    const number = this.#connection[client]!;
    this.#arrives(at + LATENCY_MS, (now) => {
      if (this.#connection[client] !== number) return;
      this.#acceptedAt[client] = Infinity;
      this.#late.arrived(client, now);
      this.#machine.onClosed(client, code, null, now);
    });
  }

  /** Adds an arrival in its order; of equals the earlier added comes first. */
  #arrives(at: number, handle: Arrival['handle']): void {
    let [low, high] = [0, this.#arrivals.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#arrivals[middle]!.at > at) low = middle + 1;
      else high = middle;
    }
    this.#arrivals.splice(low, 0, { at, handle });
  }
}
