import { describe, expect, test } from 'vitest';
import { mono } from '../../core/time/instant.ts';
import { ReadClock } from './read-clock.ts';

/** An event loop by hand: `sleep` is a wait for sockets, `endOfReads` what runs after the reads of a turn. */
function loop() {
  let idleMs = 0;
  let ended: (() => void)[] = [];
  const clock = new ReadClock({ idleMs: () => idleMs, atEndOfReads: (each) => void ended.push(each), in: () => {} });
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

/** An event loop whose turns and sleeps the test makes. */
class TimedLoop {
  now = 0;
  idle = 0;
  #ends: (() => void)[] = [];
  #timer: { readonly at: number; readonly due: () => void } | null = null;
  readonly clock = new ReadClock({
    idleMs: () => this.idle,
    atEndOfReads: (ended) => void this.#ends.push(ended),
    in: (ms, due) => (this.#timer = { at: this.now + ms, due }),
  });

  constructor() {
    this.clock.start(() => mono(this.now));
  }

  /** Waits in the poll until the loop wakes, whether or not the thread could run meanwhile. */
  sleep(ms: number): void {
    this.idle += ms;
    this.now += ms;
  }

  work(ms: number): void {
    this.now += ms;
  }

  /** Reads one answer. @returns how long it may have lain unread, ms */
  read(): number {
    return this.clock.unreadMs(mono(this.now));
  }

  /** Ends the reads of a turn; then its timers. */
  endTurn(): void {
    for (const end of this.#ends.splice(0)) end();
    const timer = this.#timer;
    if (timer === null || timer.at > this.now) return;
    this.#timer = null;
    timer.due();
  }
}

describe('what is read beside the timer', () => {
  test('may have lain unread while a thread that was stopped seemed to sleep', () => {
    const timed = new TimedLoop();
    timed.sleep(5);
    timed.read();
    timed.endTurn();
    timed.sleep(2000);
    expect(timed.read()).toBe(2000);
    expect(timed.clock.hasReadTo(1000)).toBe(false);
  });

  test('may have lain unread during work that reads nothing, although the loop slept before', () => {
    const timed = new TimedLoop();
    timed.read();
    timed.endTurn();
    timed.sleep(8);
    timed.work(300);
    expect(timed.read()).toBe(308);
  });

  test('has no bound from before the timer, while nothing happens for long', () => {
    const timed = new TimedLoop();
    for (let turn = 0; turn < 100; turn++) {
      timed.sleep(10);
      timed.endTurn();
      timed.endTurn();
    }
    timed.work(50);
    expect(timed.read()).toBeLessThanOrEqual(70);
  });
});
