import { describe, expect, it } from 'vitest';
import { mono } from '../time/instant.ts';
import type { BackoffPolicy } from '../policy/backoff.ts';
import { PLAIN_BACKOFF, PLAIN_BEHAVIOUR, Rig } from './rig.test.helper.ts';

function rig(backoff: Partial<BackoffPolicy>): Rig {
  const refresh = { ...PLAIN_BEHAVIOUR.refresh, clock: 'ttl', lead: { ms: 0 } } as const;
  const made = new Rig({ backoff: { ...PLAIN_BACKOFF, ...backoff }, refresh });
  // A token that outlasts each test.
  made.machine.prepare(0, 0, made.now, mono(1e9));
  return made.ready();
}

/** The delays of failed attempts after the end of a connection at `at`, each of which fails `failsAfterMs` after its dial. */
function delays(made: Rig, at: number, count: number, failsAfterMs = 0): number[] {
  made.until(at).fresh().close(1006);
  return Array.from({ length: count }, () => {
    const failedAt = made.now;
    made.until(made.now);
    while (made.asked.length === 0 && made.state() !== 'stopped') made.until(made.now + 1);
    const delay = made.now - failedAt;
    if (made.state() === 'stopped') return Infinity;
    made.until(made.now + failsAfterMs);
    made.fresh().close(1006);
    return delay;
  });
}

describe('delays that count from the dial', () => {
  it('have passed in part, or wholly, when the connection or the attempt ends', () => {
    expect(delays(rig({ measuredFrom: 'dial' }), 30, 3, 20)).toEqual([70, 80, 80]);
    expect(delays(rig({ measuredFrom: 'dial' }), 300, 2, 150)).toEqual([0, 0]);
  });
});

describe('a minimum uptime', () => {
  it.each([
    [199, 'stopped'],
    [200, 'waiting'],
  ])('of 200 ms: a connection that was ready for %d ms leaves the client %s', (at, state) => {
    expect(rig({ minUptimeMs: 200 }).until(at).close(1006).state()).toBe(state);
  });

  it('says nothing of failed attempts', () => {
    expect(delays(rig({ minUptimeMs: 200 }), 200, 2)).toEqual([100, 100]);
  });
});

describe('stages', () => {
  const stages = [{ afterMs: 250, delayMs: 400 }];

  it('begin by the time since the first failure, and end when the client is ready', () => {
    const made = rig({ stages });
    // The third wait would end at 300 ms, and is broken off at 250 ms.
    expect(delays(made, 10, 5)).toEqual([100, 100, 450, 400, 400]);
    made.until(made.now + 400);
    made.machine.onOpen(0, made.now);
    expect(delays(made, made.now + 5, 2)).toEqual([100, 100]);
  });

  it("take the place of a rule's delays, too", () => {
    const rules = [{ from: 1006, to: 1006, action: 'retry', delaysMs: [1, 2] }] as const;
    expect(delays(rig({ stages: [{ afterMs: 5, delayMs: 40 }], rules }), 10, 4)).toEqual([1, 2, 2, 40]);
  });
});

describe('rounds', () => {
  const rounds = { size: 2, afterMs: 30, everyMs: 500 };

  it('count from the first failure, and end when the client is ready', () => {
    const made = rig({ rounds });
    expect(delays(made, 10, 5, 20)).toEqual([30, 100, 360, 100, 360]);
    made.until(made.now + 1000);
    made.machine.onOpen(0, made.now);
    expect(delays(made, made.now + 5, 2)).toEqual([30, 100]);
  });
});
