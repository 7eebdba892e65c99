import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Redis, RedisOptions } from 'ioredis';
import { RunRefused } from '../live/refused.ts';
import { CONNECT_TIMEOUT_MS, guardedConnector } from './redis-connection.ts';
import { isRefusal, redisRefusal, tooOld } from './redis-refusal.ts';
import { AUTHORITIES_VARIABLE, redisPlace, type RedisPlace } from './redis-url.ts';

/** Interval at which the link asks Redis for a sign of life, ms. */
const PING_MS = 500;
/** Most of the time between two answers that counts as answered, ms: a Redis that stood still says nothing about others. */
const COUNTED_MAX_MS = 1000;
/** Longest wait for an answer: after that the connection is closed and opened anew, ms. */
const ANSWER_TIMEOUT_MS = 3000;
/** Longest wait between two tries to connect anew, ms. */
const RETRY_MS = 500;
/** Longest wait for the first answer, ms. */
const OPEN_TIMEOUT_MS = 10_000;
/** Oldest version that will do: BullMQ asks for it. */
const OLDEST = [6, 2] as const;

/** Newest entries that a stream keeps. What is older was read long ago, or its messages will travel again. */
const STREAM_ENTRIES = 30;

type Hear = () => void;

/** The connection of a coordinator or worker to Redis, which comes back by itself after a loss. */
export class RedisLink {
  /** connection for commands that do not block; while it is down they reject at once */
  readonly redis: Redis;
  /** without credentials */
  readonly url: string;
  readonly #open: (options: RedisOptions) => Redis;
  readonly #options: RedisOptions;
  readonly #blocking = new Set<Redis>();
  readonly #hears = { up: new Set<Hear>(), down: new Set<Hear>() };
  readonly #hearRefusals = new Set<(refusal: RunRefused) => void>();
  #isRefused = false;
  readonly #pinging: NodeJS.Timeout;
  #isUp = true;
  #askedAtMs: number | null = null;
  #answeredAtMs = performance.now();
  #answeredMs = 0;

