import { describe, expect, test } from 'vitest';
import { mono } from '../time/instant.ts';
import { ClientInjections, combinedFault, continuousFault, type ActiveFault } from './active-fault.ts';
import { Tally, type Miss } from './fault.ts';
import type { Hits } from './select.ts';

const HITS: Hits = { clients: Int32Array.of(4, 2, 9), atMs: Float64Array.of(100, 200, 200) };

/** Injections into three clients, with a log of them in order. */
function setUp(forMs: number, misses: Readonly<Record<number, Miss>> = {}) {
  const tally = new Tally();
  const done: string[] = [];
  const active = new ClientInjections(HITS, forMs, tally, {
    inject: (client, now, at) => {
      done.push(`${client} at ${now}, due at ${at}`);
      return misses[client] ?? null;
    },
    undo: (client, now, sinceDueMs) => done.push(`undone ${client} at ${now}, after ${sinceDueMs}`),
  });
  return { active, tally, done };
}

/** Advances it at each instant that it names, from 0 on. */
function run(active: ActiveFault): readonly number[] {
  const instants: number[] = [];
  for (let at = 0; at < Infinity; at = active.advance(mono(at))) instants.push(at);
  return instants;
}

describe('injections into clients', () => {
  test('hit each in its own time, for good', () => {
    const { active, tally, done } = setUp(0);
    expect(run(active)).toEqual([0, 100, 200]);
    expect(done).toEqual(['4 at 100, due at 100', '2 at 200, due at 200', '9 at 200, due at 200']);
    expect(tally).toEqual({ planned: 3, hit: 3, missed: {} });
    expect(active.isOver).toBe(true);
  });

  test('are undone for each client that was hit, with the time since its hit was due', () => {
    const { active, tally, done } = setUp(50, { 2: 'stopped' });
    expect(run(active)).toEqual([0, 100, 150, 200, 250]);
    expect(done.filter((what) => what.startsWith('undone'))).toEqual([
      'undone 4 at 150, after 50',
      'undone 9 at 250, after 50',
    ]);
    expect(tally).toEqual({ planned: 3, hit: 2, missed: { stopped: 1 } });
  });

  test('that run late keep the instant at which they were due, and are undone after the time that really passed', () => {
    const { active, done } = setUp(50);
    active.advance(mono(110));
    active.advance(mono(170));
    expect(done).toEqual(['4 at 110, due at 100', 'undone 4 at 170, after 70']);
  });

  test('count the hits still to come as missed at the end of the run, and undo the others once closed', () => {
    const { active, tally, done } = setUp(500);
    active.advance(mono(100));
    active.stop();
    active.stop();
    expect(tally).toEqual({ planned: 3, hit: 1, missed: { 'run-over': 2 } });
    active.close(mono(130));
    active.close(mono(140));
    expect(done).toEqual(['4 at 100, due at 100', 'undone 4 at 130, after 30']);
  });
});

/** A continuous fault, with a log of its begin and end. */
function logged(endMs: number) {
  const done: string[] = [];
  const fault = continuousFault(
    endMs,
    (now) => done.push(`begins at ${now}`),
    (now) => done.push(`ends at ${now}`),
  );
  return { fault, done };
}

describe('a continuous fault', () => {
  test('begins when it is first advanced and ends in its time, once', () => {
    const { fault, done } = logged(300);
    expect(run(fault)).toEqual([0, 300]);
    fault.close(mono(400));
    expect(done).toEqual(['begins at 0', 'ends at 300']);
    expect(fault.isOver).toBe(true);
  });

  test('without an end lasts until it is closed', () => {
    const { fault, done } = logged(Infinity);
    expect(run(fault)).toEqual([0]);
    fault.stop();
    expect(fault.isOver).toBe(false);
    fault.close(mono(70));
    expect(done).toEqual(['begins at 0', 'ends at 70']);
  });

  test('that was never begun has nothing to end', () => {
    const { fault, done } = logged(300);
    fault.close(mono(0));
    expect(done).toEqual([]);
  });
});

test('a combined fault advances all its parts, is due when the first of them is, and over when all are', () => {
  const first = setUp(0);
  const second = setUp(75);
  const combined = combinedFault(first.active, second.active);
  expect(run(combined)).toEqual([0, 100, 175, 200, 275]);
  expect(combined.isOver).toBe(true);
  expect(first.tally.hit + second.tally.hit).toBe(6);
});
