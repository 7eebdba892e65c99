import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { describe, expect, it, onTestFinished } from 'vitest';
import { COUNTS, SERIES } from '../core/metrics.ts';
import type { FolderContent } from '../results/read-folder.ts';
import { VERSION } from '../metrics/version.ts';
import { REDIS_SERVER } from '../testing/redis-server.ts';
import { Machines, times, type Coordinator, type Started } from '../testing/many-machines.ts';
import { startRedis } from '../testing/start-redis.ts';
import { workersOf } from '../testing/worker-processes.ts';
import { RedisLink } from './redis-link.ts';
import { QUEUE, planKey } from './keys.ts';
import { Sealer } from './seal.ts';
import { queueName, ShardQueue } from './shard-queue.ts';

const KEY = Buffer.alloc(32, 7).toString('base64');

/** Clients that arrive, are dropped once, come back, and send commands that are all acknowledged. */
const STORY = `
duration: 7s
target: { embedded: {} }
tokens: { lifetime: 60s, issued: together }
clients:
  count: 60
  arrive: { over: 500ms }
  connectTimeout: 10s
  backoff: { base: 100ms, cap: 500ms }
  commands: { rate: 2/s, ackTimeout: 20s }
faults: [{ at: 4s, share: 40%, drop: { code: 1012 } }]
generator: { maxLateness: 2s }
`;

/** Clients that arrive and stay, until long after a shard is noticed as lost. */
const QUIET = `
duration: 15s
target: { embedded: {} }
tokens: { lifetime: 60s, issued: together }
clients: { count: 60, arrive: { over: 500ms }, connectTimeout: 10s, commands: { rate: 2/s, ackTimeout: 20s } }
`;

/** Curves whose totals depend on how quick the machine is. */
const QUICK = new Set<string>(['sent', 'resent', 'acknowledged', 'due', 'skipped', 'gaveUp']);

/** Everything that a run counted, in figures that do not depend on how quick the machine is. */
function figuresOf({ measurements, faults, integrity }: FolderContent) {
  const { curves, counts, timings, losses } = measurements;
  return {
    integrity,
    faults,
    curves: Object.fromEntries(SERIES.filter((name) => !QUICK.has(name)).map((name) => [name, curves.total(name)])),
    counts: Object.fromEntries(COUNTS.map((name) => [name, counts[name]])),
    timings: Object.fromEntries(
      Object.entries(timings).flatMap(([name, { count, failures }]) =>
        ['lateness', 'command'].includes(name) ? [] : [[name, [count, Object.fromEntries(failures)]]],
      ),
    ),
    losses: Object.fromEntries(losses),
  };
}

async function workersOn(machines: Machines, count: number): Promise<readonly Started[]> {
  return Promise.all(Array.from({ length: count }, (_, n) => machines.worker(`host-${n + 1}`)));
}

/** Lines of a run's record of tokens. */
function tokensOf({ folder }: Coordinator): readonly string[] {
  return readFileSync(join(folder ?? '', 'tokens.fp'), 'utf8')
    .trimEnd()
    .split('\n');
}

/** Whether all clients of a run have arrived, and its workers have had two seconds to say so. */
function haveArrived({ measurements: { curves, elapsedMs } }: FolderContent): boolean {
  return curves.total('ready') === 60 && elapsedMs > 3000;
}

