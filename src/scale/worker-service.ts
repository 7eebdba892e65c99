import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Worker } from 'bullmq';
import { oneLine } from '../core/text/one-line.ts';
import { readListeningPorts, readMachineLimits } from '../live/machine-limits.ts';
import { clientsIn } from '../live/shards.ts';
import { startProcess } from '../live/worker-process.ts';
import { VERSION } from '../metrics/version.ts';
import { sharedNowMs } from '../metrics/wall-clock.ts';
import { holderKey, planKey, runTtlMs } from './keys.ts';
import { checkSharesLoopback, loopbackName } from './loopback.ts';
import type { ClockReading, ShardPlan } from './messages.ts';
import { openPlan, PlanRefused } from './plan.ts';
import { listWorkers, Presence } from './presence.ts';
import { readRedisClock, redisMsAt } from './redis-clock.ts';
import type { RedisLink } from './redis-link.ts';
import { NotSealed, type Sealer } from './seal.ts';
import { slotsEnd } from './shard-channel.ts';
import { queueName, takeShards, type ShardJob } from './shard-queue.ts';
import { holdShard, type ShardEnd } from './slot.ts';
import { fitShard } from './slot-room.ts';
import { StreamReader } from './stream-reader.ts';

/** Digits of a run's id in messages. */
const RUN_DIGITS = 8;
/** Longest wait until BullMQ has closed, ms. */
const CLOSE_TIMEOUT_MS = 2000;

/** What a worker is made of. */
export interface ServiceParts {
  readonly link: RedisLink;
  readonly sealer: Sealer;
  /** name of the worker for messages of the coordinator */
  readonly name: string;
  /** most shards that it holds at once */
  readonly slots: number;
  /** whether it ends with the first run that it takes a shard of */
  readonly once: boolean;
  /** aborted when its user ends it; the reason is a text */
  readonly leaving: AbortSignal;
  readonly log: (line: string) => void;
  /** Starts what carries a shard out; absent: a process. */
  readonly start?: typeof startProcess;
}

/** Shards that a worker has held. */
export interface Served {
  /** shards that did not run to their end */
  readonly lost: number;
  /** whether it held a shard when its user ended it */
  readonly wasHolding: boolean;
}

/** Takes shards of runs off the queue on Redis and holds them, each in a process of its own, until the worker is ended. */
export async function serveShards(parts: ServiceParts): Promise<Served> {
  const clock = await readRedisClock(parts.link.redis);
  const service = new WorkerService(parts, clock);
  return service.run();
}

/** A shard that a slot holds. */
interface HeldShard {
  readonly clients: number;
}

class WorkerService {
  readonly #parts: ServiceParts;
  readonly #reader: StreamReader;
  readonly #presence: Presence;
  readonly #held = new Set<HeldShard>();
  /** limits of this machine before it held any shard */
  #limits = readMachineLimits();
  #clock: ClockReading;
  /** id of the only run whose shards are taken; null: any */
  #onlyRun: string | null = null;
  #taken = 0;
  #lost = 0;
  #queue: Worker | null = null;
  #over!: () => void;
  readonly #isOver = new Promise<void>((resolve) => (this.#over = resolve));

