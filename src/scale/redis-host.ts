import { appendFileSync, readFileSync } from 'node:fs';
import { RunRefused } from '../live/refused.ts';
import type { ShardHost, WorkerDeath, WorkerTask } from '../live/worker/shard-host.ts';
import type { IssueKind } from '../metrics/run.ts';
import type { RecorderStore } from '../metrics/store.ts';
import { VERSION } from '../metrics/version.ts';
import { sharedNowMs } from '../metrics/wall-clock.ts';
import { described, noRoomFor, usableOf, type Common } from './known-workers.ts';
import { holderKey, planKey, runKeys, runTtlMs } from './keys.ts';
import { loopbackName, usesLoopback } from './loopback.ts';
import { PLAN_FORMAT, type ClockReading } from './messages.ts';
import { sealPlan } from './plan.ts';
import type { ListedWorker, WorkerEntry } from './presence.ts';
import { redisMsAt } from './redis-clock.ts';
import type { RedisLink } from './redis-link.ts';
import { redisRefusal } from './redis-refusal.ts';
import { RemoteShard } from './remote-shard.ts';
import type { Sealer } from './seal.ts';
import { coordinatorsEnd, FIRST_EPOCH } from './shard-channel.ts';
import type { ShardQueue } from './shard-queue.ts';
import { LOOK_MS, REDIS_LOSS_MS, ShardWatch } from './shard-watch.ts';
import type { StreamReader } from './stream-reader.ts';
import { numbered, tooFew } from './too-few.ts';
import type { Turn } from './turn.ts';

/** Time that a message needs through Redis beyond its round trips: a turn of both streams, ms. */
const LEAD_MS = 500;
/** Time for which a job stays valid after the wait for workers, ms. */
const VOID_MARGIN_MS = 2000;

/** Interval at which it is said which shards nobody has taken, ms. */
const SAY_EVERY_MS = 10_000;
/** Time that workers have at least to take the shards once they are offered, ms. */
const LEAST_WAIT_MS = 5000;
/** Interval at which shards that nobody has taken are offered again, since a worker may have left them to others, ms. */
const OFFER_MS = 500;

/** What becomes of a run that has lost a shard: the others go on, or the run winds down. */
export type OnLoss = 'continue' | 'stop';

/** What a host on Redis is made of. It closes the link, the reader and the queue. */
export interface RedisHostParts {
  readonly link: RedisLink;
  readonly reader: StreamReader;
  readonly queue: ShardQueue;
  readonly sealer: Sealer;
  /** reading of this machine's clock against the clock of Redis */
  readonly clock: ClockReading;
  /** id of the run */
  readonly run: string;
  readonly shards: number;
  /** longest wait for workers, ms, and the instant at which it ends, ms of `performance.now` */
  readonly waitMs: number;
  readonly takeByMs: number;
  readonly onLoss: OnLoss;
  /** the turn in which the shards are taken; the host ends it */
  readonly turn: Pick<Turn, 'release'>;
  /** Lists the workers that are there. */
  readonly listWorkers: () => Promise<readonly ListedWorker[]>;
  /** what workers must share with this coordinator */
  readonly common: Common;
  /** Reports progress, at an instant of the run; 0: before it. */
  readonly say: (message: string, atMs: number) => void;
  /** Reports something that the user should know. */
  readonly warn: (message: string, atMs: number) => void;
}

/** The shards of a run on other machines, which take them as jobs of a queue on Redis. */
export class RedisHost implements ShardHost {
  readonly isLocal = false;
  readonly sharesMemory = false;
  readonly shards: number;
  readonly #parts: RedisHostParts;
  readonly #held: RemoteShard[] = [];
  readonly #plans: Promise<unknown>[] = [];
  readonly #watch = new ShardWatch();
  #ttlMs = 0;
  #looking: NodeJS.Timeout | null = null;
  #onStop: (issue: IssueKind, why: string) => void = () => {};
  #tokensFile: string | null = null;
  /** start of the run by this machine's monotonic clock; null: it has not begun */
  #startHrMs: number | null = null;
  #unhear: readonly (() => void)[] = [];
  #giveUpAtMs = Infinity;
  /** instant from which on it is said again which shards nobody has taken, ms of `performance.now` */
  #sayTakenAtMs = Infinity;
  /** instant of the last offer, ms of `performance.now` */
  #offeredAtMs = Infinity;
  #offering: Promise<void> = Promise.resolve();
  #isGone = false;
  #isStopping = false;
  #closing: Promise<void> | null = null;

