import { expect, test } from 'vitest';
import { ALARM, slotOf } from '../../core/client/context.ts';
import { mono } from '../../core/time/instant.ts';
import { Lateness } from '../../metrics/lateness.ts';
import { LateEvents } from './late-events.ts';
import { ReadClock } from './read-clock.ts';

/** Events of one client in an event loop by hand, whose alarms end waits. */
function rig(endsWait = true) {
  let idleMs = 0;
  const ended: (() => void)[] = [];
  const alarms: [slot: number, at: number][] = [];
  const noted: number[] = [];
  const lateness = new Lateness(1);
  const reads = new ReadClock({ idleMs: () => idleMs, atEndOfReads: (each) => void ended.push(each), in: () => {} });
  const queue = { set: (slot: number, at: number) => void alarms.push([slot, at]) };
  const late = new LateEvents(lateness, { late: (ms) => void noted.push(ms) }, queue, reads);
  late.attach({ endsWait: () => endsWait });
  const endOfReads = (): void => {
    for (const each of ended.splice(0)) each();
  };
  const sleep = (ms: number): void => void (idleMs += ms);
  return { late, lateness, alarms, noted, sleep, endOfReads };
}

const TIMEOUT = slotOf(0, ALARM.main);

test('a timeout that rings after a stall is put off until the sockets have been read, and carries its lateness', () => {
  const { late, lateness, alarms, sleep, endOfReads } = rig();
  sleep(100);
  late.arrived(0, mono(1000));
  endOfReads();
  // The loop was busy from 1000 to 3000; the timeout was due at 2500, and an answer may lie unread since 2400.
  expect(late.rings(TIMEOUT, mono(2500), mono(3000))).toBe(false);
  expect(alarms).toEqual([[TIMEOUT, 3001]]);
  endOfReads();
  expect(late.rings(TIMEOUT, mono(3001), mono(3002))).toBe(true);
  expect(lateness.ms).toBe(502);
});

test('an alarm that begins something is never put off', () => {
  const { late, lateness, alarms, sleep, endOfReads } = rig(false);
  sleep(100);
  late.arrived(0, mono(1000));
  endOfReads();
  expect(late.rings(TIMEOUT, mono(2500), mono(3000))).toBe(true);
  expect([lateness.ms, alarms]).toEqual([500, []]);
});

test('what is read counts for the health of the generator, too', () => {
  const { late, noted, sleep } = rig();
  sleep(100);
  late.arrived(0, mono(1000));
  late.arrived(0, mono(1700));
  expect(noted).toEqual([0, 700]);
});

test("the events of a fault at the client's end are as late as the fault", () => {
  const { late, lateness, sleep } = rig();
  sleep(100);
  late.faultsRing(mono(1000), mono(1800));
  late.arrived(0, mono(1900));
  expect(lateness.ms).toBe(900);
  late.faultsRang();
});