  constructor(parts: ServiceParts, clock: ClockReading) {
    this.#parts = parts;
    this.#clock = clock;
    const { link, sealer, name, slots } = parts;
    this.#reader = new StreamReader(link);
    const id = randomBytes(8).toString('hex');
    const fixed = { id, host: name, squall: VERSION, node: process.versions.node, slots };
    const loopback = loopbackName();
    this.#presence = new Presence(link, () => ({
      ...fixed,
      free: this.#free,
      limits: this.#limits,
      clock: this.#clock,
      keyFingerprint: sealer.fingerprint,
      loopback,
    }));
  }

  async run(): Promise<Served> {
    const { link, sealer, name, slots, once, leaving, log } = this.#parts;
    const unhear = [link.on('down', () => log('Redis is away')), link.on('up', () => log('Redis is back'))];
    await this.#warnOfOthers();
    this.#queue = await takeShards(link, queueName(VERSION, sealer.fingerprint), slots, (job) =>
      this.#holdOrLeave(job),
    );
    await this.#presence.announce();
    const within = `clock within ${this.#clock.errorMs.toFixed(2)} ms`;
    log(`${name} is ready for ${countOf(slots, 'shard')} ${once ? 'of one run ' : ''}at ${link.url} (${within})`);
    let wasHolding = false;
    const leave = (): void => {
      wasHolding = this.#held.size > 0;
      if (!wasHolding) this.#over();
    };
    leaving.addEventListener('abort', leave);
    if (leaving.aborted) leave();
    await this.#isOver;
    leaving.removeEventListener('abort', leave);
    for (const stop of unhear) stop();
    await this.#presence.stop();
    await Promise.race([this.#queue.close(), sleep(CLOSE_TIMEOUT_MS, undefined, { ref: false })]);
    await this.#reader.close();
    return { lost: this.#lost, wasHolding };
  }

  get #free(): number {
    const { slots, once, leaving } = this.#parts;
    if (leaving.aborted) return 0;
    return once && this.#taken > 0 ? 0 : slots - this.#held.size;
  }

  /** Warns of workers with another key: no coordinator sees both them and this one. */
  async #warnOfOthers(): Promise<void> {
    const { link, sealer, log } = this.#parts;
    const others = (await listWorkers(link.redis)).filter(
      ({ keyFingerprint }) => keyFingerprint !== sealer.fingerprint,
    );
    if (others.length === 0) return;
    const names = [...new Set(others.map(({ host }) => host))].slice(0, 3).join(', ');
    log(
      `${countOf(others.length, 'worker')} on this Redis (${names}) have another SQUALL_KEY: a run uses workers with its own key only`,
    );
  }

  /** Holds the shard of a job, unless another worker has to. */
  async #holdOrLeave(job: ShardJob): Promise<'held' | 'left'> {
    const { once, leaving } = this.#parts;
    if (leaving.aborted || (this.#onlyRun !== null && this.#onlyRun !== job.run)) return 'left';
    if (once) this.#onlyRun = job.run;
    await this.#hold(job);
    if (this.#taken === 0) this.#onlyRun = null;
    return 'held';
  }

  /** Holds the shard of a job, and never rejects. */
  async #hold(job: ShardJob): Promise<void> {
    const { leaving, once, log } = this.#parts;
    const run = job.run.slice(0, RUN_DIGITS);
    const say = (what: string): void => log(`run ${run}, shard ${job.shard + 1}: ${oneLine(what)}`);
    try {
      const end = await this.#begin(job, say);
      if (end !== null) {
        say(end.how);
        if (!end.isDone) this.#lost += 1;
      }
    } catch (error) {
      this.#lost += 1;
      say(`lost: ${whyOf(error)}`);
    }
    const isLast = this.#held.size === 0;
    if (isLast && (leaving.aborted || (once && this.#taken > 0))) this.#over();
  }

  /** @returns null: the shard is not for this worker */
  async #begin(job: ShardJob, say: (what: string) => void): Promise<ShardEnd | null> {
    const { link, sealer, name, leaving } = this.#parts;
    const sealed = await link.redis.getBuffer(planKey(job.run, job.shard));
    if (sealed === null) {
      say('its run is over');
      return null;
    }
    const plan = openPlan(sealed, sealer, job);
    const clock = await this.#readClock();
    if (redisMsAt(sharedNowMs(), clock) > plan.voidAtRedisMs) {
      say('its run no longer waits for it');
      return null;
    }
    if (!(await this.#claim(plan))) {
      say('it is held elsewhere');
      return null;
    }
    const { scenario, shard, shards } = plan.task;
    const held: HeldShard = { clients: clientsIn({ shard, shards }, scenario.clients.count) };
    const others = [...this.#held];
    if (others.length === 0) this.#limits = readMachineLimits();
    this.#held.add(held);
    this.#taken += 1;
    if (this.#parts.once && this.#taken >= this.#parts.slots) void this.#queue?.pause(true);
    void this.#presence.announce();
    say(`took ${held.clients} of ${countOf(scenario.clients.count, 'client')} (${countOf(shards, 'shard')} in all)`);
    const load = { shards: others.length, clients: others.reduce((sum, { clients }) => sum + clients, 0) };
    const ends = { link, reader: this.#reader, sealer, ttlMs: runTtlMs(scenario.durationMs) };
    try {
      return await holdShard(plan, {
        worker: name,
        channel: slotsEnd(ends, job, plan.epoch),
        clock,
        readClock: () => this.#readClock(),
        downMs: () => link.downMs,
        fit: (task) => {
          checkSharesLoopback(plan.loopback);
          return fitShard(task, load, this.#limits, readListeningPorts);
        },
        start: this.#parts.start ?? ((own, store) => startProcess(own, store, true)),
        leaving,
        log: say,
      });
    } finally {
      this.#held.delete(held);
      void this.#presence.announce();
    }
  }

  async #readClock(): Promise<ClockReading> {
    this.#clock = await readRedisClock(this.#parts.link.redis);
    return this.#clock;
  }

  /** Claims a shard, which nobody can do twice. */
  async #claim({ run, shard, epoch, task }: ShardPlan): Promise<boolean> {
    const { link, name } = this.#parts;
    const holder = `${epoch} ${name}`;
    const ttlMs = runTtlMs(task.scenario.durationMs);
    return (await link.redis.set(holderKey(run, shard), holder, 'PX', ttlMs, 'NX')) === 'OK';
  }
}

function countOf(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}

function whyOf(error: unknown): string {
  if (error instanceof PlanRefused) return `${error.message}: ${error.fix}`;
  if (error instanceof NotSealed) return 'its plan was sealed with another SQUALL_KEY';
  return error instanceof Error ? error.message : String(error);
}