describe.skipIf(REDIS_SERVER === null)('workers on Redis', () => {
  it('four of them hold the clients of one run, and come to the counts of one process', async () => {
    const machines = new Machines((await startRedis()).url, KEY);
    const held = [...(await workersOn(machines, 3)), await machines.worker('host-4', { once: true })];
    const many = machines.coordinator(STORY, '--shards', '4');
    expect(await many.summary()).toMatchObject({ verdict: 'pass', integrity: [] });
    const one = machines.alone(STORY, '--set', 'generator.workers=1');
    await one.ended;
    const figures = figuresOf(many.content);
    expect(figures).toEqual(figuresOf(one.content));
    expect(figures.curves).toMatchObject({ attempts: 84, ready: 84, recovered: 24 });
    const { ledger, curves } = many.content.measurements;
    expect(ledger).toMatchObject({ lost: 0, duplicated: 0, sent: curves.total('sent') });
    expect(ledger.acknowledged).toBeGreaterThan(0);
    expect(tokensOf(many)).toHaveLength(tokensOf(one).length);
    const taken = await Promise.all(
      held.map((worker) => worker.says(/^run [0-9a-f]{8}, shard \d: took 15 of 60 clients/)),
    );
    expect(new Set(taken.map((line) => /shard (\d)/.exec(line)?.[1]))).toEqual(new Set(['1', '2', '3', '4']));
    await Promise.all(held.map((worker) => worker.says(/: done$/)));
    expect(await held[3]!.ended).toBe(0);
    for (const worker of held.slice(0, 3)) worker.kill('SIGTERM');
    expect(await Promise.all(held.map(({ ended }) => ended))).toEqual([0, 0, 0, 0]);
  });

  it('a worker that is killed loses what it counted in its last second at most, and is named', async () => {
    const machines = new Machines((await startRedis()).url, KEY);
    const temporary = mkdtempSync(join(machines.folder, 'tmp-'));
    const [killed, other] = await Promise.all([
      machines.worker('host-1', { env: { TMPDIR: temporary } }),
      machines.worker('host-2'),
    ]);
    const many = machines.coordinator(QUIET, '--shards', '2');
    await many.until(haveArrived);
    const shard = /shard (\d)/.exec(await killed.says(/ took /))?.[1];
    const load = workersOf(killed.pid);
    expect(load).toHaveLength(1);
    // Its record of tokens, which nobody but its load is left to remove.
    expect(readdirSync(temporary)).toHaveLength(1);
    killed.kill('SIGKILL');
    await expect.poll(() => isAlive(load[0]!)).toBe(false);
    expect(readdirSync(temporary)).toEqual([]);
    const { verdict, integrity, clients } = await many.summary();
    expect(verdict).toBe('inconclusive');
    expect(clients).toMatchObject({ readyAtEnd: 30, notBack: 0, neverReady: 0, unknown: 30 });
    const lost = `shard ${shard} of 2 on host-1 was lost (nothing heard of it for 4 s)`;
    expect(integrity).toMatchObject([{ kind: 'shard-lost', text: expect.stringContaining(lost) as string }]);
    const { curves, counts } = many.content.measurements;
    expect([counts.clientsStarted, curves.total('attempts'), curves.total('ready')]).toEqual([60, 60, 60]);
    await other.says(/: done$/);
  });

  it('the load of a coordinator that is killed ends, and its workers are free again', async () => {
    const machines = new Machines((await startRedis()).url, KEY);
    const held = await workersOn(machines, 2);
    const many = machines.coordinator(QUIET, '--shards', '2');
    await many.until(haveArrived);
    many.kill('SIGKILL');
    await Promise.all(held.map((worker) => worker.says(/lost: the coordinator has not been heard for 7 s$/)));
    expect(held.flatMap((worker) => workersOf(worker.pid))).toEqual([]);
    for (const worker of held) worker.kill('SIGINT');
    expect(await Promise.all(held.map(({ ended }) => ended))).toEqual([0, 0]);
  });

  it('a worker that stood still has lost its shard for good: no twin is given it, and it stops', async () => {
    const { url } = await startRedis();
    const machines = new Machines(url, KEY);
    const [still, other, idle] = await workersOn(machines, 3);
    const many = machines.coordinator(QUIET, '--shards', '3', '--set', 'duration=20s');
    await many.until(haveArrived);
    still!.killAll('SIGSTOP');
    const twin = await machines.worker('twin', { slots: 3 });
    await many.until(({ events }) => events.some(({ issue }) => issue === 'shard-lost'));
    await offerAgain(url, 3);
    for (const shard of [1, 2, 3]) await twin.says(new RegExp(`, shard ${shard}: it is held elsewhere$`));
    still!.killAll('SIGCONT');
    await still!.says(
      /(?:ended by the coordinator: nothing heard of it for \d+ s|lost: the coordinator has not been heard for \d+ s)$/,
    );
    expect(workersOf(still!.pid)).toEqual([]);
    const { integrity } = await many.summary();
    expect(integrity.map(({ kind }) => kind)).toEqual(['shard-lost']);
    expect(many.content.measurements.curves.total('attempts')).toBe(60);
    const taken = [still!, other!, idle!].map((worker) => times(' took ', worker));
    expect(taken).toEqual([1, 1, 1]);
  });

  it('a worker that runs ten times slower makes the run late, not good', async () => {
    const machines = new Machines((await startRedis()).url, KEY);
    const [slow] = await workersOn(machines, 2);
    const many = machines.coordinator(QUIET, '--shards', '2', '--set', 'generator.maxLateness=100ms');
    await many.until(haveArrived);
    let isStopped = false;
    const cycle = setInterval(() => {
      isStopped = true;
      slow!.killAll('SIGSTOP');
      setTimeout(() => slow!.killAll('SIGCONT'), 450);
    }, 500);
    onTestFinished(() => clearInterval(cycle));
    const { verdict, reasons, integrity, generator } = await many.summary();
    clearInterval(cycle);
    expect(isStopped).toBe(true);
    expect(integrity).toEqual([]);
    expect(verdict).toBe('inconclusive');
    expect(reasons[0]).toMatch(/the generator ran late: /);
    expect(generator.latenessP99Ms).toBeGreaterThan(200);
  });

  it('a job whose worker stood still for longer than its lock is never given to another one', async () => {
    const { url } = await startRedis();
    const takers = [taker(url, 'done'), taker(url, 'done')];
    await Promise.all(takers.map(({ said }) => said('ready')));
    await offered(url);
    const holder = await Promise.race(takers.map(({ said }, n) => said('took').then(() => n)));
    const [still, other] = [takers[holder]!, takers[1 - holder]!];
    still.signal('SIGSTOP');
    await other.said('failed');
    still.signal('SIGCONT');
    still.finish();
    await still.said('ended');
    expect([...still.lines, ...other.lines].toSorted()).toEqual(['ended', 'failed', 'ready', 'ready', 'took']);
  });

  it('a job that a worker left is offered again, and taken by another one while it stands back', async () => {
    const { url } = await startRedis();
    const one = taker(url, 'left');
    await offered(url);
    await one.said('ended');
    await offered(url);
    const other = taker(url, 'done');
    await other.said('took');
    other.finish();
    await other.said('ended');
    expect(other.lines).toEqual(['ready', 'took', 'ended']);
  });
});

