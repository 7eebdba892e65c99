import { randomBytes } from 'node:crypto';
import { appendFileSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { describe, expect, it, onTestFinished } from 'vitest';
import { readUsers } from '../../identity/read-users.ts';
import { VERSION } from '../../metrics/version.ts';
import type { Summary } from '../../results/summary.ts';
import { RedisLink } from '../../scale/redis-link.ts';
import { Sealer } from '../../scale/seal.ts';
import { queueName } from '../../scale/shard-queue.ts';
import { Turn } from '../../scale/turn.ts';
import { decode, encode, WireError } from '../../scale/wire.ts';
import { commandLine } from '../../testing/command-line.ts';
import { Machines } from '../../testing/many-machines.ts';
import { PseudoTerminal } from '../../testing/pseudo-terminal.ts';
import { REDIS_SERVER, type TestRedis } from '../../testing/redis-server.ts';
import { rotatingService } from '../../testing/rotating-service.ts';
import { MAIN, squall } from '../../testing/squall.ts';
import { startRedis } from '../../testing/start-redis.ts';

const KEY = Buffer.alloc(32, 1).toString('base64');
const USERS = 8;
const CLIENTS =
  'clients: { count: 40, arrive: { over: 500ms }, connectTimeout: 10s, backoff: { base: 100ms, cap: 500ms } }';

/** A scenario against the embedded target, of clients that arrive and stay. */
const quiet = (...lines: readonly string[]): string =>
  ['target: { embedded: {} }', 'tokens: { lifetime: 60s, issued: together }', CLIENTS, ...lines, ''].join('\n');

/** All bytes that Redis holds now, with the names of its keys. */
async function dumpOf(redis: Redis): Promise<Buffer> {
  const keys = await redis.keysBuffer('*');
  const values = await Promise.all(
    keys.map(async (key) => {
      switch (await redis.type(key)) {
        case 'string':
          return [(await redis.getBuffer(key)) ?? Buffer.alloc(0)];
        case 'stream':
          return (await redis.xrangeBuffer(key, '-', '+')).flatMap(([id, fields]) => [id, ...fields]);
        case 'hash':
          return Object.entries(await redis.hgetallBuffer(key)).flatMap(([field, value]) => [
            Buffer.from(field),
            value,
          ]);
        case 'list':
          return redis.lrangeBuffer(key, 0, -1);
        case 'zset':
          return redis.zrangeBuffer(key, 0, -1);
        default:
          return redis.smembersBuffer(key);
      }
    }),
  );
  return Buffer.concat([...keys, ...values.flat()]);
}

function clientOf(redis: TestRedis): Redis {
  const client = new Redis(redis.url);
  onTestFinished(() => client.disconnect());
  return client;
}

describe.skipIf(REDIS_SERVER === null)('a run on other machines', () => {
  it('keeps users, tokens and values of the environment out of Redis, renews tokens and records them for squall leaks', async () => {
    process.env['STAGING_SECRET'] = 'value-of-the-environment';
    onTestFinished(() => void delete process.env['STAGING_SECRET']);
    const redis = await startRedis();
    const machines = new Machines(redis.url);
    await Promise.all([machines.worker('host-a'), machines.worker('host-b')]);
    const service = await rotatingService(USERS, 2, () => `-${randomBytes(24).toString('hex')}`);
    const rows = service.valid().map((refresh, user) => `user-name-${user},${refresh},pass-word-${user}\n`);
    const [file, out] = [join(machines.folder, 'users.csv'), join(machines.folder, 'users-now.csv')];
    writeFileSync(file, `id,refresh,password\n${rows.join('')}`);
    const run = machines.coordinator(
      `
duration: 8s
target: { url: "${service.gatewayUrl}", headers: { x-staging: "{env.STAGING_SECRET}" } }
users: { file: ${JSON.stringify(file)}, out: ${JSON.stringify(out)} }
clients: { count: ${USERS}, arrive: { over: 100ms }, connectTimeout: 10s }
tokens: { refresh: { lead: 1s }, source: { file: { refresh: "{user.refresh}" }, oauth2: { url: "${service.tokenUrl}" } } }
generator: { maxLateness: 2s }
`,
      '--shards',
      '2',
      '--allow-file',
      machines.folder,
    );
    await run.says(/shards taken/);
    const client = clientOf(redis);
    const [planKey = ''] = await client.keys('*:plan:0');
    const plan = await client.getBuffer(planKey);
    // It is sealed, and not only packed.
    expect(() => decode(plan ?? encode({}))).toThrow(WireError);
    const dumps: Buffer[] = [];
    const over = run.ended.then(() => true);
    do dumps.push(await dumpOf(client));
    while (!(await Promise.race([over, sleep(100, false)])));
    expect(await run.ended, run.said()).toBe(0);
    const all = Buffer.concat(dumps).toString('latin1');
    // The run was there to be seen.
    expect(all.includes(':plan:1')).toBe(true);
    for (const secret of ['user-name-', 'pass-word-', 'refresh-', 'access-', 'value-of-the-environment', KEY]) {
      expect(all.includes(secret), secret).toBe(false);
    }
    expect((await client.keys('*:plan:*')).length).toBe(0);

    expect(service.reused).toEqual([]);
    expect(service.issued).toBeGreaterThan(USERS);
    expect(readUsers(out).rows.map((row) => row['refresh'])).toEqual(service.valid());

    // Clients 0 and 1 were held by different shards.
    const log = join(machines.folder, 'app.log');
    for (const user of [0, 1]) appendFileSync(log, `refreshed ${service.valid()[user]}\n`);
    const leaks = await squall(['leaks', log, '--run', run.folder ?? '']);
    expect(leaks.stdout).toContain('refresh token of client-0');
    expect(leaks.stdout).toContain('refresh token of client-1');
  });

  it('is watched on one screen, where a fault injected by key hits all shards, a command runs once and a loss is told', async () => {
    const redis = await startRedis();
    const machines = new Machines(redis.url);
    const [, lost] = await Promise.all([machines.worker('host-a'), machines.worker('host-b')]);
    const marker = join(machines.folder, 'marker');
    const file = join(machines.folder, 'seen.yaml');
    writeFileSync(file, quiet('duration: 90s', `faults: [{ at: 1s, exec: "echo ran >> ${marker}" }]`));
    const results = join(machines.folder, 'results');
    const command = `"${process.execPath}" "${MAIN}" run ${file} --on ${redis.url} --shards 2 --allow-exec --results ${results}`;
    const terminal = new PseudoTerminal(80, 24, `unset CI; SQUALL_KEY=${KEY} ${command}`);
    onTestFinished(() => terminal.kill());
    await terminal.shows('40 of 40');
    terminal.press('f');
    await terminal.shows('Enter inject now');
    terminal.press('jjljjjjjlj');
    await terminal.shows(/❯ 50%[^]*it resets connections/);
    terminal.press('\r');
    await terminal.shows(/drop reset over, hit (\d+)\/\1\b/);
    lost.kill('SIGKILL');
    await terminal.shows('1 of 2 shards lost');
    terminal.press('q');
    expect(await terminal.ended).toBe(130);
    const [folder = ''] = readdirSync(results);
    const { faults, integrity } = JSON.parse(readFileSync(join(results, folder, 'summary.json'), 'utf8')) as Summary;
    const injected = faults.find(({ injected: isInjected }) => isInjected)!;
    expect(injected.planned).toBeGreaterThan(5);
    expect(injected).toMatchObject({ hit: injected.planned, missed: {} });
    expect(integrity).toMatchObject([{ kind: 'shard-lost' }]);
    expect(readFileSync(marker, 'utf8')).toBe('ran\n');
  });

  it('is aborted by a threshold over the sum of all shards, and fails', async () => {
    const redis = await startRedis();
    const machines = new Machines(redis.url);
    await Promise.all([machines.worker('host-a'), machines.worker('host-b')]);
    const run = machines.coordinator(
      quiet('duration: 60s', 'thresholds: [{ expression: total(arrivals) < 30, abort: true }]'),
      '--shards',
      '2',
    );
    expect(await run.ended, run.said()).toBe(1);
    expect(await run.summary()).toMatchObject({ verdict: 'fail', ended: 'aborted', integrity: [] });
  });

  it('fails after the loss of a shard where a threshold fails whatever that shard would have done, and is ended by --on-loss stop', async () => {
    const redis = await startRedis();
    const machines = new Machines(redis.url);
    await machines.worker('host-a');
    const lost = await machines.worker('host-b');
    const run = machines.coordinator(
      quiet('duration: 60s', 'thresholds: [total(ready) < 10, ready >= 1%]'),
      '--shards',
      '2',
      '--on-loss',
      'stop',
    );
    await run.says(/ready 40\/40/);
    lost.kill('SIGKILL');
    expect(await run.ended, run.said()).toBe(1);
    expect(await run.summary()).toMatchObject({
      verdict: 'fail',
      ended: 'aborted',
      integrity: [{ kind: 'shard-lost' }, { kind: 'stopped-on-loss' }],
      thresholds: [{ ok: false }, { ok: null, open: { why: 'lost' } }],
    });
    expect(run.said()).toContain('it was ended before its time');
  });

  it('ends the load of all shards when it is interrupted twice', async () => {
    const redis = await startRedis();
    const machines = new Machines(redis.url);
    const workers = await Promise.all([machines.worker('host-a'), machines.worker('host-b')]);
    const run = machines.coordinator(quiet('duration: 60s'), '--shards', '2');
    await run.says(/ready 40\/40/);
    run.kill('SIGINT');
    await run.says(/once more to stop at once/);
    run.kill('SIGINT');
    expect(await run.ended).toBe(130);
    await Promise.all(
      workers.map((worker) => worker.says(/shard \d: (ended by the coordinator: the coordinator was stopped|done)/)),
    );
  });

  it('names the shards that no worker takes, and the workers that are there: exit code 4', async () => {
    const redis = await startRedis();
    const machines = new Machines(redis.url);
    await machines.worker('host-a');
    await new Machines(redis.url, Buffer.alloc(32, 2).toString('base64')).worker('host-b');
    const run = machines.coordinator(quiet('duration: 3s'), '--shards', '4', '--wait', '1s');
    expect(await run.ended).toBe(4);
    expect(run.said()).toContain('host-b has another SQUALL_KEY: give it the same one');
    expect(run.said()).toContain(
      'shards 2 to 4 of 4 have no worker after 1 s; the workers are host-a (1 of 1 slots free)',
    );
    expect(run.said()).toContain('start more with `squall worker`');
    expect(run.folder).toBeNull();
  });

  it('waits for workers through a loss of Redis, and is refused where it does not come back in time', async () => {
    const redis = await startRedis();
    const machines = new Machines(redis.url);
    const run = machines.coordinator(quiet('duration: 3s'), '--shards', '1');
    const hasty = machines.coordinator(quiet('duration: 3s'), '--shards', '1', '--wait', '8s');
    await Promise.all([run, hasty].map((each) => each.says(/waiting for workers: 0 of 1 slots are free/)));
    await redis.kill();
    await Promise.all([run, hasty].map((each) => each.says(/waiting for Redis, which is away/)));
    expect(await hasty.ended).toBe(4);
    expect(hasty.said()).toContain(`squall: ${redis.url}`);
    await redis.restart();
    await machines.worker('host-a');
    expect(await run.ended).toBe(0);
  });

  it('takes slots when no other run does, and names the run that it waits for', async () => {
    const redis = await startRedis();
    const machines = new Machines(redis.url);
    await machines.worker('host-a');
    const link = await RedisLink.open(redis.url, undefined, {});
    onTestFinished(() => link.close());
    const queue = queueName(VERSION, new Sealer(Buffer.from(KEY, 'base64')).fingerprint);
    const turn = await Turn.take(link, queue, '0123abcd4567', 'host-x');
    if (!(turn instanceof Turn)) throw new Error(turn);
    const hasty = machines.coordinator(quiet('duration: 2s'), '--shards', '1', '--wait', '1s');
    const run = machines.coordinator(quiet('duration: 2s'), '--shards', '1');
    await run.says(/waiting for run 0123abcd of host-x, which is taking slots of these workers/);
    expect(await hasty.ended).toBe(4);
    expect(hasty.said()).toContain('run 0123abcd of host-x was still taking slots of these workers after 1 s');
    await turn.release();
    await run.says(/all clocks are known/);
    await expect.poll(() => link.redis.exists(`squall:turn:${queue}`)).toBe(0);
    expect((await run.summary()).verdict).toBe('pass');
  });

  it('needs a key and a Redis that answers', async () => {
    const args = ['run', 'expiry-cliff', '--on', 'redis://127.0.0.1:9'];
    const keyless = await squall(args, { SQUALL_KEY: '' });
    expect(keyless).toMatchObject({ code: 4 });
    expect(keyless.stderr).toContain('SQUALL_KEY is not set: make a key once');
    expect(await squall(args, { SQUALL_KEY: KEY })).toMatchObject({ code: 4 });
  });

  it.each([
    [['--shards', '0'], '--shards 0: a whole number from 1 to 1000 is needed'],
    [['--on-loss', 'go-on'], '--on-loss go-on: one of continue, stop is needed'],
    [['--wait', '5'], '--wait 5: a duration with its unit is needed'],
    [['--shards', '2'], '--shards without --on'],
    [['--on', 'redis://u:p@h:99999'], '--on redis://…@h:99999: its port is not from 1 to 65535; write it as redis://'],
    [['--on', 'redis://127.0.0.1', '--shard', '1/2'], '--shard with --on'],
  ])('%j is a usage error', async (options, message) => {
    const { code, stderr } = await commandLine(['run', 'expiry-cliff', ...options]);
    expect(stderr).toContain(message);
    expect(code).toBe(2);
  });
});
