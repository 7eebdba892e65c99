import type { Occurrence } from '../../core/fault/occurrence.ts';
import { Curves } from '../../metrics/curves.ts';
import type { RecorderStore } from '../../metrics/store.ts';
import { addSightings } from '../../metrics/sighting.ts';
import { makeUnknown, type BecameUnknown } from '../../metrics/unknown.ts';
import type { RunStart } from '../time/clock.ts';
import type { LoginTally } from '../tokens/first-logins.ts';
import { WorkerDied, type ShardHost, type StartedWorker, type WorkerTask } from './shard-host.ts';
import type { Preparation, ShardInterval, ShardResult, ShardTask, ToShard } from '../shard/shard-messages.ts';
import { withSourcesOf } from '../network/sources.ts';
import { failureIn } from '../../protocols/own/failure.ts';
import { ModuleWatch } from './module-watch.ts';
import { WorkerLine } from './worker-line.ts';

/** Part of a worker's task that is the same for all workers. */
export type CommonTask = Omit<WorkerTask, 'shard' | 'shards' | 'users'>;

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

/** The shards of a run, each of which is one worker's task for the whole run. */
export class Shards {
  readonly #host: ShardHost;
  #isClosed = false;
  /** null: the protocol is none of the user's own */
  readonly #watch: ModuleWatch | null;
  readonly #workers: readonly {
    readonly line: WorkerLine;
    readonly started: StartedWorker;
    readonly share: Part;
    readonly store: RecorderStore;
  }[];
  /** instant to which the counts of each worker are complete, ms from the run's start */
  readonly #completeToMs: number[];

  /**
   * @param stores the counts of each worker; a thread shares its store, and of any other worker's store it is a copy
   * @param usersOf rows of the users of a share of the clients
   * @param events.failed called when a worker failed, so that the run cannot continue
   * @param events.died called when a worker died, with its clients that are unknown from then on
   */
  constructor(
    host: ShardHost,
    stores: readonly RecorderStore[],
    part: Part,
    common: CommonTask,
    usersOf: (part: Part) => ShardTask['users'],
    events: { failed(error: unknown): void; died(worker: number, how: string, unknown: BecameUnknown): void },
  ) {
    const workers = stores.length;
    const { count } = common.scenario.clients;
    this.#completeToMs = stores.map(() => 0);
    this.#host = host;
    this.#watch = ModuleWatch.of(common.scenario, workers, (error) => events.failed(error));
    this.#workers = stores.map((store, index) => {
      // The part is divided among workers in the way the population is divided among parts.
      const share = { shard: part.shard + part.shards * index, shards: part.shards * workers };
      const gateways = common.gateways.map((gateway) => withSourcesOf(gateway, share));
      const task: WorkerTask = { ...common, ...share, gateways, users: usersOf(share) };
      const started = host.start(task, store, index, this.#watch?.callsOf(index));
      const line = new WorkerLine(started);
      if (!host.sharesMemory) this.#watch?.follow(index, line);
      started.result.catch((error: unknown) => {
        if (this.#isClosed) return;
        const broken = failureIn(error);
        if (broken !== null) return events.failed(broken);
        if (!(error instanceof WorkerDied)) return events.failed(error);
        line.worksNoMore();
        const unknown = makeUnknown(store, clientsIn(share, count), this.#completeToMs[index]!);
        events.died(index, error.message, unknown);
      });
      return { line, started, share, store };
    });
  }

  /**
   * Resolves when all workers are ready.
   *
   * @param onLogins called with the progress of logins before the run
   * @param onReady called as each worker becomes ready, with those that are not
   */
  async prepared(
    onLogins: (tally: LoginTally) => void,
    onReady: (awaited: readonly number[]) => void,
  ): Promise<Preparation> {
    const tallies = new Map<WorkerLine, LoginTally>();
    for (const { line } of this.#workers) {
      line.onLogins((tally) => {
        tallies.set(line, tally);
        onLogins(addLogins([...tallies.values()]));
      });
    }
    const awaited = new Set(this.#workers.keys());
    const parts = await Promise.all(
      this.#workers.map(async ({ line }, index) => {
        const { preparation } = await line.answer('prepared');
        awaited.delete(index);
        onReady([...awaited]);
        return preparation;
      }),
    );
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

  /** @param nowMs time of the run, ms: to this instant, the counts of a worker that has answered are complete */
  async takeIntervals(nowMs: number): Promise<readonly ShardInterval[]> {
    this.#send({ type: 'take-interval' });
    return Promise.all(
      this.#workers.map(async ({ line }, index) => {
        const { interval } = await line.answer('interval');
        this.#completeToMs[index] = nowMs;
        return interval;
      }),
    );
  }

  async windDown(): Promise<readonly ShardResult[]> {
    this.#send({ type: 'wind-down' });
    return Promise.all(
      this.#workers.map(({ line, started, share, store }) =>
        started.result.catch((error: unknown) => {
          if (error instanceof WorkerDied) return resultOfDead(share, line.lastInterval, store);
          throw error;
        }),
      ),
    );
  }

  /** Ends the workers at once. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#watch?.stop();
    await Promise.all(this.#workers.map(({ started }) => started.end()));
    await this.#host.close();
  }

  #send(message: ToShard): void {
    for (const { line } of this.#workers) line.send(message);
  }
}

/** What is known of a worker that died: its last interval, and how many commands it had counted, but not which. */
function resultOfDead({ shard, shards }: Part, interval: ShardInterval, store: RecorderStore): ShardResult {
  const curves = new Curves(store.curves);
  const [sent, acknowledged, gaveUp] = [curves.total('sent'), curves.total('acknowledged'), curves.total('gaveUp')];
  const untracked = { sent, acknowledged, gaveUp };
  const commands = { shard, shards, lengths: new Uint32Array(), status: new Uint8Array(), untracked };
  return { interval, commands, seen: [], refusedAtFirstUse: 0 };
}

function addLogins(tallies: readonly LoginTally[]): LoginTally {
  const sum = (of: (tally: LoginTally) => number): number => tallies.reduce((all, tally) => all + of(tally), 0);
  return { planned: sum(({ planned }) => planned), done: sum(({ done }) => done), failed: sum(({ failed }) => failed) };
}