  constructor(parts: RedisHostParts) {
    this.#parts = parts;
    this.shards = parts.shards;
    const { link, say, warn } = parts;
    let downAtMs = 0;
    this.#unhear = [
      link.on('down', () => {
        downAtMs = sharedNowMs();
        say(`Redis is away; the run goes on without it for ${REDIS_LOSS_MS / 1000} s`, this.#elapsedMs);
      }),
      link.on('up', () => warn(`Redis was away for ${secondsText(sharedNowMs() - downAtMs)}`, this.#elapsedMs)),
      link.onRefusal(({ message, fix }) => warn(`${message}: ${fix}`, this.#elapsedMs)),
    ];
  }

  /** Twice the slowest round trip, and a turn of the streams. */
  get leadMs(): number {
    const errorsMs = this.#held.map(({ clock }) => clock?.errorMs ?? 0);
    return LEAD_MS + 4 * Math.max(this.#parts.clock.errorMs, ...errorsMs);
  }

  start(task: WorkerTask, store: RecorderStore, index: number): RemoteShard {
    const { link, reader, sealer, run, clock } = this.#parts;
    this.#ttlMs = runTtlMs(task.scenario.durationMs);
    this.#tokensFile ??= task.tokensFile;
    const shard = new RemoteShard({
      channel: coordinatorsEnd({ link, reader, sealer, ttlMs: this.#ttlMs }, { run, shard: index }),
      store,
      name: `shard ${index + 1} of ${this.shards}`,
      redisMsAt: (hrMs) => {
        this.#startHrMs = hrMs;
        return redisMsAt(hrMs, clock);
      },
      addTokens: (text) => this.#addTokens(text),
      onTaken: () => this.#taken(),
    });
    this.#held.push(shard);
    this.#plans.push(this.#publish(task, index));
    this.#looking ??= setInterval(() => this.#look(), LOOK_MS);
    if (this.#held.length === this.shards)
      this.#offer(usesLoopback(task)).catch((error: unknown) =>
        this.#refuseAll(error instanceof RunRefused ? error : redisRefusal(link.url, error)),
      );
    return shard;
  }

  readonly nameOf = (index: number): string => this.#held[index]?.name ?? `shard ${index + 1} of ${this.shards}`;

  /** Describes the loss of a shard; null: nobody held it, or the loss of Redis has been reported for all of them. */
  deathOf(index: number, how: string): WorkerDeath | null {
    const shard = this.#held[index];
    if (this.#isGone || shard === undefined || shard.worker === null) return null;
    if (this.#parts.onLoss === 'stop') queueMicrotask(() => this.#stopOnLoss());
    return {
      issue: 'shard-lost',
      what: `${shard.name} was lost (${how})`,
      fix: 'see what its worker says, and run again',
    };
  }

  /** Sets the receiver of the host's decision to end the run. */
  onStop(stop: (issue: IssueKind, why: string) => void): void {
    this.#onStop = stop;
  }

  /** Ends the load of all shards at once: for a process that exits. Resolves when they know. */
  async stopNow(): Promise<void> {
    await Promise.all(this.#held.map((shard) => shard.stop('the coordinator was stopped')));
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  get #elapsedMs(): number {
    return this.#startHrMs === null ? 0 : Math.max(0, sharedNowMs() - this.#startHrMs);
  }

  async #close(): Promise<void> {
    const { link, reader, queue, run, turn } = this.#parts;
    for (const end of this.#unhear) end();
    if (this.#looking !== null) clearInterval(this.#looking);
    await Promise.all(this.#held.map((shard) => shard.end()));
    await this.#offering;
    if (link.downMs === 0) {
      await turn.release();
      await queue.withdraw(run, this.shards).catch(() => {});
      await link.redis.del(runKeys(run, this.shards)).catch(() => {});
    }
    await queue.close().catch(() => {});
    await reader.close();
    await link.close();
  }

  async #publish(task: WorkerTask, index: number): Promise<void> {
    const { link, sealer, run, clock, waitMs } = this.#parts;
    const plan = sealPlan(
      {
        format: PLAN_FORMAT,
        squall: VERSION,
        run,
        epoch: FIRST_EPOCH,
        shard: index,
        shards: this.shards,
        voidAtRedisMs: redisMsAt(sharedNowMs(), clock) + waitMs + VOID_MARGIN_MS,
        task: { ...task, tokensFile: null },
        loopback: usesLoopback(task) ? loopbackName() : null,
        tokensHeader: task.tokensFile === null ? null : headerOf(task.tokensFile),
      },
      sealer,
    );
    await link.redis.set(planKey(run, index), plan, 'PX', this.#ttlMs);
  }

  /** Offers the shards once all plans lie in Redis. */
  async #offer(needsLoopback: boolean): Promise<void> {
    const { queue, run, listWorkers, common, takeByMs } = this.#parts;
    if (needsLoopback) checkLoopback(usableOf(await listWorkers(), common));
    await Promise.all(this.#plans);
    this.#sayTaken();
    await queue.offer(run, this.#untaken);
    this.#offeredAtMs = performance.now();
    this.#giveUpAtMs = Math.max(takeByMs, performance.now() + LEAST_WAIT_MS);
  }

  /** Offers what no worker has taken once more. */
  #offerAgain(): void {
    this.#offeredAtMs = performance.now();
    const { queue, run } = this.#parts;
    if (this.#untaken.length > 0) this.#offering = queue.offer(run, this.#untaken).catch(() => {});
  }

  /** Indices of the shards that nobody has taken. */
  get #untaken(): readonly number[] {
    return this.#held.flatMap(({ isOffered }, index) => (isOffered ? [index] : []));
  }

  #taken(): void {
    const { say, clock } = this.#parts;
    this.#sayTaken();
    if (this.#untaken.length > 0) return;
    void this.#parts.turn.release();
    this.#sayTakenAtMs = Infinity;
    const errorMs = Math.max(...this.#held.map((shard) => shard.clock?.errorMs ?? 0)) + clock.errorMs;
    say(`all clocks are known to ${Math.max(0.1, Number(errorMs.toPrecision(2)))} ms`, 0);
  }

  #sayTaken(): void {
    this.#parts.say(this.#takenText(), 0);
    this.#sayTakenAtMs = performance.now() + SAY_EVERY_MS;
  }

  #takenText(): string {
    const taken = this.#held.filter(({ isOffered }) => !isOffered);
    const workers = new Set(taken.map(({ worker }) => worker)).size;
    const by = workers === 0 ? '' : ` by ${workers} ${workers === 1 ? 'worker' : 'workers'}`;
    const missing = this.#untaken.map((index) => index + 1);
    const left = missing.length === 0 ? '' : `; not yet: ${numbered(missing)}`;
    return `${taken.length} of ${this.shards} shards taken${by}${left}`;
  }

  #look(): void {
    const { link } = this.#parts;
    if (this.#isGone) return;
    if (link.downMs > REDIS_LOSS_MS) return this.#loseRedis();
    const now = performance.now();
    if (now > this.#giveUpAtMs) void this.#giveUpWaiting();
    if (now > this.#sayTakenAtMs) this.#sayTaken();
    if (now > this.#offeredAtMs + OFFER_MS && link.downMs === 0) this.#offerAgain();
    for (const shard of this.#watch.lost(this.#held, now)) {
      this.#fence(this.#held.indexOf(shard));
      shard.lose(`nothing heard of it for ${Math.round(shard.silentMs / 1000)} s`);
    }
  }

  #loseRedis(): void {
    const { link } = this.#parts;
    this.#isGone = true;
    this.#onStop('redis-lost', `Redis (${link.url}) could not be reached for ${REDIS_LOSS_MS / 1000} s`);
    for (const shard of this.#held) shard.lose('Redis was lost');
  }

  #stopOnLoss(): void {
    if (this.#isStopping) return;
    this.#isStopping = true;
    this.#onStop('stopped-on-loss', 'the run was ended because a shard was lost (--on-loss stop)');
  }

  async #giveUpWaiting(): Promise<void> {
    this.#giveUpAtMs = Infinity;
    const { listWorkers, common, waitMs, run } = this.#parts;
    const workers = await listWorkers().catch(() => null);
    const missing = this.#untaken.map((index) => index + 1);
    if (missing.length === 0) return;
    const lack = workers?.some((worker) => noRoomFor(worker, run) !== null) === true ? 'room' : 'slots';
    const there = workers === null ? 'Redis does not say which workers there are' : described(workers, common, run);
    this.#refuseAll(tooFew(missing, this.shards, waitMs, there, lack));
  }

  #refuseAll(refusal: RunRefused): void {
    void this.#parts.turn.release();
    for (const shard of this.#held) shard.refuse(refusal);
  }

  #addTokens(text: string): void {
    if (this.#tokensFile === null) return;
    try {
      appendFileSync(this.#tokensFile, text);
    } catch (error) {
      this.#tokensFile = null;
      const why = error instanceof Error ? error.message : 'for no stated reason';
      this.#parts.warn(`tokens are no longer recorded for squall leaks (${why})`, this.#elapsedMs);
    }
  }

  /** Writes down that a lost shard has no holder any more, so that a twin that comes back finds that out. */
  #fence(index: number): void {
    const { link, run } = this.#parts;
    link.redis.set(holderKey(run, index), `epoch ${FIRST_EPOCH + 1}`, 'PX', this.#ttlMs).catch(() => {});
  }
}

/** Refuses workers that would look for this machine's loopback addresses on their own. */
function checkLoopback(workers: readonly WorkerEntry[]): void {
  const here = loopbackName();
  const others = new Set(workers.filter(({ loopback }) => loopback !== here).map(({ host }) => host));
  if (others.size === 0) return;
  throw new RunRefused(
    'does-not-fit',
    `the target is a loopback address of this machine, which ${[...others].slice(0, 5).join(', ')} ${others.size === 1 ? 'does' : 'do'} not share`,
    'name an address in target.url that all machines reach (squall serve starts a target), or start the workers on this machine only',
  );
}

function secondsText(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}

/** First line of a record of tokens, from which other writers take its key. */
function headerOf(file: string): string {
  return `${readFileSync(file, 'utf8').split('\n', 1)[0] ?? ''}\n`;
}
