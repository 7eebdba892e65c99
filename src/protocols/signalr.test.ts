import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NETWORK } from '../core/signal.ts';
import { INBOUND } from './codec.ts';
import { codecFor, decoded, survivesAnything } from './decoded.test.helper.ts';
import { newInbound, resetInbound } from './inbound.ts';
import { newView } from './registry.ts';

const HEADER = { carrier: 'header' } as const;
const plain = codecFor('signalr', HEADER);
const rich = codecFor(
  {
    signalr: {
      method: 'Send"Message',
      arguments: '"{user.room}", {"id":"{id}"}',
      join: { method: 'Join', arguments: '"{user.room}"' },
      refused: { 'result.ok': false },
      expired: '.*token expired',
    },
  },
  HEADER,
);
const END = '\x1e';

function readyView() {
  return { ...newView(7, { room: 'a"b' }), step: 3 };
}

/** Kinds of the messages in the frames of one connection, without those that have no consequences. */
function kindsIn(pieces: readonly string[]): readonly number[] {
  const view = { ...newView(7), step: 0 };
  const into = newInbound();
  const seen: number[] = [];
  for (const piece of pieces) {
    const data = Buffer.from(piece);
    for (let from = 0; from < data.length;) {
      resetInbound(into);
      from = plain.decode(data, false, view, into, from);
      if (into.kind !== INBOUND.known || into.reply !== null) seen.push(into.kind);
    }
  }
  return seen;
}

