import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { mono } from '../../core/time/instant.ts';
import { sharedNowMs } from '../../metrics/wall-clock.ts';
import { RunClock } from './clock.ts';

test('a run that has not begun is before 0, and its clock moves on', async () => {
  const clock = new RunClock({ hrMs: sharedNowMs() + 60_000, wallMs: 0 });
  const before = clock.now();
  await sleep(2);
  expect(before).toBeLessThan(0);
  expect(clock.now()).toBeGreaterThan(before);
});

test('two clocks of one start agree, whenever they were made', async () => {
  const start = { hrMs: sharedNowMs(), wallMs: 0 };
  const first = new RunClock(start);
  const apartMs = 200;
  await sleep(apartMs);
  const second = new RunClock(start);
  const [a, b, c] = [first.now(), second.now(), first.now()];
  // The alignment reads two clocks one after the other, and something may come between.
  expect(b).toBeGreaterThan(a - apartMs / 2);
  expect(b).toBeLessThan(c + apartMs / 2);
});

test('wall time is the start moved on by the clock that never steps, and back', () => {
  const clock = new RunClock({ hrMs: 0, wallMs: 1_700_000_000_000 });
  expect(clock.wallAt(mono(1500))).toBe(1_700_000_001_500);
  expect(clock.monoAt(clock.wallAt(mono(-250)))).toBe(-250);
});
