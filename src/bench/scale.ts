/**
 * The bench of many machines: `npm run bench:scale` has one coordinator run on 25, 50 and 100 simulated workers, which speak
 * with it through one Redis as real ones do. It prints what the coordinator and Redis use per worker, and its ratio from one
 * number of workers to the next, which is 1 for linear growth. It exits with 1 when a ratio is over its limit, or when the
 * run did not count every client. It needs redis-server and Linux.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { print } from '../cli/terminal/output.ts';
import { listen } from '../embedded/listen.ts';
import { readFolder } from '../results/read-folder.ts';
import { RedisLink } from '../scale/redis-link.ts';
import { launchRedis } from '../testing/redis-server.ts';
import { start } from './child.ts';
import { figure, table } from './table.ts';

const MAIN = fileURLToPath(new URL('../main.js', import.meta.url));
const WORKERS = process.argv.includes('--quick') ? [2, 4] : [25, 50, 100];
const CLIENTS_PER_WORKER = 200;
/** Part of the run that is measured, s. */
const MEASURED_SECONDS = process.argv.includes('--quick') ? 3 : 15;
/** Growth of a cost per worker, from one number of workers to twice as many, that still counts as linear. */
const RATIO_LIMIT = 1.25;
/** Unit of CPU time in /proc, s. */
const TICK_SECONDS = 0.01;

/** What was used so far. */
interface Used {
  readonly coordinatorSeconds: number;
  readonly redisSeconds: number;
  readonly redisInBytes: number;
  readonly redisOutBytes: number;
}

/** What one worker costs a second. */
interface Cost {
  readonly workers: number;
  readonly coordinatorMs: number;
  readonly redisMs: number;
  readonly inBytes: number;
  readonly outBytes: number;
  readonly isWhole: boolean;
}

process.env['SQUALL_KEY'] = Buffer.alloc(32, 1).toString('base64');
const target = createServer();
const port = await listen(target, '127.0.0.1', 0);
const costs: Cost[] = [];
for (const workers of WORKERS) costs.push(await costOf(workers));
target.close();
print(`${CLIENTS_PER_WORKER} clients a worker; per worker and second, over ${MEASURED_SECONDS} s:`);
print(
  table([['workers', 'coordinator CPU ms', 'Redis CPU ms', 'bytes to Redis', 'bytes from Redis'], ...costs.map(rowOf)]),
);
const ratios = costs.slice(1).map((cost, n) => ratiosOf(costs[n]!, cost));
print(
  table([
    ['ratio', 'coordinator CPU', 'Redis CPU', 'to Redis', 'from Redis'],
    ...ratios.map(({ name, values }) => [name, ...values.map((value) => value.toFixed(2))]),
  ]),
);
const isLinear = ratios.every(({ values }) => values.every((value) => value <= RATIO_LIMIT));
const isWhole = costs.every((cost) => cost.isWhole);
if (!isLinear) print(`a ratio is over ${RATIO_LIMIT}`);
if (!isWhole) print('not every client was counted');
process.exitCode = isLinear && isWhole ? 0 : 1;

async function costOf(workers: number): Promise<Cost> {
  const redis = await launchRedis();
  const folder = mkdtempSync(join(tmpdir(), 'squall-bench-'));
  const crew = await start(new URL('scale-workers.js', import.meta.url), [redis.url, String(workers)], isReady);
  const link = await RedisLink.open(redis.url);
  try {
    const run = coordinator(redis.url, folder, workers);
    const ended = once(run, 'close');
    await says(run, /ready \d+\/\d+/);
    const [before, startedAt] = [await usedBy(run, link.redis), performance.now()];
    await sleep(MEASURED_SECONDS * 1000);
    const [after, seconds] = [await usedBy(run, link.redis), (performance.now() - startedAt) / 1000];
    const per = (use: (used: Used) => number): number => (use(after) - use(before)) / workers / seconds;
    await ended;
    return {
      workers,
      coordinatorMs: 1000 * per((used) => used.coordinatorSeconds),
      redisMs: 1000 * per((used) => used.redisSeconds),
      inBytes: per((used) => used.redisInBytes),
      outBytes: per((used) => used.redisOutBytes),
      isWhole: startedIn(join(folder, 'results')) === workers * CLIENTS_PER_WORKER,
    };
  } finally {
    crew.process.disconnect();
    await link.close();
    await redis.stop();
    rmSync(folder, { recursive: true });
  }
}

function coordinator(url: string, folder: string, workers: number): ChildProcess {
  const file = join(folder, 'scale.yaml');
  const scenario = {
    name: 'scale',
    duration: `${MEASURED_SECONDS + 6}s`,
    target: { url: `ws://127.0.0.1:${port}/`, protocol: 'none' },
    clients: { count: workers * CLIENTS_PER_WORKER, arrive: { over: '1s' } },
  };
  writeFileSync(file, JSON.stringify(scenario));
  const args = ['run', file, '--on', url, '--shards', String(workers), '--results', join(folder, 'results')];
  return spawn(process.execPath, [MAIN, ...args], { stdio: ['ignore', 'ignore', 'pipe'] });
}

/** Number of clients that the run of a folder counted. */
function startedIn(folder: string): number {
  const [run = ''] = readdirSync(folder);
  return readFolder(join(folder, run)).measurements.counts.clientsStarted;
}

/** Resolves when a run says something on standard error; rejects when it ends before. */
async function says({ stderr }: ChildProcess, pattern: RegExp): Promise<void> {
  let text = '';
  for await (const piece of stderr?.iterator({ destroyOnReturn: false }) ?? []) {
    text += String(piece);
    if (!pattern.test(text)) continue;
    stderr?.resume();
    return;
  }
  throw new Error(`the run ended early:\n${text}`);
}

async function usedBy({ pid }: ChildProcess, redis: RedisLink['redis']): Promise<Used> {
  const info = await redis.info();
  const told = (name: string): number => Number(new RegExp(`^${name}:([\\d.]+)`, 'm').exec(info)?.[1]);
  // Fields 14 and 15 of proc_pid_stat(5), counted after the name in brackets.
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  return {
    coordinatorSeconds: (Number(fields[11]) + Number(fields[12])) * TICK_SECONDS,
    redisSeconds: told('used_cpu_sys') + told('used_cpu_user'),
    redisInBytes: told('total_net_input_bytes'),
    redisOutBytes: told('total_net_output_bytes'),
  };
}

function rowOf({ workers, coordinatorMs, redisMs, inBytes, outBytes }: Cost): readonly string[] {
  return [String(workers), ...[coordinatorMs, redisMs, inBytes, outBytes].map(figure)];
}

function ratiosOf(from: Cost, to: Cost): { readonly name: string; readonly values: readonly number[] } {
  const values = [
    to.coordinatorMs / from.coordinatorMs,
    to.redisMs / from.redisMs,
    to.inBytes / from.inBytes,
    to.outBytes / from.outBytes,
  ];
  return { name: `${from.workers} to ${to.workers}`, values };
}

function isReady(value: unknown): value is 'ready' {
  return value === 'ready';
}