describe('a SignalR codec', () => {
  it('writes the frames of a client', () => {
    const view = newView(7, { room: 'a"b' });
    expect(plain.authenticate('a.b', view)).toBe(`{"protocol":"json","version":1}${END}`);
    expect(plain.command(view, 12, false)).toBe(
      `{"type":1,"invocationId":"12","target":"Command","arguments":["7-12"]}${END}`,
    );
    expect(plain.ping(view)).toBe(`{"type":6}${END}`);
    expect(plain.renew('t', view)).toBe(null);
    expect(plain.join(view)).toBe(null);
    expect(rich.command(view, 0, true)).toBe(
      `{"type":1,"invocationId":"0","target":"Send\\"Message","arguments":["a\\"b", {"id":"7-0"}]}${END}`,
    );
  });

  it('is ready when the handshake is answered, or when it has joined', () => {
    const view = newView(7, { room: 'a"b' });
    expect(decoded(rich, `{}${END}`, view)).toEqual([{ kind: 'authenticated', reply: `{"type":6}${END}` }]);
    expect(rich.join(view)).toBe(`{"type":1,"invocationId":"join","target":"Join","arguments":["a\\"b"]}${END}`);
    expect(decoded(rich, `{"type":3,"invocationId":"join","result":null}${END}`, view)).toEqual([
      { kind: 'joined', signal: NETWORK.authRefused },
    ]);
    expect(rich.join(view)).toBe(null);
    const refused = { ...newView(7), step: 2 };
    expect(decoded(rich, `{"type":3,"invocationId":"join","error":"token expired"}${END}`, refused)).toEqual([
      { kind: 'joinRefused', signal: NETWORK.authRefused, advice: 'refresh' },
    ]);
  });

  it.each([
    ['{"error":"The protocol \'json\' is not supported."}', { signal: NETWORK.authRefused }],
    ['{"type":7,"error":"no"}', { signal: NETWORK.badHandshake }],
  ])('is refused by the answer to its handshake: %s', (answer, how) => {
    expect(decoded(plain, answer + END, newView(7))).toEqual([{ kind: 'refused', advice: 'retry', ...how }]);
  });

  it.each([
    ['{"type":6}', { kind: 'ping' }],
    ['{"type": 6}', { kind: 'ping' }],
    ['{"type":3,"invocationId":"0","result":{"ok":true}}', { kind: 'ack' }],
    ['{"type":3,"invocationId":"12","result":{"ok":false}}', { kind: 'commandRefused', seq: 12 }],
    ['{"type":3,"invocationId":"12"}', { kind: 'ack', seq: 12 }],
    ['{"type":3,"invocationId":"12","error":"HubException: no"}', { kind: 'commandRefused', seq: 12 }],
    [
      '{"type":3,"invocationId":"12","error":"HubException: token expired"}',
      { kind: 'commandRefused', seq: 12, advice: 'refresh' },
    ],
    ['{"type":3,"invocationId":12,"result":1}', { kind: 'other' }],
    ['{"type":3,"invocationId":"-1"}', { kind: 'other' }],
    ['{"type":3,"invocationId":"12345678901"}', { kind: 'other' }],
    ['{"type":3,"invocationId":"join"}', { kind: 'other' }],
    ['{"type":7}', { kind: 'closing', signal: NETWORK.serverDisconnect }],
    ['{"type":7,"error":"token expired"}', { kind: 'closing', signal: NETWORK.serverDisconnect }],
    ['{"type":7,"allowReconnect":true}', { kind: 'closing', signal: NETWORK.serverDisconnect, advice: 'retry' }],
    [
      '{"type":7,"error":"Connection closed: token expired","allowReconnect":true}',
      { kind: 'closing', signal: NETWORK.serverDisconnect, advice: 'refresh' },
    ],
    ['{"type":7,"allowReconnect":1}', { kind: 'closing', signal: NETWORK.serverDisconnect }],
    ['{"type":1,"target":"Pushed","arguments":[1]}', { kind: 'known' }],
    [
      '{"type":1,"invocationId":"s1","target":"WhoAreYou","arguments":[]}',
      { kind: 'known', reply: `{"type":3,"invocationId":"s1","error":"Client didn't provide a result."}${END}` },
    ],
    ['{"type":2,"invocationId":"12","item":1}', { kind: 'known' }],
    ['{"type":9,"sequenceId":1}', { kind: 'known' }],
    ['{"type":99}', { kind: 'other' }],
    ['[]', { kind: 'other' }],
    ['null', { kind: 'other' }],
    ['', { kind: 'other' }],
  ])('reads %s', (record, message) => {
    expect(decoded(rich, record + END, readyView())).toEqual([message]);
  });

  it('reads several records of a frame, and records that span frames', () => {
    const view = readyView();
    const ack = '{"type":3,"invocationId":"4","result":null}';
    expect(decoded(plain, `{"type":6}${END}${ack}${END}${ack.slice(0, 9)}`, view)).toEqual([
      { kind: 'ping' },
      { kind: 'ack', seq: 4 },
      { kind: 'known' },
    ]);
    expect(decoded(plain, ack.slice(9, 12), view)).toEqual([{ kind: 'known' }]);
    expect(decoded(plain, `${ack.slice(12)}${END}{"type":6}${END}`, view)).toEqual([
      { kind: 'ack', seq: 4 },
      { kind: 'ping' },
    ]);
    expect(view.rest).toBe(null);
  });

  it('gives a server up whose record has no end', () => {
    const view = readyView();
    const half = 'x'.repeat(600_000);
    expect(decoded(plain, half, view)).toEqual([{ kind: 'known' }]);
    expect(decoded(plain, half, view)).toEqual([{ kind: 'closing', signal: NETWORK.badFrame }]);
    expect(view.rest).toBe(null);
  });

  const FRAMES = [
    `{}${END}{"type":6}${END}`,
    `{"type":3,"invocationId":"4","result":{"a":[1]}}${END}`,
    `{"type":1,"invocationId":"s","target":"T","arguments":[]}${END}{"type":7,"allowReconnect":true}${END}`,
  ];

  it('neither throws nor stands still, whatever a server sends', () => {
    for (const codec of [plain, rich]) expect(survivesAnything(codec, FRAMES)).toBe(true);
  });

  it('reads the same from frames that are cut anywhere', () => {
    const whole = FRAMES.join('');
    const expected = kindsIn([whole]);
    expect(expected).toHaveLength(5);
    fc.assert(
      fc.property(fc.array(fc.nat(whole.length), { maxLength: 12 }), (places) => {
        const cuts = [0, ...places.toSorted((a, b) => a - b), whole.length];
        expect(kindsIn(cuts.slice(1).map((to, n) => whole.slice(cuts[n], to)))).toEqual(expected);
      }),
    );
  });
});
