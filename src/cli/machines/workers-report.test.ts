import { describe, expect, it } from 'vitest';
import type { ListedWorker } from '../../scale/presence.ts';
import { workersReport, workersText, type Here } from './workers-report.ts';

const HERE: Here = {
  redis: 'redis://redis.example.com:6379',
  squall: '1.0.0',
  clock: { offsetMs: 5, errorMs: 0.2 },
  aheadMs: 1.25,
  keyFingerprint: 'k1',
  slotsWanted: 1,
  clientsWanted: null,
};

function workerOf(host: string, changes: Partial<ListedWorker> = {}): ListedWorker {
  return {
    id: `${host}-id`,
    host,
    squall: '1.0.0',
    node: '22.9.0',
    slots: 2,
    free: 2,
    limits: {
      descriptorsSoft: 1076,
      descriptorsHard: 1076,
      ports: { low: 32_768, high: 60_999 },
      somaxconn: 4096,
      cores: 2,
      availableBytes: 8 * 2 ** 30,
    },
    clock: { offsetMs: 7, errorMs: 0.3 },
    keyFingerprint: 'k1',
    held: { shards: 0, clients: 0 },
    loopback: host,
    noRoom: null,
    wallAheadMs: -3000.12,
    atRedisMs: 0,
    isGenuine: true,
    ...changes,
  };
}

describe('the workers on a Redis', () => {
  it('are enough when the free slots and the room of their machines are', () => {
    const workers = [workerOf('a'), workerOf('b', { free: 0 })];
    expect(workersReport(HERE, workers)).toMatchObject({ ok: true, free: 2, slots: 4, clients: 4000 });
    expect(workersReport({ ...HERE, slotsWanted: 3 }, workers).ok).toBe(false);
    expect(workersReport({ ...HERE, clientsWanted: 4000 }, workers).ok).toBe(true);
    expect(workersReport({ ...HERE, clientsWanted: 4001 }, workers).ok).toBe(false);
    expect(workersReport({ ...HERE, slotsWanted: 0 }, []).ok).toBe(true);
    expect(workersReport(HERE, []).ok).toBe(false);
  });

  it('share the memory of one machine', () => {
    const tight = { ...workerOf('a').limits, descriptorsSoft: null, availableBytes: 2 ** 30 };
    const one = workersReport(HERE, [workerOf('a', { limits: tight, slots: 2 })]).clients;
    const two = workersReport(HERE, [
      workerOf('a', { limits: tight, slots: 1 }),
      workerOf('a', { id: 'second', limits: tight, slots: 1 }),
    ]).clients;
    expect(two).toBe(one);
    expect(one).toBeGreaterThan(0);
  });

  it.each([
    ['another version', { squall: '0.9.0' }, 'same', /has squall 0\.9\.0, and this is squall 1\.0\.0/],
    ['another key', { keyFingerprint: 'k2' }, 'another', /has another SQUALL_KEY/],
  ] as const)('are refused with %s, and count for nothing', (_, changes, key, why) => {
    const report = workersReport(HERE, [workerOf('a', changes)]);
    expect(report).toMatchObject({ ok: false, free: 0, slots: 0, clients: 0, workers: [{ key }] });
    expect(report.workers[0]?.refused).toMatch(why);
    expect(workersText(report)).toContain('refused: ');
  });

  it('are not refused for a key where this process has none', () => {
    const report = workersReport({ ...HERE, keyFingerprint: null }, [workerOf('a', { keyFingerprint: 'k2' })]);
    expect(report).toMatchObject({ ok: true, workers: [{ key: 'unknown', refused: null }] });
    expect(workersText(report)).toContain('Keys are not compared: SQUALL_KEY is not set.');
  });

  it('are a table, with what is missing below it', () => {
    const report = workersReport({ ...HERE, slotsWanted: 8 }, [workerOf('host-a'), workerOf('b', { free: 0 })]);
    expect(workersText(report).split('\n')).toEqual([
      'Redis at redis://redis.example.com:6379 answers; the clock of this machine is 1.3 ms ± 0.2 ahead of it.',
      '',
      'host    squall  Node    free  clients  clock',
      'host-a  1.0.0   22.9.0  2/2   2000     3000.1 ms ± 0.3 behind',
      'b       1.0.0   22.9.0  0/2   2000     3000.1 ms ± 0.3 behind',
      '',
      '2 workers, 2 of 4 slots free, room for 4000 clients.',
      'too little: 8 free slots are asked for',
      '  start more: squall worker redis://… (--slots N)',
    ]);
  });
});
