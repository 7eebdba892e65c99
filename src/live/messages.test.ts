import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { wall } from '../core/time/instant.ts';
import { SQUALL_MESSAGES } from '../scenario/schema/messages.ts';
import type { MessageFormat } from '../scenario/scenario.ts';
import { CLOSE } from '../core/server/closes.ts';
import { readFrame, type GatewayFrame } from '../embedded/frames.ts';
import { adviceIn } from '../core/policy/parse-advice.ts';
import { Messages, type InboundFrame } from './messages.ts';

const NUMBER = 7;

function decoded(frame: unknown, format: MessageFormat = SQUALL_MESSAGES): InboundFrame {
  const text = typeof frame === 'string' ? frame : JSON.stringify(frame);
  return new Messages(format).decode(Buffer.from(text), NUMBER);
}

describe('frames that clients write', () => {
  const messages = new Messages(SQUALL_MESSAGES);

  test('are what the embedded gateway reads', () => {
    expect(readFrame(messages.authenticate('a.b.c'))).toEqual({ type: 'authenticate', token: 'a.b.c' });
    expect(readFrame(messages.command(7, 12))).toEqual({ type: 'command', id: '7-12', client: 7, seq: 12 });
  });

  test('fill every hole of a foreign template, as often as it occurs, and nothing else', () => {
    const foreign = new Messages({
      ...SQUALL_MESSAGES,
      authenticate: 'AUTH {token} {token} {{token}} {"a":{}}',
      command: '["{id}",{client},{seq},"{{token}}"]',
    });
    expect(foreign.authenticate('T')).toBe('AUTH T T {token} {"a":{}}');
    expect(foreign.command(3, 4)).toBe('["3-4",3,4,"{token}"]');
  });

  test('take a token as it is, whatever it looks like', () => {
    fc.assert(
      fc.property(fc.string(), (token) => {
        expect(new Messages({ ...SQUALL_MESSAGES, authenticate: '<{token}>' }).authenticate(token)).toBe(`<${token}>`);
      }),
    );
  });
});

describe('frames of the embedded gateway', () => {
  const expiresAt = wall(0);
  test.each<[GatewayFrame, InboundFrame]>([
    [{ type: 'authenticated', expiresAt }, { kind: 'authenticated' }],
    [
      { type: 'ack', id: '7-3' },
      { kind: 'ack', seq: 3 },
    ],
    [
      { type: 'ack', id: '7-3', duplicate: true },
      { kind: 'ack', seq: 3 },
    ],
    [
      { type: 'expiring', advice: 'refresh', expiresAt, graceMs: 5 },
      { kind: 'expiring', advice: 'refresh' },
    ],
    [{ type: 'error', code: 'invalid-token', flaw: 'expired', advice: 'refresh' }, { kind: 'auth-refused' }],
    [{ type: 'error', code: 'subject-changed' }, { kind: 'other' }],
    [
      { type: 'error', code: 'ledger-full', id: '7-3' },
      { kind: 'refused', seq: 3 },
    ],
    [
      { type: 'error', code: 'not-your-command', id: '7-3' },
      { kind: 'refused', seq: 3 },
    ],
    [{ type: 'error', code: 'not-your-command', id: '8-3' }, { kind: 'other' }],
  ])('%j means %j', (frame, expected) => {
    expect(decoded(frame)).toEqual(expected);
  });

  test.each(Object.values(CLOSE))('the reason of close $code holds its advice: $reason', ({ reason }) => {
    expect(adviceIn(reason)).toBe((JSON.parse(reason) as { advice: string }).advice);
  });
});

