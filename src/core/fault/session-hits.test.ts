import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Draws } from '../random/draws.ts';
import { AT_ONCE } from './planned.test.helper.ts';
import { hitAtMs, isDrawn, type Hits } from './select.ts';
import type { SessionMode } from './session.ts';
import { loggingOut, sessionHits, type SessionOccurrence } from './session-hits.ts';

const draws = new Draws(5);

function occurrenceOf(mode: SessionMode, share = 1, spreadMs = 0): SessionOccurrence {
  const fault = { ...AT_ONCE, kind: 'session', mode, share, spreadMs } as const;
  return { index: 3, faultIndex: 1, ordinal: 0, fault, atMs: 0 };
}

function clientsOf({ clients }: Hits): number[] {
  return [...clients].toSorted((a, b) => a - b);
}

describe('sessionHits', () => {
  test.each<[SessionMode, number[], number[]]>([
    ['compromised', [0, 1, 2, 3, 4, 5, 6], []],
    ['logout', [1, 2, 4, 5], [0, 3, 6]],
    ['disabled', [0, 1, 2, 3, 4, 5, 6], []],
    ['role-removed', [0, 1, 2, 3, 4, 5, 6], []],
    ['tenant-removed', [0, 1, 2, 3, 4, 5, 6], []],
  ])('of seven devices, three to a user, `%s` hits %j, and %j log out themselves', (mode, hits, leavers) => {
    const devices = { count: 7, perUser: 3 };
    expect(clientsOf(sessionHits(draws, occurrenceOf(mode), devices, 0))).toEqual(hits);
    expect(clientsOf(loggingOut(draws, occurrenceOf(mode), devices, 0))).toEqual(leavers);
  });

  test('a user is hit at all devices at one instant if its first device is drawn', () => {
    const property = fc.property(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 60 }), (perUser, count) => {
      const occurrence = occurrenceOf('disabled', 0.5, 1000);
      const { clients, atMs } = sessionHits(draws, occurrence, { count, perUser }, 200);
      // Users take the place of clients among whom the share is drawn.
      const users = Math.ceil(count / perUser);
      const expected = Array.from({ length: count }, (_, client) => client).filter((client) =>
        isDrawn(draws, occurrence, Math.floor(client / perUser), users),
      );
      expect([...clients].toSorted((a, b) => a - b)).toEqual(expected);
      for (const [rank, client] of clients.entries()) {
        expect(atMs[rank]).toBe(hitAtMs(draws, occurrence, client - (client % perUser), 200));
      }
      expect([...atMs]).toEqual([...atMs].toSorted((a, b) => a - b));
    });
    fc.assert(property);
  });

  test.each([
    { count: 10, cohort: null, users: 3 },
    { count: 20, cohort: { from: 0.5, to: 1 }, users: 3 },
    { count: 9, cohort: { from: 0.1, to: 0.5 }, users: 1 },
  ])('half of the users of $count devices, two to a user, in the cohort $cohort are $users', (row) => {
    const { count, cohort, users } = row;
    const half = occurrenceOf('logout', 0.5);
    const occurrence = { ...half, fault: { ...half.fault, cohort } };
    expect(loggingOut(draws, occurrence, { count, perUser: 2 }, 0).clients).toHaveLength(users);
  });

  test('a device that logs out does so when the sessions of its siblings are revoked', () => {
    const occurrence = occurrenceOf('logout', 1, 1000);
    const devices = { count: 4, perUser: 2 };
    const siblings = sessionHits(draws, occurrence, devices, 0);
    const leavers = loggingOut(draws, occurrence, devices, 0);
    expect([...siblings.atMs]).toEqual([...leavers.atMs]);
    expect([...siblings.clients].map((client) => client - 1)).toEqual([...leavers.clients]);
  });
});
