import { clientColumns } from '../core/client/columns.ts';
import { ALARMS } from '../core/client/context.ts';
import { Machine } from '../core/client/machine.ts';
import type { Port } from '../core/client/port.ts';
import { Draws } from '../core/random/draws.ts';
import { EventQueue } from '../core/time/event-queue.ts';
import { NEVER, mono, type MonoMs } from '../core/time/instant.ts';
import { Curves } from '../metrics/curves.ts';
import { Recorder } from '../metrics/recorder.ts';
import { createStore } from '../metrics/store.ts';
import { arriveOverMs, behaviourOf } from '../scenario/population.ts';
import { benchScenario } from './bench-scenario.ts';
import type { Benchmark } from './benchmark.ts';

const CLIENTS = 10_000;
const SERVICE_RESTART = 1012;

/** One client event, with everything that follows from it, compared with one change to an object in a Map. */
export function machineBenchmark(): Benchmark {
  const treadmill = new ClientLoop();
  return {
    subject: `client event, ${CLIENTS} clients`,
    baseline: 'object changed in a Map',
    runSubject: (operations) => treadmill.run(operations),
    runBaseline: changeObjects(),
  };
}

/**
 * A gateway that accepts every client and closes at once, so that clients loop: backoff alarm, open, closed, backoff
 * alarm. It also answers token requests.
 */
class ClientLoop implements Port {
  readonly #scenario = benchScenario('ws://127.0.0.1:1', CLIENTS, 1000);
  readonly #columns = clientColumns(CLIENTS);
  readonly #queue = new EventQueue(CLIENTS * ALARMS, 0, this.#columns.board);
  readonly #machine: Machine;
  /** the client that waits for an answer; -1 for none */
  #dialled = -1;
  #requested = -1;

  constructor() {
    const { seed, durationMs, clients, tokens } = this.#scenario;
    const recorder = new Recorder(createStore(Curves.binsFor(durationMs), true), null);
    recorder.populated(CLIENTS);
    this.#machine = new Machine({
      columns: this.#columns,
      behaviour: behaviourOf(this.#scenario),
      port: this,
      queue: this.#queue,
      observer: recorder,
      draws: new Draws(seed),
      shard: 0,
      shards: 1,
      planned: CLIENTS,
      arriveOverMs: arriveOverMs(clients),
      arrivals: null,
    });
    for (let client = 0; client < CLIENTS; client++) {
      this.#machine.prepare(client, 0, mono(0), mono(tokens.lifetimeMs));
    }
  }

  /** @returns the run's time at the last event */
  run(events: number): number {
    let now = mono(0);
    for (let done = 0; done < events; done++) {
      now = mono(this.#queue.nextAt());
      this.#machine.ring(this.#queue.pop(), now, now);
      done += this.#answer(now);
    }
    return now;
  }

  dial(client: number): void {
    this.#dialled = client;
  }

  requestToken(client: number): boolean {
    this.#requested = client;
    return true;
  }

  hangUp(): void {}
  join(): void {}
  authenticate(): void {}
  abandonToken(): void {}
  send(): void {}
  ping(): MonoMs {
    return NEVER;
  }
  lastPing(): MonoMs {
    return mono(0);
  }

  /** @returns the number of events */
  #answer(now: MonoMs): number {
    let events = 0;
    if (this.#requested !== -1) {
      this.#machine.onToken(this.#requested, now, mono(now + this.#scenario.tokens.lifetimeMs), now);
      this.#requested = -1;
      events += 1;
    }
    if (this.#dialled !== -1) {
      this.#machine.onOpen(this.#dialled, now);
      this.#machine.onClosed(this.#dialled, SERVICE_RESTART, null, now);
      this.#dialled = -1;
      events += 2;
    }
    return events;
  }
}

function changeObjects(): (operations: number) => number {
  const clients = new Map<number, { ready: boolean; changes: number }>();
  for (let id = 0; id < CLIENTS; id++) clients.set(id, { ready: false, changes: 0 });
  return (operations) => {
    let changes = 0;
    for (let n = 0; n < operations; n++) {
      const client = clients.get(n % CLIENTS)!;
      client.ready = !client.ready;
      changes = ++client.changes;
    }
    return changes;
  };
}
