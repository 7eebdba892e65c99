import { describe, expect, it } from 'vitest';
import { Machines, times } from '../testing/many-machines.ts';
import { REDIS_SERVER } from '../testing/redis-server.ts';
import { startRedis } from '../testing/start-redis.ts';

const RUN = (duration: string): string => `
name: redis-loss
seed: 7
duration: ${duration}
target: { embedded: {} }
tokens: { lifetime: 4s, issued: spread }
clients: { count: 40, arrive: { over: 1s }, commands: { rate: 1/s } }
`;

describe.skipIf(REDIS_SERVER === null)('a run whose Redis is lost', () => {
  it('goes on when Redis is back within 10 s, even empty: nothing starts twice and no count is lost', async () => {
    const redis = await startRedis();
    const machines = new Machines(redis.url);
    const workers = await Promise.all([machines.worker('a'), machines.worker('b')]);
    const run = machines.coordinator(RUN('10s'), '--shards', '2');
    await run.says(/ready 40\/40/);
    await redis.kill();
    for (const worker of workers) await worker.says(/Redis is away/);
    await new Promise((resolve) => setTimeout(resolve, 3000));
    await redis.restart();
    for (const worker of workers) await worker.says(/: done/);
    // A busy machine may leave the verdict open; what was counted is whole all the same.
    expect([0, 3]).toContain(await run.ended);
    const { ended, integrity, clients, timings, attempts, losses, commands } = await run.summary();
    expect({ ended, integrity, started: clients.started }).toEqual({ ended: 'completed', integrity: [], started: 40 });
    // Each client arrived once and came back from each renewal, unless the run ended in the middle of one.
    const { renewal = 0 } = losses;
    expect(renewal).toBeGreaterThan(40);
    expect(attempts.failed).toBe(0);
    expect(attempts.total).toBeLessThanOrEqual(40 + renewal);
    expect(attempts.total).toBeGreaterThanOrEqual(40 + renewal - clients.notBack);
    expect(timings.handshake?.count).toBe(attempts.total - attempts.unanswered);
    // The embedded target counted the commands for itself.
    const { due, sent, acknowledged, inFlight, waiting, skipped } = commands;
    expect(sent).toBeGreaterThan(250);
    expect([acknowledged + inFlight, due - waiting - skipped]).toEqual([sent, sent]);
    expect(commands).toMatchObject({ lost: 0, duplicated: 0, unexpected: 0, gaveUp: 0 });
    for (const worker of workers) expect([times(': took', worker), times(': done', worker)]).toEqual([1, 1]);
  });

  it('winds down with what was measured when Redis stays away; the load ends, and the workers take another run', async () => {
    const redis = await startRedis();
    const machines = new Machines(redis.url);
    const workers = await Promise.all([machines.worker('a'), machines.worker('b')]);
    const run = machines.coordinator(RUN('60s'), '--shards', '2');
    await run.says(/ready 40\/40/);
    await redis.kill();
    for (const worker of workers) await worker.says(/: lost: Redis has been away for 10 s/);
    expect(await run.ended).toBe(3);
    const summary = await run.summary();
    expect(summary).toMatchObject({ verdict: 'inconclusive', clients: { started: 40 }, attempts: { failed: 0 } });
    expect(summary.integrity.map(({ kind }) => kind)).toEqual(['redis-lost']);
    await redis.restart();
    for (const worker of workers) await worker.says(/Redis is back/);
    const next = machines.coordinator(RUN('2s'), '--shards', '2');
    expect([0, 3]).toContain(await next.ended);
    for (const worker of workers) expect([times(': took', worker), times(': done', worker)]).toEqual([2, 1]);
  });
});
