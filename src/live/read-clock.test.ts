import { expect, test } from 'vitest';
import { mono } from '../core/time/instant.ts';
import { ReadClock } from './read-clock.ts';

/** An event loop by hand: `sleep` is a wait for sockets, `endOfReads` what runs after the reads of a turn. */
function loop() {
  let idleMs = 0;
  let ended: (() => void)[] = [];
  const clock = new ReadClock({ idleMs: () => idleMs, atEndOfReads: (each) => void ended.push(each) });
  return {
    sleep: (ms: number) => void (idleMs += ms),
    read: (at: number) => clock.unreadMs(mono(at)),
    ring: (at: number) => clock.rings(mono(at)),
    hasReadTo: (at: number) => clock.hasReadTo(at),
    endOfReads: () => {
      const now = ended;
      ended = [];
      for (const each of now) each();
    },
  };
}

test('what wakes the loop is read at once, and what is read after it in the same turn has waited since then', () => {
  const { sleep, read } = loop();
  sleep(50);
  expect([read(100), read(130), read(400)]).toEqual([0, 30, 300]);
});

test('what is read in the next turn may have lain unread since the turn before began', () => {
  const { sleep, read, endOfReads } = loop();
  sleep(50);
  read(100);
  read(400);
  endOfReads();
  expect([read(410), read(420)]).toEqual([310, 320]);
  endOfReads();
  expect(read(430)).toBe(20);
});

test('a loop that slept since has read everything that came before', () => {
  const { sleep, read, endOfReads } = loop();
  sleep(50);
  read(100);
  endOfReads();
  sleep(1000);
  expect(read(1200)).toBe(0);
});

test('what is read after alarms may have lain unread since they began', () => {
  const { sleep, read, ring, endOfReads } = loop();
  sleep(50);
  ring(100);
  ring(2100);
  expect(read(2110)).toBe(2010);
  endOfReads();
  // The alarms before them were the last thing before those reads.
  expect(read(2120)).toBe(20);
});

test('an alarm may not count an answer as missing before what had come when it was due is read', () => {
  const { sleep, read, ring, hasReadTo, endOfReads } = loop();
  sleep(50);
  read(100);
  endOfReads();
  // It was due at 1000, and the loop was busy with the reads before until 2000.
  ring(2000);
  expect(hasReadTo(1000)).toBe(false);
  read(2001);
  endOfReads();
  ring(2002);
  expect(hasReadTo(1000)).toBe(true);
});

test('an alarm that woke the loop in time has missed nothing', () => {
  const { sleep, ring, hasReadTo } = loop();
  sleep(500);
  ring(1000.4);
  expect(hasReadTo(1000)).toBe(true);
});
