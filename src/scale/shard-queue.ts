import type { ConnectionOptions, Job, Queue, Worker } from 'bullmq';
import type { RedisOptions } from 'ioredis';
import { z } from 'zod';
import { QUEUE } from './keys.ts';

/** Time for which a worker holds a job without renewing its lock, ms. */
const LOCK_MS = 30_000;
/** Time for which a worker that left a shard takes none, so that others get it, ms. */
const STAND_BACK_MS = 2000;
/** Most characters of the key's fingerprint in the name of a queue. */
const FINGERPRINT_CHARS = 16;

/** The shard that a job stands for; everything else lies in its sealed plan. */
export interface ShardJob {
  /** id of the run */
  readonly run: string;
  readonly shard: number;
}

/** Codec of a job's data, which anybody who reaches Redis may have written. */
const shardJob = z.object({
  run: z.string().regex(/^[0-9a-z]{1,64}$/),
  shard: z.number().int().min(0).max(100_000),
});

/** The members of a link to Redis that a queue needs. */
interface QueueLink {
  bullConnection(): RedisOptions;
}

/**
 * Name of the queue that coordinators and workers of one version and one key share. A worker of another version, or
 * with another key, never sees the job.
 *
 * @param fingerprint fingerprint of the key, as in `Sealer`
 * @example queueName('1.2.0', 'f00dbabe') // 'squall-1.2.0-f00dbabe'
 */
export function queueName(version: string, fingerprint: string): string {
  return `${QUEUE.name}-${version}-${fingerprint.slice(0, FINGERPRINT_CHARS)}`;
}

/** The coordinator's end of the queue of shards. A job is tried once: trying a shard again would double its load. */
export class ShardQueue {
  readonly #queue: Queue;

  private constructor(queue: Queue) {
    this.#queue = queue;
  }

  static async open(link: QueueLink, name: string): Promise<ShardQueue> {
    const { Queue } = await import('bullmq');
    const queue = new Queue(name, {
      ...connectionOf(link),
      defaultJobOptions: { attempts: 1, removeOnComplete: true, removeOnFail: true },
    });
    // The link reports that Redis is lost; without a listener an error of the queue would end the process.
    queue.on('error', () => {});
    return new ShardQueue(queue);
  }

  /**
   * Offers shards of a run. A shard is in the queue once, however often it is offered, and out of it as soon as a worker has
   * held or left it.
   */
  async offer(run: string, shards: readonly number[]): Promise<void> {
    await this.#queue.addBulk(
      shards.map((shard) => ({
        name: 'shard',
        data: { run, shard },
        opts: { jobId: jobId({ run, shard }) },
      })),
    );
  }

  /** Takes back the shards of a run that nobody has taken. */
  async withdraw(run: string, shards: number): Promise<void> {
    await Promise.all(
      Array.from({ length: shards }, async (_, shard) => {
        // The job of a shard that a worker holds is locked; it is removed when the worker ends it.
        await this.#queue.remove(jobId({ run, shard })).catch(() => 0);
      }),
    );
  }

  async close(): Promise<void> {
    await this.#queue.close();
  }
}

/**
 * Takes shards off the queue for as long as it is not closed. A shard that is left is out of the queue, until its coordinator
 * offers it again: then the other workers come first. No clock of a machine has a part in that.
 */
export class ShardTaker {
  readonly #worker: Worker;
  readonly #standing = new Set<NodeJS.Timeout>();
  #hasEnough = false;

  private constructor(worker: Worker) {
    this.#worker = worker;
    // The link reports that Redis is lost; without a listener an error would end the process.
    worker.on('error', () => {});
  }

  /**
   * @param slots number of shards that it holds at once
   * @param hold holds a shard, or leaves it to another worker; resolves when it is over, and never rejects. `done`: nobody need
   * take it any more
   * @param lockMs time for which it holds a job without renewing its lock, ms
   */
  static async open(
    link: QueueLink,
    name: string,
    slots: number,
    hold: (job: ShardJob) => Promise<'done' | 'left'>,
    lockMs = LOCK_MS,
  ): Promise<ShardTaker> {
    const { Worker } = await import('bullmq');
    const worker = new Worker(
      name,
      async (job: Job<unknown>) => {
        const { data, success } = shardJob.safeParse(job.data);
        if (success && (await hold(data)) === 'left') await taker.#standBack();
      },
      {
        ...connectionOf(link),
        concurrency: slots,
        lockDuration: lockMs,
        stalledInterval: lockMs,
        maxStalledCount: 0,
        removeOnComplete: { count: 0 },
        removeOnFail: { count: 0 },
      },
    );
    const taker = new ShardTaker(worker);
    return taker;
  }

  /** Takes no further shard; those that are held go on. */
  async stop(): Promise<void> {
    this.#hasEnough = true;
    await this.#worker.pause(true);
  }

  /** Hears errors of the queue, such as refusals of Redis, as often as they happen. */
  onError(hear: (error: Error) => void): void {
    this.#worker.on('error', hear);
  }

  /** Hears that a job failed whose lock ran out. */
  onFailed(hear: () => void): void {
    this.#worker.on('failed', hear);
  }

  async close(): Promise<void> {
    this.#hasEnough = true;
    for (const standing of this.#standing) clearTimeout(standing);
    await this.#worker.close();
  }

  async #standBack(): Promise<void> {
    if (this.#hasEnough) return;
    await this.#worker.pause(true);
    const standing = setTimeout(() => {
      this.#standing.delete(standing);
      if (!this.#hasEnough && this.#standing.size === 0) void this.#worker.resume();
    }, STAND_BACK_MS);
    this.#standing.add(standing);
  }
}

/** Connection and prefix of everything that BullMQ does for this link. */
function connectionOf(link: QueueLink): { readonly connection: ConnectionOptions; readonly prefix: string } {
  const connection = link.bullConnection();
  if (!isForBull(connection)) throw new TypeError('BullMQ needs commands that wait for Redis');
  return { connection, prefix: QUEUE.prefix };
}

/** Whether commands wait for Redis, as BullMQ wants it; its own type is stricter about members that are undefined. */
function isForBull(options: RedisOptions): options is RedisOptions & ConnectionOptions {
  return options.maxRetriesPerRequest === null;
}

function jobId({ run, shard }: ShardJob): string {
  return `${run}-${shard}`;
}
