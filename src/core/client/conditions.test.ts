import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NETWORK } from '../signal.ts';
import { mono } from '../time/instant.ts';
import { LIFETIME_MS, PLAIN_BEHAVIOUR, Rig } from './rig.test.helper.ts';

const COMMANDS = { periodMs: 100, ackTimeoutMs: 1e6, resend: true, beforeAuth: false };
/** A client that asks for its next token 200 ms before the expiry, and 100 ms after each failure. */
const DUE_MS = LIFETIME_MS - 200;

const WHILE_READY = ['none', 'forbidden', 'refreshFailing'];
/** Conditions that are possible in these states only. */
const POSSIBLE: Readonly<Record<string, readonly string[]>> = {
  idle: ['none'],
  ready: WHILE_READY,
  renewing: WHILE_READY,
  stopped: ['none', 'loggedOut'],
};

function never(): Rig {
  const rig = new Rig({ commands: COMMANDS, refresh: { ...PLAIN_BEHAVIOUR.refresh, clock: 'ttl', lead: { ms: 0 } } });
  rig.machine.prepare(0, 0, mono(0), mono(1e9));
  return rig;
}

describe('the condition of a client', () => {
  it('is forbidden from a refused command until a later one is acknowledged', () => {
    const rig = never().ready().until(100);
    rig.machine.onRefused(0, 0, rig.now);
    expect(rig.seen.at(-1)).toBe('gave up 0-0 @100 forbidden');
    rig.until(200);
    rig.machine.onAck(0, 1, rig.now);
    expect(rig.conditions).toEqual(['none to forbidden @100', 'forbidden to none @200']);
  });

  it('stays forbidden after an acknowledgement of a command that is not under way', () => {
    const rig = never().ready().until(100);
    rig.machine.onRefused(0, 0, rig.now);
    rig.machine.onAck(0, 0, rig.now);
    expect(rig.machine.onRefused(0, 7, rig.now)).toBe(false);
    expect(rig.conditions).toEqual(['none to forbidden @100']);
  });

  it('is forbidden no longer than its connection', () => {
    const rig = never().ready().until(150);
    rig.machine.onRefused(0, 0, rig.now);
    rig.close(1012).until(250);
    rig.machine.onOpen(0, rig.now);
    expect(rig.conditions).toEqual(['none to forbidden @150', 'forbidden to none @150']);
  });

  it('is refresh-failing from the first failure until a token arrives, however often it tries', () => {
    const rig = new Rig().ready().until(DUE_MS);
    rig.machine.onTokenFailed(0, 503, rig.now);
    rig.until(DUE_MS + 100);
    rig.machine.onTokenFailed(0, 503, rig.now);
    rig.until(DUE_MS + 200).token();
    expect(rig.conditions).toEqual(['none to refreshFailing @800', 'refreshFailing to none @1000']);
  });

  it('is still refresh-failing when the token expires meanwhile and the connection ends', () => {
    const rig = new Rig().ready().until(DUE_MS);
    rig.machine.onTokenFailed(0, 503, rig.now);
    rig.until(LIFETIME_MS).close(4401);
    expect(rig.conditions).toEqual(['none to refreshFailing @800']);
  });

  it('is expired without a connection when its token has expired or is rejected', () => {
    const rig = new Rig().ready().close(4401);
    expect(rig.conditions).toEqual(['none to expired @0']);
    rig.token();
    expect(rig.conditions.slice(1)).toEqual(['expired to none @0']);
    const late = new Rig({ refresh: { ...PLAIN_BEHAVIOUR.refresh, clock: 'ttl', lead: { ms: -500 } } });
    late.ready().until(1500).close(1012);
    expect(late.conditions).toEqual(['none to expired @1500']);
  });

  it('is loggedOut once the session is over, and nothing else afterwards', () => {
    const rig = new Rig().ready().until(DUE_MS);
    rig.machine.onTokenFailed(0, NETWORK.invalidGrant, rig.now);
    rig.machine.windDown(0, rig.now);
    expect(rig.conditions).toEqual(['none to loggedOut @800']);
  });

  it.each([
    { signal: 4403, conditions: ['none to loggedOut @0'] },
    { signal: 1012, conditions: [] },
  ])('of a client that ends with $signal and retries no more is $conditions', ({ signal, conditions }) => {
    const backoff = { ...PLAIN_BEHAVIOUR.backoff, maxRetries: 0 };
    expect(new Rig({ backoff }).ready().close(signal).conditions).toEqual(conditions);
  });

  it('changes only from the current condition to a different one, under any events', () => {
    const step = fc.constantFrom('close', 'expired', 'open', 'token', 'fail', 'ack', 'refuse', 'logout');
    fc.assert(
      fc.property(fc.array(fc.tuple(step, fc.nat(300)), { maxLength: 60 }), (steps) => {
        const rig = new Rig({ commands: COMMANDS });
        for (const [what, n] of steps) {
          rig.until(rig.now + n);
          const { machine, now } = rig;
          if (what === 'close') machine.onClosed(0, 1012, null, now);
          if (what === 'expired') machine.onClosed(0, 4401, null, now);
          if (what === 'open') machine.onOpen(0, now);
          if (what === 'token') rig.token();
          if (what === 'fail') machine.onTokenFailed(0, 503, now);
          if (what === 'ack') machine.onAck(0, n % 20, now);
          if (what === 'refuse') machine.onRefused(0, n % 20, now);
          if (what === 'logout') machine.onTokenFailed(0, NETWORK.invalidGrant, now);
        }
        let is = 'none';
        for (const [from, , to] of rig.conditions.map((line) => line.split(' '))) {
          expect(from).toBe(is);
          expect(to).not.toBe(is);
          is = to!;
        }
        expect(POSSIBLE[rig.state()] ?? ['none', 'expired', 'refreshFailing']).toContain(is);
      }),
    );
  });
});
