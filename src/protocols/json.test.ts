import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { wall } from '../core/time/instant.ts';
import { protocol } from '../core/protocol/specs.ts';
import type { ProtocolUse } from '../core/protocol/spec.ts';
import { CLOSE } from '../core/server/closes.ts';
import { readFrame, type GatewayFrame } from '../embedded/frames.ts';
import { adviceIn } from '../core/policy/parse-advice.ts';
import { type Codec, type Inbound, INBOUND } from './codec.ts';
import { newInbound } from './inbound.ts';
import { codecMaker, codecOf, newView } from './registry.ts';

const NUMBER = 7;

const USE: ProtocolUse = { carrier: 'message', renewal: 'in-band', commands: true, heartbeat: true };
const MAKE_JSON = await codecMaker('json');
const SQUALL = await codecOf({ kind: 'squall' }, USE);

/** A codec of frames as a scenario spells them. */
function spelled(keys: object): Codec {
  return MAKE_JSON(protocol.parse({ json: keys }), USE);
}

const FRAMES = {
  authenticate: '{"type":"authenticate","token":"{token}"}',
  authenticated: { type: 'authenticated' },
  command: '{"type":"command","id":"{id}"}',
  ack: { type: 'ack' },
  ackId: 'id',
  refused: { type: 'error' },
  expiring: { type: 'expiring' },
};

const NAMES = Object.fromEntries(Object.entries(INBOUND).map(([name, kind]) => [kind, name]));

/** What a frame means: its kind, with the number of the command or the advice. */
function understood(frame: unknown, codec: Codec = SQUALL): object {
  const text = typeof frame === 'string' ? frame : JSON.stringify(frame);
  return shown(decoded(Buffer.from(text), codec));
}

function decoded(data: Buffer, codec: Codec): Inbound {
  const into = newInbound();
  expect(codec.decode(data, false, newView(NUMBER), into, 0)).toBe(data.length);
  return into;
}

function shown({ kind, seq, advice }: Inbound): object {
  const isCommand = kind === INBOUND.ack || kind === INBOUND.commandRefused;
  return { kind: NAMES[kind], ...(isCommand ? { seq } : {}), ...(kind === INBOUND.expiring ? { advice } : {}) };
}

function sent(message: string | Buffer): string {
  return message.toString();
}

describe('frames that clients write', () => {
  test('are what the embedded gateway reads', () => {
    expect(readFrame(sent(SQUALL.authenticate('a.b.c', newView(7))))).toEqual({ type: 'authenticate', token: 'a.b.c' });
    expect(readFrame(sent(SQUALL.command(newView(7), 12, false)))).toEqual({
      type: 'command',
      id: '7-12',
      client: 7,
      seq: 12,
    });
  });

  test('fill every hole of a foreign template, as often as it occurs, and nothing else', () => {
    const foreign = spelled({
      ...FRAMES,
      authenticate: 'AUTH {token} {token} {{token}} {"a":{}}',
      command: '["{id}",{client},{seq},"{{token}}"]',
    });
    expect(foreign.authenticate('T', newView(3))).toBe('AUTH T T {token} {"a":{}}');
    expect(foreign.command(newView(3), 4, false)).toBe('["3-4",3,4,"{token}"]');
  });

  test('take a token as it is, whatever it looks like, and escape it within JSON', () => {
    const bare = spelled({ ...FRAMES, authenticate: '<{token}>' });
    fc.assert(
      fc.property(fc.string(), (token) => {
        expect(bare.authenticate(token, newView(0))).toBe(`<${token}>`);
        const frame = sent(SQUALL.authenticate(token, newView(0)));
        expect(JSON.parse(frame)).toEqual({ type: 'authenticate', token });
      }),
    );
  });
});

describe('frames of the embedded gateway', () => {
  const expiresAt = wall(0);
  test.each<[GatewayFrame, object]>([
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
    [{ type: 'error', code: 'invalid-token', flaw: 'expired', advice: 'refresh' }, { kind: 'refused' }],
    [{ type: 'error', code: 'subject-changed' }, { kind: 'other' }],
    [
      { type: 'error', code: 'ledger-full', id: '7-3' },
      { kind: 'commandRefused', seq: 3 },
    ],
    [
      { type: 'error', code: 'not-your-command', id: '7-3' },
      { kind: 'commandRefused', seq: 3 },
    ],
    [{ type: 'error', code: 'not-your-command', id: '8-3' }, { kind: 'other' }],
  ])('%j means %j', (frame, expected) => {
    expect(understood(frame)).toEqual(expected);
  });

  test.each(Object.values(CLOSE))('the reason of close $code holds its advice: $reason', ({ reason }) => {
    expect(adviceIn(reason)).toBe((JSON.parse(reason) as { advice: string }).advice);
  });
});

describe('frames of a foreign gateway', () => {
  const format = {
    ...FRAMES,
    ack: { 'data.ok': true, op: 11 },
    ackId: 'data.ref',
    refused: { op: 'denied' },
    authenticated: {},
    expiring: { op: 12 },
  };
  const codec = spelled(format);

  test('match when every dotted path holds the value given', () => {
    expect(understood({ op: 11, data: { ok: true, ref: '7-1' } }, codec)).toEqual({ kind: 'ack', seq: 1 });
    expect(understood({ op: 11, data: { ok: 'true', ref: '7-1' } }, codec)).toEqual({ kind: 'other' });
    expect(understood({ op: 11, data: null }, codec)).toEqual({ kind: 'other' });
    expect(understood({ op: 11 }, codec)).toEqual({ kind: 'other' });
  });

  test('refuse a command that they name where an acknowledgement names it', () => {
    expect(understood({ op: 'denied', data: { ref: '7-1' } }, codec)).toEqual({ kind: 'commandRefused', seq: 1 });
    expect(understood({ op: 'denied', id: '7-1' }, codec)).toEqual({ kind: 'other' });
  });

  test('match nothing where no path is given', () => {
    expect(understood({}, spelled({ ...format, expiring: {} }))).toEqual({ kind: 'other' });
  });

  test('announce an expiry, with advice where it is a word that squall knows', () => {
    expect(understood({ op: 12 }, codec)).toEqual({ kind: 'expiring', advice: null });
    expect(understood({ op: 12, advice: 'explode' }, codec)).toEqual({ kind: 'expiring', advice: null });
    expect(understood({ op: 12, advice: 'stop' }, codec)).toEqual({ kind: 'expiring', advice: 'stop' });
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
    expect(understood({ type: 'ack', id })).toEqual({ kind: 'other' });
  });

  test('is found for every command that a client can send', () => {
    const u32 = fc.nat(0xffff_ffff);
    fc.assert(
      fc.property(u32, u32, (number, seq) => {
        const view = newView(number);
        const { id } = JSON.parse(sent(SQUALL.command(view, seq, false))) as { id: string };
        const into = newInbound();
        SQUALL.decode(Buffer.from(JSON.stringify({ type: 'ack', id })), false, view, into, 0);
        expect(shown(into)).toEqual({ kind: 'ack', seq });
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
    expect(understood(text)).toEqual({ kind: 'other' });
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
          expect(NAMES[decoded(data, SQUALL).kind]).toBeTypeOf('string');
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
