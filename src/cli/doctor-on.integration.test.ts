import { readMachineLimits } from '../live/health/machine-limits.ts';
import { describe, expect, it, onTestFinished } from 'vitest';
import { VERSION } from '../metrics/version.ts';
import { Presence, type WorkerEntry } from '../scale/presence.ts';
import { readRedisClock } from '../scale/redis-clock.ts';
import { RedisLink } from '../scale/redis-link.ts';
import { Sealer } from '../scale/seal.ts';
import { commandLine } from '../testing/command-line.ts';
import { REDIS_SERVER } from '../testing/redis-server.ts';
import { startRedis } from '../testing/start-redis.ts';

const PASSWORD = 'a-password-of-redis';
const KEY = { SQUALL_KEY: '00'.repeat(32) };
const ENV = { ...KEY, SQUALL_REDIS_PASSWORD: PASSWORD };

/** Announces workers on a Redis of the test's own, as `squall worker` does. */
async function withWorkers(...workers: readonly Partial<WorkerEntry>[]): Promise<string> {
  const redis = await startRedis({ password: PASSWORD });
  const link = await RedisLink.open(redis.url, undefined, ENV);
  const clock = await readRedisClock(link.redis);
  for (const [index, changes] of workers.entries()) {
    const presence = new Presence(link, Sealer.fromEnvironment(ENV), () => ({
      id: `w${index}`,
      host: `host-${index}`,
      squall: VERSION,
      node: process.versions.node,
      slots: 2,
      free: 2,
      held: { shards: 0, clients: 0 },
      limits: readMachineLimits(),
      clock,
      keyFingerprint: Sealer.fromEnvironment(ENV).fingerprint,
      loopback: 'l',
      noRoom: null,
      ...changes,
    }));
    await presence.announce();
    onTestFinished(() => presence.stop());
  }
  onTestFinished(() => link.close());
  return redis.url;
}

describe.skipIf(REDIS_SERVER === null)('squall doctor --on', () => {
  it('lists the workers with their slots and clocks, and sums up those that a run would use', async () => {
    const url = await withWorkers({}, { squall: '0.0.1' }, { keyFingerprint: 'another' });
    const { code, stdout, stderr } = await commandLine(['doctor', '--on', url, '--json'], ENV);
    expect(stderr).toBe('');
    const report = JSON.parse(stdout) as { workers: { clock: { aheadMs: number } }[] };
    expect(report).toMatchObject({ ok: true, free: 2, slots: 2, workers: [{ refused: null }, {}, { key: 'another' }] });
    // All of them stand on this machine, so that only the reading of the clock may differ.
    for (const { clock } of report.workers) expect(Math.abs(clock.aheadMs)).toBeLessThan(1000);
    expect(code).toBe(0);
  });

  it('ends with 4 when there are too few free slots, and names what is missing', async () => {
    const url = await withWorkers({ free: 1 });
    const { code, stdout } = await commandLine(['doctor', '--on', url, '--slots', '2'], ENV);
    expect(stdout).toContain('1 worker, 1 of 2 slots free');
    expect(stdout).toContain('too little: 2 free slots are asked for');
    expect(stdout).not.toContain(PASSWORD);
    expect(code).toBe(4);
  });

  it('needs no worker where none is asked for', async () => {
    const url = await withWorkers();
    const { code } = await commandLine(['doctor', '--on', url, '--slots', '0', '--wait', '1m'], ENV);
    expect(code).toBe(0);
  });

  it('waits for Redis and for workers', async () => {
    const redis = await startRedis();
    await redis.kill();
    const ended = commandLine(['doctor', '--on', redis.url, '--slots', '3', '--wait', '1m'], KEY);
    await redis.restart();
    const link = await RedisLink.open(redis.url, undefined, {});
    onTestFinished(() => link.close());
    const clock = await readRedisClock(link.redis);
    const presence = new Presence(link, Sealer.fromEnvironment(ENV), () => ({
      id: 'late',
      host: 'late',
      squall: VERSION,
      node: process.versions.node,
      slots: 3,
      free: 3,
      held: { shards: 0, clients: 0 },
      limits: readMachineLimits(),
      clock,
      keyFingerprint: Sealer.fromEnvironment(ENV).fingerprint,
      loopback: 'l',
      noRoom: null,
    }));
    await presence.announce();
    expect(await ended).toMatchObject({ code: 0 });
    await presence.stop();
  });

  it('ends with 4 and the fix where nothing listens', async () => {
    const redis = await startRedis();
    await redis.kill();
    const { code, stderr } = await commandLine(['doctor', '--on', redis.url], ENV);
    expect(stderr).toContain('nothing listens there');
    expect(code).toBe(4);
  });
});

describe('squall doctor', () => {
  it('names a URL that is none of Redis, without its password', async () => {
    const { code, stderr } = await commandLine(['doctor', '--on', 'redis://u:secret@']);
    expect([code, stderr]).toEqual([2, expect.stringMatching(/--on redis:\/\/…@: it names no host; write it as/)]);
  });

  it.each(['--slots', '--wait'])('refuses %s without --on', async (option) => {
    const { code, stderr } = await commandLine(['doctor', option, option === '--wait' ? '1m' : '2']);
    expect(stderr).toContain(`${option} is about workers on a Redis: add --on`);
    expect(code).toBe(2);
  });
});
