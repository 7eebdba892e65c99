import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { SERIES } from '../../core/metrics.ts';
import { readFolder } from '../../results/read-folder.ts';
import { Machines } from '../../testing/many-machines.ts';
import { REDIS_SERVER } from '../../testing/redis-server.ts';
import { squall } from '../../testing/squall.ts';
import { startRedis } from '../../testing/start-redis.ts';
import { plainAndFreed } from '../../testing/written-run.ts';

const SCENARIO = `
name: shard-folders
duration: 6s
target: { embedded: {} }
tokens: { lifetime: 4s, issued: spread }
clients: { count: 41, arrive: { over: 1s }, commands: { rate: 2/s } }
faults: [{ at: 3s, share: 50%, drop: reset }]
thresholds: [p99(handshake) < 60s]
`;

/** What the folder of a run holds, without the figures that the embedded target and the coordinator count. */
function measuredBy(dir: string) {
  const { curves, shifts, ledger, reported: _, ...rest } = plainAndFreed(readFolder(dir).measurements);
  const { duplicated: __, ...ofClients } = curves;
  const shifted = shifts && SERIES.map((series) => [...shifts.values(series)]);
  const { due, sent, acknowledged, gaveUp, skipped, waiting } = ledger;
  return { ...rest, ofClients, shifted, commands: { due, sent, acknowledged, gaveUp, skipped, waiting } };
}

describe.skipIf(REDIS_SERVER === null)('the folders of shards that other machines held', () => {
  it('make the whole run when they are merged: each count, curve and histogram', async () => {
    const machines = new Machines((await startRedis()).url);
    await Promise.all([machines.worker('a'), machines.worker('b')]);
    const run = machines.coordinator(SCENARIO, '--shards', '2');
    expect([0, 3]).toContain(await run.ended);
    const whole = run.folder ?? '';
    const merged = join(machines.folder, 'merged');
    const shards = readdirSync(join(whole, 'shards')).map((shard) => join(whole, 'shards', shard));
    expect(shards).toHaveLength(2);
    const { code, stderr } = await squall(['merge', ...shards, '-o', merged]);
    expect([0, 3], stderr).toContain(code);
    expect(measuredBy(merged)).toEqual(measuredBy(whole));
    expect(readFolder(merged).measurements.curves.total('arrivals')).toBe(41);
    const report = await squall(['report', shards[0]!]);
    expect(report.stdout).toContain('one shard of 2, number 1');
  });

  it('say which was lost: merged, they are no more certain than the run was', async () => {
    const machines = new Machines((await startRedis()).url);
    const [, lost] = await Promise.all([machines.worker('a'), machines.worker('b')]);
    const run = machines.coordinator(SCENARIO.replace('duration: 6s', 'duration: 10s'), '--shards', '2');
    await run.says(/ready 41\/41/);
    lost.kill('SIGKILL');
    expect(await run.ended).toBe(3);
    const shards = ['1', '2'].map((shard) => join(run.folder ?? '', 'shards', shard));
    const kinds = shards.map((dir) => readFolder(dir).summary?.integrity.map(({ kind }) => kind));
    expect(kinds).toContainEqual([]);
    expect(kinds).toContainEqual(['shard-lost']);
    const unknown = [run.folder ?? '', ...shards].map((dir) => readFolder(dir).summary!.clients.unknownSince);
    expect(unknown[0]).toHaveLength(1);
    expect(unknown.slice(1)).toEqual(expect.arrayContaining([[], unknown[0]]));
    const { code, stdout } = await squall(['merge', ...shards, '-o', join(machines.folder, 'merged')]);
    expect([code, stdout]).toEqual([3, expect.stringMatching(/was lost/)]);
    expect(readFolder(join(machines.folder, 'merged')).summary!.clients.unknownSince).toEqual(unknown[0]);
  });
});
