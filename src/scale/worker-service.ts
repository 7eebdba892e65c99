import { randomBytes } from 'node:crypto';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { oneLine } from '../core/text/one-line.ts';
import { readListeningPorts, readMachineLimits } from '../live/health/machine-limits.ts';
import type { MachineLimits } from '../live/health/preflight.ts';
import { RunRefused } from '../live/refused.ts';
import type { StartedWorker, WorkerTask } from '../live/worker/shard-host.ts';
import { clientsIn } from '../live/worker/shards.ts';
import { startProcess } from '../live/worker/worker-process.ts';
import { VERSION } from '../metrics/version.ts';
import type { RecorderStore } from '../metrics/store.ts';
import { sharedNowMs } from '../metrics/wall-clock.ts';
import { holderKey, machineKey, machineLockKey, planKey, runTtlMs } from './keys.ts';
import { checkSharesLoopback, loopbackName } from './loopback.ts';
import { MachineLock } from './machine-lock.ts';
import type { ClockReading, ShardPlan } from './messages.ts';
import { openPlan, whyOf } from './plan.ts';
import { usableOf } from './known-workers.ts';
import { listWorkers, Presence, type WorkerEntry } from './presence.ts';
import { readRedisClock, redisMsAt } from './redis-clock.ts';
import type { RedisLink } from './redis-link.ts';
import { isRefusal, redisRefusal } from './redis-refusal.ts';
import { plus, type Held } from './room.ts';
import type { Sealer } from './seal.ts';
import { slotsEnd } from './shard-channel.ts';
import { queueName, ShardTaker, type ShardJob } from './shard-queue.ts';
import { holdShard } from './slot.ts';
import { fitShard, type Fitting } from './slot-room.ts';
import { StreamReader } from './stream-reader.ts';

/** Digits of a run's id in messages. */
const RUN_DIGITS = 8;
/** Longest wait until BullMQ has closed, ms. */
const CLOSE_TIMEOUT_MS = 2000;
/** Interval at which it is looked whether the wait for a first run is over, ms. Waits may be longer than Node's longest timer. */
const TIRED_CHECK_MS = 250;

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
  /** longest wait for the first run, ms; Infinity: it waits until it is ended */
  readonly waitMs: number;
  /** aborted when its user ends it; the reason is a text */
  readonly leaving: AbortSignal;
  readonly log: (line: string) => void;
  /** Starts what carries a shard out; absent: a process. */
  readonly start?: (task: WorkerTask, store: RecorderStore) => StartedWorker;
  /** Reads the limits of this machine; absent: by the system. */
  readonly readLimits?: () => MachineLimits;
}

/** Shards that a worker has held. */
export interface Served {
  /** shards that it has held */
  readonly taken: number;
  /** shards that did not run to their end */
  readonly lost: number;
  /** whether it held a shard when its user ended it */
  readonly wasHolding: boolean;
}

/**
 * Takes shards of runs off the queue on Redis and holds them, each in a process of its own, until the worker is ended.
 *
 * @throws RunRefused when Redis does not let it
 */
export async function serveShards(parts: ServiceParts): Promise<Served> {
  const { link } = parts;
  try {
    const clock = await readRedisClock(link.redis);
    return await new WorkerService(parts, clock).run();
  } catch (error) {
    throw isRefusal(error) ? redisRefusal(link.url, error) : error;
  }
}

/** A shard that this worker has claimed. */
interface Taken {
  readonly plan: ShardPlan;
  readonly clock: ClockReading;
  readonly fitting: Fitting;
  readonly held: Held;
}

const NOTHING: Held = { shards: 0, clients: 0 };

class WorkerService {
  readonly #parts: ServiceParts;
  readonly #reader: StreamReader;
  readonly #presence: Presence;
  readonly #lock: MachineLock;
  readonly #id = randomBytes(8).toString('hex');
  readonly #loopback = loopbackName();
  /** the load of each shard that is held */
  readonly #held = new Set<Held>();
  readonly #readLimits: () => MachineLimits;
  /** limits of this machine before it held any shard */
  #limits: MachineLimits;
  #noRoom: WorkerEntry['noRoom'] = null;
  #clock: ClockReading;
  /** id of the only run whose shards are taken; null: any */
  #onlyRun: string | null = null;
  #lastRefusal = '';
  #taken = 0;
  /** jobs that are looked at */
  #taking = 0;
  #lost = 0;
  #taker: ShardTaker | null = null;
  /** whether it takes no further shard */
  #isEnding = false;
  #isTired = false;
  #resolveOver!: () => void;
  readonly #isOver = new Promise<void>((resolve) => (this.#resolveOver = resolve));

