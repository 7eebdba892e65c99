import { availableParallelism, hostname } from 'node:os';
import { RunRefused } from '../live/refused.ts';
import type { RedisLink } from '../scale/redis-link.ts';
import { MAX_SLOTS } from '../scale/keys.ts';
import { oneLine } from '../core/text/one-line.ts';
import { duration, text, wholeNumber } from './terminal/arguments.ts';
import { EXIT } from './terminal/exit-code.ts';
import { log } from './terminal/output.ts';
import { redisUrl } from './machines/redis-url.ts';
import { UsageError } from './terminal/usage-error.ts';
import { required, verb } from './terminal/verb.ts';

const MAX_NAME_CHARS = 100;

export const worker = verb({
  command: 'worker <redis>',
  summary: 'Hold shards of runs that another machine coordinates (squall run --on)',
  details:
    'Holds shards of runs that `squall run --on` coordinates on this or another machine, each in a process of its own, until ctrl-C.\n' +
    'Coordinator and workers meet on a Redis and share a key: export SQUALL_KEY=$(openssl rand -base64 32). The key lets its holders have this machine send load.\n' +
    'Exit status: 0 ended while it held no shard, or, with --once, all of its shards ran to their end; 1 with --once, one did not; 2 a usage error; 4 no usable Redis or key, or no run within --wait; 130 ended while it held a shard.',
  positionals: {
    redis: required(
      'URL of Redis: redis://HOST:PORT, or rediss:// over TLS; the password may be in SQUALL_REDIS_PASSWORD',
    ),
  },
  flags: {
    slots: {
      type: 'string',
      coerce: wholeNumber('--slots', 1, MAX_SLOTS),
      default: String(availableParallelism()),
      defaultDescription: 'cores',
      describe: 'Shards that it holds at once, each in a process',
    },
    name: {
      type: 'string',
      coerce: text('--name'),
      defaultDescription: 'host name',
      describe: 'Name of this worker in messages',
    },
    once: {
      type: 'boolean',
      default: false,
      describe: 'Take shards of one run, as many as there are slots at most, then exit: for jobs of Kubernetes',
    },
    wait: {
      type: 'string',
      coerce: (given: string | undefined) => (given === undefined ? Infinity : duration('--wait')(given)),
      describe: 'With --once: longest wait for a run, such as 30m; default: no limit',
    },
  },
  examples: [
    ['$0 worker redis://10.0.0.7', 'a machine for runs with --on redis://10.0.0.7'],
    ['$0 worker rediss://squall@redis.example.com --slots 2', 'TLS, a user of Redis, and two shards at once'],
    ['$0 worker redis://127.0.0.1 --once --wait 30m', 'one run, then exit, and exit code 4 where none comes'],
  ],
  async run({ redis: given, slots, name, once, wait: waitMs = Infinity }) {
    const redis = redisUrl('REDIS')(given) ?? '';
    if (!once && waitMs !== Infinity)
      throw new UsageError('--wait is for --once: without it a worker waits for any number of runs');
    const { Sealer } = await import('../scale/seal.ts');
    const { RedisLink } = await import('../scale/redis-link.ts');
    const { serveShards } = await import('../scale/worker-service.ts');
    const called = nameOf(name);
    const sealer = Sealer.fromEnvironment(process.env);
    const leaving = new Leaving();
    let link: RedisLink | null = null;
    try {
      link = await RedisLink.open(redis, leaving.signal);
      const work = { name: called, slots, once, waitMs, leaving: leaving.signal, log: say };
      const { wasHolding, taken, lost } = await serveShards({ link, sealer, ...work });
      if (leaving.signal.aborted) return wasHolding ? EXIT.interrupted : EXIT.pass;
      if (taken === 0) throw noRun(link.url, waitMs);
      return lost === 0 ? EXIT.pass : EXIT.fail;
    } finally {
      leaving.release();
      await link?.close();
    }
  },
});

/** The end of a worker whose wait was in vain. */
function noRun(url: string, waitMs: number): RunRefused {
  return new RunRefused(
    'no-answer',
    `no run came to ${url} within ${waitMs / 1000} s`,
    'see whether its coordinator was refused, and start both again: squall run SCENARIO --on, with the same version and SQUALL_KEY',
  );
}

/** Ends the worker on ctrl-C or SIGTERM: the first lets it say goodbye, the second ends it at once. */
class Leaving {
  readonly #abort = new AbortController();
  readonly #onSignal = (name: NodeJS.Signals): void => {
    // Its shards' processes end with it.
    if (this.#abort.signal.aborted) process.exit(EXIT.interrupted);
    say('ends; once more to end at once');
    this.#abort.abort(`the worker was ended (${name})`);
  };

  constructor() {
    process.on('SIGINT', this.#onSignal);
    process.on('SIGTERM', this.#onSignal);
  }

  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  /** Restores the default handling of signals. */
  release(): void {
    process.off('SIGINT', this.#onSignal);
    process.off('SIGTERM', this.#onSignal);
  }
}

/** Name of the worker: the given one, or the machine's name with the index of the pod where a Job of Kubernetes has one. */
function nameOf(given: string | undefined): string {
  if (given !== undefined) {
    const clean = oneLine(given).trim();
    if (clean !== '' && clean.length <= MAX_NAME_CHARS) return clean;
    throw new UsageError(`--name: a name of 1 to ${MAX_NAME_CHARS} characters is needed`);
  }
  const host = hostname();
  const index = process.env['JOB_COMPLETION_INDEX'] ?? '';
  return /^\d{1,6}$/.test(index) && !host.endsWith(`-${index}`) ? `${host}-${index}` : host;
}

/** Prints a line with the time of day, since a worker may run for weeks. */
function say(line: string): void {
  log(`${new Date().toISOString().slice(11, 19)}  ${line}`);
}
