import { MessageChannel, type MessagePort } from 'node:worker_threads';
import { Piscina } from 'piscina';
import type { Occurrence } from '../core/fault/occurrence.ts';
import type { RecorderStore } from '../metrics/store.ts';
import { addSightings } from '../metrics/sighting.ts';
import type { RunStart } from './clock.ts';
import type { LoginTally } from './first-logins.ts';
import type { FromShard, Preparation, ShardInterval, ShardResult, ShardTask, ToShard } from './shard-messages.ts';

const ENTRY = new URL('./worker.js', import.meta.url);

/** Part of a shard's task that is the same for all workers. */
export type CommonTask = Omit<ShardTask, 'shard' | 'shards' | 'users' | 'store' | 'port'>;

/** The clients of a run that this process holds: every `shards`-th, beginning with number `shard`. */
export interface Part {
  readonly shard: number;
  readonly shards: number;
}

/** The part that holds all clients. */
export const WHOLE: Part = { shard: 0, shards: 1 };

/** Returns the number of clients in a part. */
export function clientsIn({ shard, shards }: Part, count: number): number {
  return Math.ceil((count - shard) / shards);
}

export type WorkerPool = Piscina<ShardTask, ShardResult>;

/** Makes a pool of worker threads, each with one shard at a time. */
export function workerPool(minThreads: number, maxThreads: number): WorkerPool {
  return new Piscina({ filename: ENTRY.href, minThreads, maxThreads, idleTimeout: Infinity });
}

/** The shards of a run, each of which is one worker's task for the whole run. */
export class Shards {
  readonly #pool: WorkerPool;
  readonly #isShared: boolean;
  readonly #over = new AbortController();
  readonly #lines: readonly Line[];
  readonly #results: readonly Promise<ShardResult>[];

  /**
   * @param usersOf rows of the users of a share of the clients
   * @param shared pool of several runs; absent: the run makes its own
   * @param failed called when a worker failed or died, so that the run cannot continue
   */
  constructor(
    stores: readonly RecorderStore[],
    part: Part,
    common: CommonTask,
    usersOf: (part: Part) => ShardTask['users'],
    shared: WorkerPool | undefined,
    failed: (error: Error) => void,
  ) {
    const workers = stores.length;
    this.#pool = shared ?? workerPool(workers, workers);
    this.#isShared = shared !== undefined;
    const begun = stores.map((store, index) => {
      const { port1, port2 } = new MessageChannel();
      // The part is divided among workers in the way the population is divided among parts.
      const shard = part.shard + part.shards * index;
      const share = { shard, shards: part.shards * workers };
      const task: ShardTask = { ...common, ...share, users: usersOf(share), store, port: port2 };
      const result = this.#pool.run(task, { transferList: [port2], signal: this.#over.signal });
      result.catch(failed);
      return { line: new Line(port1), result };
    });
    this.#lines = begun.map(({ line }) => line);
    this.#results = begun.map(({ result }) => result);
  }

  /**
   * Resolves when all workers are ready.
   *
   * @param onLogins called with the progress of logins before the run
   */
  async prepared(onLogins: (tally: LoginTally) => void): Promise<Preparation> {
    const tallies = new Map<Line, LoginTally>();
    for (const line of this.#lines) {
      line.onLogins((tally) => {
        tallies.set(line, tally);
        onLogins(addLogins([...tallies.values()]));
      });
    }
    const parts = (await this.#answers('prepared')).map(({ preparation }) => preparation);
    const logins = parts.flatMap((part) => part.logins ?? []);
    return {
      leadTimeMs: Math.max(...parts.map(({ leadTimeMs }) => leadTimeMs)),
      logins: logins.length === 0 ? null : addLogins(logins),
      seen: addSightings(parts.map(({ seen }) => seen)),
    };
  }

  go(start: RunStart): void {
    this.#send({ type: 'go', start });
  }

  begin(occurrence: Occurrence): void {
    this.#send({ type: 'begin', occurrence });
  }

  rotate(inRotation: readonly number[]): void {
    this.#send({ type: 'rotate', inRotation });
  }

  async takeIntervals(): Promise<readonly ShardInterval[]> {
    this.#send({ type: 'take-interval' });
    return (await this.#answers('interval')).map(({ interval }) => interval);
  }

  async windDown(): Promise<readonly ShardResult[]> {
    this.#send({ type: 'wind-down' });
    return Promise.all(this.#results);
  }

  /** Ends the workers at once. */
  async close(): Promise<void> {
    for (const line of this.#lines) line.close();
    this.#over.abort();
    if (!this.#isShared) await this.#pool.destroy();
  }

  #send(message: ToShard): void {
    for (const line of this.#lines) line.send(message);
  }

  #answers<Type extends FromShard['type']>(type: Type): Promise<Answer<Type>[]> {
    return Promise.all(this.#lines.map((line) => line.answer(type)));
  }
}

type Waiter = (message: FromShard) => void;

type Answer<Type extends FromShard['type']> = Extract<FromShard, { type: Type }>;

/** The line to one worker. It answers each question once and in order, so answers find their askers by kind. */
class Line {
  readonly #port: MessagePort;
  readonly #waiters = new Map<FromShard['type'], Waiter[]>();
  #onLogins: (tally: LoginTally) => void = () => {};

  constructor(port: MessagePort) {
    this.#port = port;
    port.on('message', (message: FromShard) => {
      if (message.type === 'logging-in') this.#onLogins(message.tally);
      else this.#waiters.get(message.type)?.shift()?.(message);
    });
  }

  onLogins(onLogins: (tally: LoginTally) => void): void {
    this.#onLogins = onLogins;
  }

  send(message: ToShard): void {
    this.#port.postMessage(message);
  }

  answer<Type extends FromShard['type']>(type: Type): Promise<Answer<Type>> {
    return new Promise((resolve) => {
      const waiters = this.#waiters.get(type) ?? [];
      waiters.push((message) => {
        if (isAnswer(message, type)) resolve(message);
      });
      this.#waiters.set(type, waiters);
    });
  }

  close(): void {
    this.#port.close();
  }
}

function addLogins(tallies: readonly LoginTally[]): LoginTally {
  const sum = (of: (tally: LoginTally) => number): number => tallies.reduce((all, tally) => all + of(tally), 0);
  return { planned: sum(({ planned }) => planned), done: sum(({ done }) => done), failed: sum(({ failed }) => failed) };
}

function isAnswer<Type extends FromShard['type']>(message: FromShard, type: Type): message is Answer<Type> {
  return message.type === type;
}