  private constructor(place: RedisPlace, redis: Redis, open: (options: RedisOptions) => Redis, options: RedisOptions) {
    this.url = place.url;
    this.redis = redis;
    this.#open = open;
    this.#options = options;
    redis.on('ready', () => this.#isAnswered());
    redis.on('close', () => this.#isLost());
    this.#pinging = setInterval(() => this.#ping(), PING_MS);
  }

  /**
   * Connects to Redis.
   *
   * @throws RunRefused with the fix: nobody answers, the password is wrong, Redis is too old
   */
  static async open(url: string, signal?: AbortSignal, env: NodeJS.ProcessEnv = process.env): Promise<RedisLink> {
    const place = redisPlace(url, env, authoritiesOf(env));
    const { Redis: Client, AbstractConnector } = await import('ioredis');
    const options: RedisOptions = {
      ...place.options,
      Connector: guardedConnector(AbstractConnector, place.options),
      connectTimeout: CONNECT_TIMEOUT_MS,
      retryStrategy: () => RETRY_MS,
      disableClientInfo: true,
    };
    let isOpen = false;
    const open = (more: RedisOptions): Redis => {
      const client = new Client({ ...options, ...more });
      client.on('error', (error: Error) => {
        // A reply to no command: the replies that follow would go to the wrong commands.
        if (error.message.startsWith('Command queue state error')) client.stream.destroy();
      });
      return client;
    };
    const redis = open({
      ...COMMANDS,
      lazyConnect: true,
      retryStrategy: () => (isOpen ? RETRY_MS : null),
    });
    try {
      await opened(redis, signal);
      const version = versionOf(await redis.info('server'));
      if (isOlder(version)) throw tooOld(place.url, version);
      isOpen = true;
      return new RedisLink(place, redis, open, options);
    } catch (error) {
      redis.disconnect();
      throw error instanceof RunRefused ? error : redisRefusal(place.url, error);
    }
  }

  /** Returns one more connection, for commands that block; it is closed with the link. */
  blocking(): Redis {
    const { commandTimeout: _, ...commands } = COMMANDS;
    const redis = this.#open(commands);
    this.#blocking.add(redis);
    return redis;
  }

  /** Returns options for connections that BullMQ opens: its commands wait while Redis is away. */
  bullConnection(): RedisOptions {
    return { ...this.#options, maxRetriesPerRequest: null };
  }

  /** Time since Redis answered last, while the link is down, ms; 0: it is up. */
  get downMs(): number {
    return this.#isUp ? 0 : performance.now() - this.#answeredAtMs;
  }

  /** Time for which Redis has been known to answer, ms: it stands still while the link is down. */
  get answeredMs(): number {
    return this.#answeredMs;
  }

  /** Hears the loss of the link, or its return. Returns a function that ends it. */
  on(event: 'up' | 'down', hear: Hear): () => void {
    this.#hears[event].add(hear);
    return () => this.#hears[event].delete(hear);
  }

  /** Hears that Redis refuses what is appended to streams: once, until it takes it again. Returns a function that ends it. */
  onRefusal(hear: (refusal: RunRefused) => void): () => void {
    this.#hearRefusals.add(hear);
    return () => this.#hearRefusals.delete(hear);
  }

  /**
   * Appends an entry to a stream, which keeps the newest entries only, and lets the stream live for `ttlMs` more.
   * Rejects where Redis is away or refuses.
   */
  async append(stream: string, payload: Buffer, ttlMs: number): Promise<void> {
    try {
      await Promise.all([
        this.redis.xadd(stream, 'MAXLEN', '~', STREAM_ENTRIES, '*', 'f', payload),
        this.redis.pexpire(stream, ttlMs),
      ]);
      this.#isRefused = false;
    } catch (error) {
      if (isRefusal(error) && !this.#isRefused) {
        this.#isRefused = true;
        for (const hear of this.#hearRefusals) hear(redisRefusal(this.url, error));
      }
      throw error;
    }
  }

  async close(): Promise<void> {
    clearInterval(this.#pinging);
    for (const redis of [this.redis, ...this.#blocking]) redis.disconnect();
    // Sockets that are ended close within this time.
    await sleep(0);
  }

  #ping(): void {
    const now = performance.now();
    if (this.#askedAtMs !== null) {
      if (now - this.#askedAtMs < ANSWER_TIMEOUT_MS) return;
      this.#askedAtMs = null;
      this.#isLost();
      // An end of the connection that is asked for politely would wait for a peer that is gone.
      this.redis.stream.destroy();
      return;
    }
    if (this.redis.status !== 'ready') return;
    this.#askedAtMs = now;
    const over = (isAnswer: boolean): void => {
      if (this.#askedAtMs !== now) return;
      this.#askedAtMs = null;
      if (isAnswer) this.#isAnswered();
    };
    this.redis.ping().then(
      () => over(true),
      () => over(false),
    );
  }

  #isAnswered(): void {
    const now = performance.now();
    if (this.#isUp) this.#answeredMs += Math.min(COUNTED_MAX_MS, now - this.#answeredAtMs);
    this.#answeredAtMs = now;
    if (this.#isUp) return;
    this.#isUp = true;
    for (const hear of this.#hears.up) hear();
  }

  #isLost(): void {
    this.#askedAtMs = null;
    if (!this.#isUp) return;
    this.#isUp = false;
    for (const hear of this.#hears.down) hear();
  }
}

/** A command rejects at once while the connection is down, and is never sent a second time by ioredis. */
const COMMANDS = {
  enableOfflineQueue: false,
  autoResendUnfulfilledCommands: false,
  maxRetriesPerRequest: 0,
  commandTimeout: ANSWER_TIMEOUT_MS + 1000,
} satisfies RedisOptions;

/** Resolves when the connection is usable, and rejects with the first error. */
async function opened(redis: Redis, signal?: AbortSignal): Promise<void> {
  const gaveUp = new AbortController();
  const failed = new Promise<never>((_, reject) => {
    redis.once('error', reject);
    signal?.addEventListener('abort', () => reject(new Error('interrupted')), { signal: gaveUp.signal });
    sleep(OPEN_TIMEOUT_MS, undefined, { signal: gaveUp.signal }).then(
      () => reject(new Error('no answer in time')),
      () => {},
    );
  });
  // An error comes before the connection closes, and says more.
  const connecting = redis.connect().catch(async (error: unknown) => {
    await sleep(1);
    throw error;
  });
  try {
    await Promise.race([failed, connecting]);
  } finally {
    gaveUp.abort();
    failed.catch(() => {});
    connecting.catch(() => {});
  }
}

function authoritiesOf(env: NodeJS.ProcessEnv): string | null {
  const file = env[AUTHORITIES_VARIABLE];
  if (file === undefined || file === '') return null;
  try {
    return readFileSync(file, 'utf8');
  } catch {
    const what = `${AUTHORITIES_VARIABLE} names a file that cannot be read: ${file}`;
    throw new RunRefused('not-allowed', what, 'name a file of PEM certificates');
  }
}

function versionOf(info: unknown): string {
  return /^redis_version:([\d.]{1,20})/m.exec(String(info))?.[1] ?? 'of an unknown version';
}

function isOlder(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return !(major > OLDEST[0] || (major === OLDEST[0] && minor >= OLDEST[1]));
}