  constructor(parts: ServiceParts, clock: ClockReading) {
    this.#parts = parts;
    this.#clock = clock;
    const { link, sealer, name, slots } = parts;
    this.#readLimits = parts.readLimits ?? readMachineLimits;
    this.#limits = this.#readLimits();
    this.#reader = new StreamReader(link);
    this.#lock = new MachineLock(link, machineLockKey(this.#loopback));
    const fixed = { id: this.#id, host: name, squall: VERSION, node: process.versions.node, slots };
    this.#presence = new Presence(link, sealer, () => ({
      ...fixed,
      free: this.#free,
      held: this.#load,
      limits: this.#limits,
      clock: this.#clock,
      keyFingerprint: sealer.fingerprint,
      loopback: this.#loopback,
      noRoom: this.#noRoom,
    }));
  }

  async run(): Promise<Served> {
    const { link, sealer, name, slots, once, waitMs, leaving, log } = this.#parts;
    await this.#warnOfOthers();
    const unhear = [
      link.on('down', () => log('Redis is away')),
      link.on('up', () => log('Redis is back')),
      link.onRefusal((refusal) => this.#sayRefusal(refusal)),
    ];
    await this.#presence.announce();
    this.#taker = await ShardTaker.open(link, queueName(VERSION, sealer.fingerprint), slots, (job) =>
      this.#holdOrLeave(job),
    );
    this.#taker.onError((error) => {
      if (isRefusal(error)) this.#sayRefusal(redisRefusal(link.url, error));
    });
    const within = `clock within ${this.#clock.errorMs.toFixed(2)} ms`;
    log(`${name} is ready for ${countOf(slots, 'shard')} ${once ? 'of one run ' : ''}at ${link.url} (${within})`);
    let wasHolding = false;
    const leave = (): void => {
      wasHolding = this.#held.size > 0;
      if (!wasHolding) this.#over();
    };
    leaving.addEventListener('abort', leave);
    if (leaving.aborted) leave();
    const tiresAtMs = performance.now() + waitMs;
    const waiting = setInterval(() => {
      if (performance.now() >= tiresAtMs) this.#tire();
    }, TIRED_CHECK_MS);
    await this.#isOver;
    clearInterval(waiting);
    leaving.removeEventListener('abort', leave);
    for (const stop of unhear) stop();
    await this.#presence.stop();
    await Promise.race([this.#taker.close(), sleep(CLOSE_TIMEOUT_MS, undefined, { ref: false })]);
    await this.#reader.close();
    return { taken: this.#taken, lost: this.#lost, wasHolding };
  }

  #over(): void {
    this.#isEnding = true;
    this.#resolveOver();
  }

  /** Ends the wait for a first run, unless a shard of one is being taken. */
  #tire(): void {
    this.#isTired = true;
    if (this.#taken === 0 && this.#taking === 0) this.#over();
  }

  get #free(): number {
    const { slots, once, leaving } = this.#parts;
    if (leaving.aborted || this.#isEnding) return 0;
    return once && this.#taken > 0 ? 0 : slots - this.#held.size;
  }

  get #load(): Held {
    return [...this.#held].reduce(plus, NOTHING);
  }

  /** Says what Redis refuses, unless that was said last. */
  #sayRefusal({ message, fix }: RunRefused): void {
    if (message === this.#lastRefusal) return;
    this.#lastRefusal = message;
    this.#parts.log(`${message}: ${fix}`);
  }

  /** Warns of workers with another key: no coordinator sees both them and this one. */
  async #warnOfOthers(): Promise<void> {
    const { link, sealer, log } = this.#parts;
    const others = (await listWorkers(link.redis, sealer)).filter(
      ({ keyFingerprint }) => keyFingerprint !== sealer.fingerprint,
    );
    if (others.length === 0) return;
    const names = [...new Set(others.map(({ host }) => host))].slice(0, 3).join(', ');
    log(
      `${countOf(others.length, 'worker')} on this Redis (${names}) have another SQUALL_KEY: a run uses workers with its own key only`,
    );
  }

  /** Holds the shard of a job, unless another worker has to. Never rejects. */
  async #holdOrLeave(job: ShardJob): Promise<'done' | 'left'> {
    const { once, leaving, log } = this.#parts;
    if (leaving.aborted || this.#isEnding || (this.#onlyRun !== null && this.#onlyRun !== job.run)) return 'left';
    if (once) this.#onlyRun = job.run;
    const run = job.run.slice(0, RUN_DIGITS);
    const say = (what: string): void => log(`run ${run}, shard ${job.shard + 1}: ${oneLine(what)}`);
    this.#taking += 1;
    const taken = await this.#take(job, say).catch((error: unknown) => {
      say(`not taken: ${whyOf(error)}`);
      return 'left' as const;
    });
    this.#taking -= 1;
    if (typeof taken === 'object') await this.#hold(taken, job, say);
    else if (this.#taken === 0 && this.#taking === 0) this.#onlyRun = null;
    if (this.#isTired) this.#tire();
    return taken === 'left' ? 'left' : 'done';
  }

  /** Claims the shard of a job. `over`: nobody takes it any more; `left`: another worker may. */
  async #take(job: ShardJob, say: (what: string) => void): Promise<Taken | 'over' | 'left'> {
    const { link, sealer, slots, once } = this.#parts;
    const over = (why: string): 'over' => {
      say(why);
      return 'over';
    };
    const sealed = await link.redis.getBuffer(planKey(job.run, job.shard));
    if (sealed === null) return over('its run is over');
    const plan = openPlan(sealed, sealer, job);
    const clock = await this.#readClock();
    if (redisMsAt(sharedNowMs(), clock) > plan.voidAtRedisMs) return over('its run no longer waits for it');
    // Two workers of one machine must not both count on the room that is left.
    const taken = await this.#lock.within(async () => {
      const fitting = await this.#fit(plan, say);
      if (fitting === null || this.#parts.leaving.aborted) return 'left';
      if (!(await this.#claim(plan))) return over('it is held elsewhere');
      const { shard, shards, scenario } = plan.task;
      const held = { shards: 1, clients: clientsIn({ shard, shards }, scenario.clients.count) };
      this.#held.add(held);
      this.#taken += 1;
      await this.#presence.announce();
      return { plan, clock, fitting, held };
    });
    if (once && this.#taken >= slots) await this.#taker?.stop();
    return taken;
  }

  /** Checks that there is room for a shard, and says so where there is none; null: there is none. */
  async #fit({ run, task, loopback }: ShardPlan, say: (what: string) => void): Promise<Fitting | null> {
    const { link, sealer } = this.#parts;
    if (this.#held.size === 0) this.#limits = this.#readLimits();
    const here = usableOf(await listWorkers(link.redis, sealer, machineKey(this.#loopback)), {
      squall: VERSION,
      keyFingerprint: sealer.fingerprint,
    });
    try {
      checkSharesLoopback(loopback);
      return fitShard(
        task,
        { limits: this.#limits, held: this.#load },
        here.filter(({ id }) => id !== this.#id),
        readListeningPorts,
      );
    } catch (error) {
      if (!(error instanceof RunRefused)) throw error;
      if (this.#noRoom?.run !== run || this.#noRoom.why !== error.message) {
        say(`left to other workers: ${error.message}: ${error.fix}`);
        this.#noRoom = { run, why: error.message };
        void this.#presence.announce();
      }
      return null;
    }
  }

  /** Holds a shard to its end, and never rejects. */
  async #hold({ plan, clock, fitting, held }: Taken, job: ShardJob, say: (what: string) => void): Promise<void> {
    const { link, sealer, name, leaving, once } = this.#parts;
    const { scenario, shards } = plan.task;
    say(`took ${held.clients} of ${countOf(scenario.clients.count, 'client')} (${countOf(shards, 'shard')} in all)`);
    for (const warning of fitting.warnings) say(warning);
    const ends = { link, reader: this.#reader, sealer, ttlMs: runTtlMs(scenario.durationMs) };
    try {
      const { how, isDone } = await holdShard(
        { ...plan, task: fitting.task },
        {
          worker: name,
          channel: slotsEnd(ends, job, plan.epoch),
          clock,
          readClock: () => this.#readClock(),
          downMs: () => link.downMs,
          start: this.#parts.start ?? startLent,
          leaving,
          log: say,
        },
      );
      say(how);
      if (!isDone) this.#lost += 1;
    } catch (error) {
      this.#lost += 1;
      say(`lost: ${whyOf(error)}`);
    }
    this.#held.delete(held);
    void this.#presence.announce();
    if (this.#held.size === 0 && (leaving.aborted || once)) this.#over();
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

/** Starts a process that ends with this one, and removes the folder of its record of tokens. */
function startLent(task: WorkerTask, store: RecorderStore): StartedWorker {
  return startProcess(task, store, { folder: task.tokensFile === null ? null : dirname(task.tokensFile) });
}

function countOf(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}