describe('frames of a foreign gateway', () => {
  const format: MessageFormat = {
    ...SQUALL_MESSAGES,
    ack: { 'data.ok': true, op: 11 },
    ackId: 'data.ref',
    refused: { op: 'denied' },
    authenticated: {},
    expiring: { op: 12 },
  };

  test('match when every dotted path holds the value given', () => {
    expect(decoded({ op: 11, data: { ok: true, ref: '7-1' } }, format)).toEqual({ kind: 'ack', seq: 1 });
    expect(decoded({ op: 11, data: { ok: 'true', ref: '7-1' } }, format)).toEqual({ kind: 'other' });
    expect(decoded({ op: 11, data: null }, format)).toEqual({ kind: 'other' });
    expect(decoded({ op: 11 }, format)).toEqual({ kind: 'other' });
  });

  test('refuse a command that they name where an acknowledgement names it', () => {
    expect(decoded({ op: 'denied', data: { ref: '7-1' } }, format)).toEqual({ kind: 'refused', seq: 1 });
    expect(decoded({ op: 'denied', id: '7-1' }, format)).toEqual({ kind: 'other' });
  });

  test('match nothing where no path is given', () => {
    expect(decoded({}, { ...format, expiring: {} })).toEqual({ kind: 'other' });
  });

  test('advise a client to refresh when they announce an expiry without advice that squall knows', () => {
    expect(decoded({ op: 12 }, format)).toEqual({ kind: 'expiring', advice: 'refresh' });
    expect(decoded({ op: 12, advice: 'explode' }, format)).toEqual({ kind: 'expiring', advice: 'refresh' });
    expect(decoded({ op: 12, advice: 'stop' }, format)).toEqual({ kind: 'expiring', advice: 'stop' });
  });
});

describe('an acknowledgement', () => {
  test.each([
    ['another client', '8-1'],
    ['no client', '-1'],
    ['no command', '7-'],
    ['a negative command', '7--1'],
    ['a fraction', '7-1.5'],
    ['another notation', '7-0x1'],
    ['an exponent', '7-1e3'],
    ['blanks', ' 7-1'],
    ['no number at all', 'seven'],
    ['a number in place of text', 71],
    ['nothing', null],
    ['a number that is far too long', `7-${'1'.repeat(400)}`],
  ])('of %s means nothing', (_, id) => {
    expect(decoded({ type: 'ack', id })).toEqual({ kind: 'other' });
  });

  test('is found for every command that a client can send', () => {
    const u32 = fc.nat(0xffff_ffff);
    fc.assert(
      fc.property(u32, u32, (number, seq) => {
        const messages = new Messages(SQUALL_MESSAGES);
        const { id } = JSON.parse(messages.command(number, seq)) as { id: string };
        expect(messages.decode(Buffer.from(JSON.stringify({ type: 'ack', id })), number)).toEqual({
          kind: 'ack',
          seq,
        });
      }),
    );
  });
});

describe('hostile frames', () => {
  test.each([
    ['empty', ''],
    ['not JSON', '{"type":"ack"'],
    ['a scalar', '"ack"'],
    ['null', 'null'],
    ['a list', '[{"type":"ack"}]'],
    ['inherited through __proto__', '{"__proto__":{"type":"authenticated"}}'],
    ['inherited through constructor', '{"constructor":{"prototype":{"type":"authenticated"}}}'],
    ['nested to the limit of inspection', '['.repeat(65_536)],
    ['nested, and complete', `${'['.repeat(32_768)}${']'.repeat(32_768)}`],
    ['longer than what is looked into', `{"type":"authenticated","x":"${'x'.repeat(65_536)}"}`],
  ])('%s: mean nothing', (_, text) => {
    expect(decoded(text)).toEqual({ kind: 'other' });
  });

  test('never throw', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.uint8Array(),
          fc.json().map((text) => Buffer.from(text)),
        ),
        (bytes) => {
          const data = Buffer.from(bytes);
          expect(new Messages(SQUALL_MESSAGES).decode(data, NUMBER).kind).toBeTypeOf('string');
          expect([null, 'retry', 'retry-now', 'refresh', 'login', 'stop']).toContain(adviceIn(data.toString()));
        },
      ),
    );
  });

  test.each(['', 'bye', '{', '{"advice":1}', '{"advice":"toString"}', '{"__proto__":{"advice":"stop"}}'])(
    'the close reason %j holds no advice',
    (reason) => {
      expect(adviceIn(reason)).toBeNull();
    },
  );
});
