import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, onTestFinished, test, vi } from 'vitest';
import { EventQueue } from '../../core/time/event-queue.ts';
import { sharedNowMs } from '../../metrics/wall-clock.ts';
import { RunClock } from './clock.ts';
import { Loop } from './loop.ts';

interface Rung {
  readonly slot: number;
  readonly dueAt: number;
  readonly now: number;
}

/** A loop over `slots` alarms on a real clock that begins now. */
function rig(slots: number, onRing: (rung: Rung) => void = () => {}, untilMs?: number) {
  const queue = new EventQueue(slots);
  const clock = new RunClock({ hrMs: sharedNowMs(), wallMs: Date.now() });
  const rung: Rung[] = [];
  const late: number[] = [];
  const heard = new EventTarget();
  const loop = new Loop(
    queue,
    clock,
    (slot, dueAt, now) => {
      rung.push({ slot, dueAt, now });
      onRing({ slot, dueAt, now });
      heard.dispatchEvent(new Event('rung'));
    },
    (ms) => late.push(ms),
    untilMs,
  );
  onTestFinished(() => loop.stop());
  const until = async (count: number): Promise<void> => {
    while (rung.length < count) await once(heard, 'rung');
  };
  return { queue, clock, rung, late, loop, until };
}

test('alarms ring in the order of their instants, each once, none early, and their lateness is reported', async () => {
  const { queue, rung, late, loop, until } = rig(100);
  const dueAt = Array.from({ length: 100 }, (_, slot) => (slot * 37) % 100);
  for (const [slot, at] of dueAt.entries()) queue.set(slot, at);
  loop.start();
  await until(100);
  expect(rung.map((each) => each.dueAt)).toEqual(Array.from({ length: 100 }, (_, n) => n));
  for (const { slot, dueAt: at, now } of rung) {
    expect(at).toBe(dueAt[slot]);
    expect(now).toBeGreaterThanOrEqual(at);
  }
  expect(late).toEqual(rung.map(({ now, dueAt: at }) => now - at));
});

test('what is due after the end does not ring, however late the loop is stopped', async () => {
  const { queue, clock, rung, loop, until } = rig(3, () => {}, 20);
  for (const [slot, at] of [5, 21, 20].entries()) queue.set(slot, at);
  loop.start();
  await until(2);
  await vi.waitUntil(() => clock.now() > 40);
  loop.nudge();
  await vi.waitUntil(() => clock.now() > 60);
  expect(rung.map(({ slot }) => slot)).toEqual([0, 2]);
});

test('an alarm that is set from outside, ahead of the one slept for, rings first', async () => {
  const { queue, clock, rung, loop, until } = rig(2);
  queue.set(0, clock.now() + 60_000);
  loop.start();
  queue.set(1, clock.now() + 5);
  loop.nudge();
  await until(1);
  expect(rung.map(({ slot }) => slot)).toEqual([1]);
});

test('alarms that are set while one rings are served too', async () => {
  const { queue, rung, loop, until } = rig(2, ({ slot, now }) => {
    if (rung.length < 50) queue.set(1 - slot, now + (rung.length % 3));
  });
  queue.set(0, 0);
  loop.start();
  await until(50);
  expect(rung.map(({ slot }) => slot)).toEqual(Array.from({ length: 50 }, (_, n) => n % 2));
});

test('work without end leaves others their turn', async () => {
  const { queue, rung, loop } = rig(1, ({ now }) => queue.set(0, now));
  queue.set(0, 0);
  loop.start();
  for (let turn = 0; turn < 3; turn++) {
    const before = rung.length;
    await sleep(1);
    expect(rung.length).toBeGreaterThan(before);
  }
});

test('alarms ring between events of sockets that leave the event loop no turn', () => {
  const { queue, clock, rung, loop } = rig(2);
  queue.set(0, clock.now() + 5);
  loop.start();
  queue.set(1, clock.now() + 60_000);
  while (rung.length === 0) loop.nudge();
  expect(rung.map(({ slot }) => slot)).toEqual([0]);
});

test('sockets get as long a turn as alarms when neither has an end', () => {
  const { queue, rung, loop } = rig(1, ({ now }) => queue.set(0, now));
  queue.set(0, 0);
  loop.start();
  const lastOfSlices: number[] = [];
  const firstOfSlices: number[] = [];
  while (lastOfSlices.length < 4) {
    const before = rung.length;
    loop.nudge();
    if (rung.length === before) continue;
    firstOfSlices.push(rung[before]!.now);
    lastOfSlices.push(rung.at(-1)!.now);
  }
  for (const [slice, last] of lastOfSlices.slice(0, -1).entries())
    expect(firstOfSlices[slice + 1]! - last).toBeGreaterThanOrEqual(20);
});

test('a loop that was stopped rings no more, even from within an alarm, and not because of a nudge', async () => {
  const { queue, rung, loop, until } = rig(3, () => loop.stop());
  for (const slot of [0, 1, 2]) queue.set(slot, 0);
  loop.start();
  await until(1);
  loop.nudge();
  await sleep(5);
  expect(rung.map(({ slot }) => slot)).toEqual([0]);
  loop.start();
  await until(2);
  expect(rung.map(({ slot }) => slot)).toEqual([0, 1]);
});

test('an alarm beyond the longest sleep of a timer does not ring at once', async () => {
  const { queue, rung, loop } = rig(1);
  queue.set(0, 2 ** 40);
  loop.start();
  await sleep(5);
  expect(rung).toEqual([]);
});