/** Offers a shard in the queue of the takers. */
async function offered(url: string): Promise<void> {
  const link = await linkTo(url);
  const queue = await ShardQueue.open(link, 'test');
  onTestFinished(() => queue.close());
  await queue.offer('run', [0]);
}

/** Offers all shards of the run that is under way a second time, as no coordinator does. */
async function offerAgain(url: string, shards: number): Promise<void> {
  const link = await linkTo(url);
  const plans = await link.redis.keys(planKey('*', 0));
  const run = plans[0]?.split(':')[1] ?? '';
  const { Queue } = await import('bullmq');
  const { fingerprint } = Sealer.fromEnvironment({ SQUALL_KEY: KEY });
  const connection = { host: '127.0.0.1', port: Number(new URL(url).port) };
  const queue = new Queue(queueName(VERSION, fingerprint), { connection, prefix: QUEUE.prefix });
  onTestFinished(() => queue.close());
  for (let shard = 0; shard < shards; shard++) await queue.add('shard', { run, shard });
}

async function linkTo(url: string): Promise<RedisLink> {
  const link = await RedisLink.open(url, undefined, {});
  onTestFinished(() => link.close());
  return link;
}

/** Takes jobs whose locks last a second, ends one that it holds at a line of its input, and says what becomes of them. */
const TAKER = `
const { RedisLink } = await import(process.argv[2] + 'redis-link.js');
const { ShardTaker } = await import(process.argv[2] + 'shard-queue.js');
const link = await RedisLink.open(process.argv[1]);
const taker = await ShardTaker.open(link, 'test', 1, async () => {
  console.log('took');
  if (process.argv[3] === 'done') await new Promise((resolve) => process.stdin.once('data', resolve));
  console.log('ended');
  return process.argv[3];
}, 1000);
taker.onFailed(() => console.log('failed'));
console.log('ready');
`;

function taker(url: string, end: 'done' | 'left') {
  const args = ['--input-type=module', '--eval', TAKER, url, new URL('../../dist/scale/', import.meta.url).href, end];
  const child = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  const ended = once(child, 'close');
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await ended;
  });
  const lines: string[] = [];
  createInterface(child.stdout).on('line', (line) => lines.push(line));
  return {
    lines,
    said: async (line: string): Promise<void> => {
      await expect.poll(() => lines, { timeout: 60_000 }).toContain(line);
    },
    signal: (name: NodeJS.Signals) => child.kill(name),
    finish: () => child.stdin.write('\n'),
  };
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
