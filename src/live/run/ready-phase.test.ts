import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { RunEvent } from '../../metrics/run.ts';
import { EventLog } from './event-log.ts';
import { readyPhase, REPORT_MS } from './ready-phase.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

function logged() {
  const events: RunEvent[] = [];
  const log = new EventLog({ onEvent: (event) => events.push(event), onProgress: () => {}, onInterval: () => {} });
  return { log, texts: () => events.map(({ message }) => message) };
}

const REMOTE = { shards: 6, isLocal: false, nameOf: (index: number) => `shard ${index + 1} of 6 on host-${index}` };

test('it names the shards that are awaited as others become ready, and every 10 s', () => {
  const { log, texts } = logged();
  const phase = readyPhase(REMOTE, log);
  phase.report([1, 2, 3, 4, 5]);
  phase.report([2]);
  vi.advanceTimersByTime(REPORT_MS);
  phase.report([]);
  phase.close();
  vi.advanceTimersByTime(10 * REPORT_MS);
  expect(texts()).toEqual([
    '1 of 6 shards are ready; not yet: shard 2 of 6 on host-1, shard 3 of 6 on host-2, shard 4 of 6 on host-3, shard 5 of 6 on host-4 and 1 more',
    '5 of 6 shards are ready; not yet: shard 3 of 6 on host-2',
    '5 of 6 shards are ready; not yet: shard 3 of 6 on host-2',
    '6 of 6 shards are ready',
  ]);
});

test('of a thousand shards it reports 20 steps', () => {
  const { log, texts } = logged();
  const phase = readyPhase({ ...REMOTE, shards: 1000 }, log);
  for (let left = 999; left >= 0; left--) phase.report(Array.from({ length: left }, (_, n) => n));
  phase.close();
  expect(texts()).toHaveLength(20);
});

test('workers of this machine are reported when they take long only', () => {
  const { log, texts } = logged();
  const phase = readyPhase({ shards: 2, isLocal: true, nameOf: (index) => `worker ${index + 1}` }, log);
  phase.report([1]);
  expect(texts()).toEqual([]);
  vi.advanceTimersByTime(REPORT_MS);
  phase.close();
  expect(texts()).toEqual(['1 of 2 workers are ready; not yet: worker 2']);
});
