import { expect, test } from 'vitest';
import { ShardWatch, SILENCE_MS } from './shard-watch.ts';

const talking = { isHeld: true, silentMs: 900 };
const silent = { isHeld: true, silentMs: SILENCE_MS + 1 };

/** A watch that has looked at nobody for a while, four times a second. */
function watchAt(nowMs: number): ShardWatch {
  const watch = new ShardWatch();
  for (let atMs = nowMs - 4000; atMs < nowMs; atMs += 250) watch.lost([], atMs);
  return watch;
}

test('a shard whose slot was silent for more than 4 s is lost, and no other', () => {
  expect(watchAt(10_000).lost([talking, silent, { isHeld: true, silentMs: SILENCE_MS }], 10_000)).toEqual([silent]);
});

test('a shard that nobody holds, or that is over, is not lost', () => {
  expect(watchAt(10_000).lost([{ isHeld: false, silentMs: 60_000 }], 10_000)).toEqual([]);
});

test('a coordinator that stood still hears what lay unread before it gives anybody up', () => {
  const watch = watchAt(10_000);
  expect(watch.lost([silent], 18_000)).toEqual([]);
  for (let atMs = 18_250; atMs < 20_000; atMs += 250) expect(watch.lost([silent], atMs)).toEqual([]);
  expect(watch.lost([silent], 20_000)).toEqual([silent]);
});

test('a silence is noticed within 5 s', () => {
  const watch = watchAt(10_000);
  let lostAtMs = 0;
  for (let silentMs = 0; lostAtMs === 0; silentMs += 250) {
    if (watch.lost([{ isHeld: true, silentMs }], 10_000 + silentMs).length > 0) lostAtMs = silentMs;
  }
  expect(lostAtMs).toBeLessThan(5000);
});
