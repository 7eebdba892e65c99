import { expect, test } from 'vitest';
import { Draws } from '../random/draws.ts';
import { mono } from '../time/instant.ts';
import { ActiveFaults } from './active-faults.ts';
import { CONNECTION_INJECTORS, type ConnectionWorld } from './connection-faults.ts';
import type { DropFault } from './drop.ts';
import { faultWorld, onClients, onService, type Beginning } from './injector.ts';
import { injected } from './occurrence.ts';
import { AT_ONCE } from './planned.test.helper.ts';

const CLIENTS = 6;
const drop = (code: number): DropFault => ({ ...AT_ONCE, kind: 'drop', mode: { kind: 'close', code, reason: '' } });

/** Faults of clients that all stay connected, with a log of what they do. */
function rig() {
  const done: string[] = [];
  const world: ConnectionWorld = {
    ...faultWorld(new Draws(1), { count: CLIENTS, perUser: 1 }),
    connections: {
      readySince: () => 0,
      drop: (_client, mode) => {
        done.push(mode.kind === 'close' ? `drop ${mode.code}` : mode.kind);
        return null;
      },
    },
  };
  const injectors = {
    ...CONNECTION_INJECTORS,
    keys: (beginning: Beginning<'keys'>) =>
      onService(
        beginning,
        () => done.push('keys'),
        () => {},
      ),
    link: (beginning: Beginning<'link'>) =>
      onClients(beginning, world, {
        inject: () => {
          done.push('link');
          return null;
        },
      }),
  };
  const active = new ActiveFaults(injectors, world);
  const slice = (now: number, hits: number): number => {
    let left = hits;
    return active.advance(mono(now), () => left-- > 0);
  };
  return { active, done, slice, world };
}

test('drops of one instant share a slice in the order of their beginning; whatever may not wait begins in its time', () => {
  const { active, done, slice, world } = rig();
  active.begin(injected(drop(1001), 0, 0, 100), 100, 100);
  active.begin(injected(drop(1012), 1, 1, 100), 100, 100);
  active.begin(injected({ ...AT_ONCE, kind: 'keys', mode: 'rotate' }, 2, 2, 100), 100, 500);
  active.begin(injected({ ...AT_ONCE, kind: 'link', mode: { kind: 'silent' } }, 3, 3, 100), 100, Infinity);
  // What waits does not hide when the next of the others is due.
  expect(slice(100, 4)).toBe(500);
  expect(active.waitingSince).toBe(100);
  expect(done).toEqual([...Array<string>(4).fill('drop 1001'), 'keys', ...Array<string>(CLIENTS).fill('link')]);
  done.length = 0;
  expect(slice(120, 4)).toBe(500);
  expect(done).toEqual([...Array<string>(2).fill('drop 1001'), ...Array<string>(2).fill('drop 1012')]);
  expect(active.waitingSince).toBe(100);
  expect(slice(140, 4)).toBe(500);
  expect(active.waitingSince).toBe(Infinity);
  expect([0, 1].map((fault) => world.tallies.at(fault).hit)).toEqual([CLIENTS, CLIENTS]);
});

test('connections that reach an age together are closed in slices too', () => {
  const { active, done, slice } = rig();
  const age = { ...AT_ONCE, kind: 'age' as const, limitMs: 50, jitter: { ms: 0 }, code: 1001, reason: '' };
  active.begin(injected(age, 0, 0, 100), 100, Infinity);
  expect(slice(100, 2)).toBe(Infinity);
  expect([done.length, active.waitingSince]).toEqual([2, 100]);
  slice(110, 2);
  expect(done.length).toBe(4);
  slice(120, 2);
  expect([done.length, active.waitingSince]).toEqual([CLIENTS, Infinity]);
});

test('hits that wait when the run ends are missed', () => {
  const { active, done, slice, world } = rig();
  active.begin(injected(drop(1001), 0, 0, 100), 100, 100);
  slice(100, 2);
  active.stop();
  slice(110, 2);
  expect(done.length).toBe(2);
  expect(world.tallies.at(0)).toEqual({ planned: CLIENTS, hit: 2, missed: { 'run-over': CLIENTS - 2 } });
});
