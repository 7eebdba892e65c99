import { describe, expect, it } from 'vitest';
import { NETWORK } from '../core/signal.ts';
import { codecFor, decoded, survivesAnything } from './decoded.test.helper.ts';
import { newView } from './registry.ts';

const plain = codecFor('stomp');
const rich = codecFor({
  stomp: {
    host: 'shop',
    connectHeaders: { login: 'u{client}', passcode: '{token}' },
    heartbeatOutgoing: '4s',
    heartbeatIncoming: '0s',
    destination: '/queue/a:b{user.room}',
    headers: { 'x-id': '{id}' },
    body: '"é{seq}"',
    subscribe: { destination: '/topic/{user.room}', ready: 'receipt' },
    errors: [
      { on: { message: 'no: never' }, then: 'stop' },
      { on: 'token (expired|invalid)', then: 'refresh' },
    ],
  },
});
const replies = codecFor({
  stomp: { subscribe: { destination: '/user/queue/replies' }, ack: { type: 'done' }, ackId: 'command' },
});

const CONNECTED = 'CONNECTED\nversion:1.2\nheart-beat:30000,0\n\n\0';
/** A day, which stands for no heart-beats. */
const NONE = 86_400_000;
const CONNECT = 'heart-beat:10000,10000\nAuthorization:Bearer a.b\n\n\0';

function message(body: string): string {
  return `MESSAGE\nsubscription:s\n\n${body}\0`;
}

describe('a STOMP codec', () => {
  it('writes the frames of a client', () => {
    const view = newView(7, { room: 'x\ny\\' });
    expect(plain.subprotocols).toEqual(['v12.stomp', 'v11.stomp', 'v10.stomp']);
    expect(plain.authenticate('a.b', view)).toBe(`CONNECT\naccept-version:1.2,1.1,1.0\nhost:/\n${CONNECT}`);
    expect(plain.command(view, 12, false)).toBe(
      'SEND\ndestination:/app/command\ncontent-type:application/json\nreceipt:12\ncontent-length:13\n\n{"id":"7-12"}\0',
    );
    expect(plain.ping(view)).toBe('\n');
    expect(plain.renew('t', view)).toBe(null);
    expect(plain.join(view)).toBe(null);
    expect(rich.authenticate('a:b\nx\0', view)).toBe(
      'CONNECT\naccept-version:1.2,1.1,1.0\nhost:shop\nheart-beat:4000,0\nlogin:u7\npasscode:a:b x \n\n\0',
    );
    expect(rich.command(view, 3, true)).toBe(
      'SEND\ndestination:/queue/a\\cbx\\ny\\\\\nx-id:7-3\nreceipt:3\ncontent-length:5\n\n"é3"\0',
    );
    expect(replies.command(view, 3, false)).not.toContain('receipt');
  });

  it.each([
    [CONNECTED, { kind: 'authenticated', silenceMs: 60_000, pingEveryMs: NONE }],
    [
      'CONNECTED\r\nversion:1.2\r\nheart-beat:1000,0\r\n\r\n\0',
      { kind: 'authenticated', silenceMs: 20_000, pingEveryMs: NONE },
    ],
    ['CONNECTED\nheart-beat:0,30000\n\n\0', { kind: 'authenticated', silenceMs: NONE, pingEveryMs: 30_000 }],
    ['CONNECTED\nheart-beat:0,1\n\n\0', { kind: 'authenticated', silenceMs: NONE, pingEveryMs: 10_000 }],
    ['CONNECTED\nversion:1.1\n\n\0', { kind: 'authenticated', silenceMs: NONE, pingEveryMs: NONE }],
    ['CONNECTED\nheart-beat:x\n\n\0', { kind: 'authenticated', silenceMs: NONE, pingEveryMs: NONE }],
    ['CONNECTED\nheart-beat:999999999,999999999\n\n\0', { kind: 'authenticated', silenceMs: NONE, pingEveryMs: NONE }],
    ['RECEIPT\nreceipt-id:12\n\n\0', { kind: 'ack', seq: 12 }],
    ['RECEIPT\nx:receipt-id\\creceipt-id\nreceipt-id:12\nreceipt-id:13\n\n\0', { kind: 'ack', seq: 12 }],
    ['RECEIPT\nreceipt-id:s\n\n\0', { kind: 'other' }],
    ['RECEIPT\n\n\0', { kind: 'other' }],
    ['MESSAGE\nsubscription:s\nmessage-id:1\ncontent-length:3\n\na\0b\0', { kind: 'known' }],
    ['ERROR\nmessage:no\n\nbody\0', { kind: 'refused', signal: NETWORK.authRefused }],
    ['\n', { kind: 'ping' }],
    ['\r\n\r\n', { kind: 'ping' }],
    ['HELLO\n\n\0', { kind: 'other' }],
    ['\0', { kind: 'other' }],
    ['{}', { kind: 'other' }],
    ['RECEI', { kind: 'known' }],
    ['MESSAGE\ncontent-length:1\n\nabc\0', { kind: 'closing', signal: NETWORK.badFrame }],
    [`X${'a'.repeat(20_000)}`, { kind: 'closing', signal: NETWORK.badFrame }],
    ['', { kind: 'other' }],
  ])('reads %j', (frame, read) => {
    expect(decoded(plain, frame, newView(7))).toEqual([read]);
  });

  it('takes the advice of an ERROR by its message, with its escapes undone, before and after CONNECTED', () => {
    const view = newView(7);
    expect(decoded(rich, 'ERROR\nmessage:no\\c never\n\n\0', view)).toEqual([
      { kind: 'refused', signal: NETWORK.authRefused, advice: 'stop' },
    ]);
    expect(decoded(rich, CONNECTED, view)).toEqual([{ kind: 'authenticated', pingEveryMs: NONE }]);
    expect(decoded(rich, 'ERROR\nmessage:token expired at 12\\c30\n\n\0', view)).toEqual([
      { kind: 'closing', signal: NETWORK.serverDisconnect, advice: 'refresh' },
    ]);
    expect(decoded(rich, 'ERROR\nmessage:other\n\n\0', view)).toEqual([
      { kind: 'closing', signal: NETWORK.serverDisconnect },
    ]);
  });

  it('is ready with the RECEIPT of its subscription, where the scenario wants it', () => {
    const view = newView(7, { room: 'x' });
    expect(rich.shape.joins).toBe(1);
    decoded(rich, CONNECTED, view);
    expect(rich.join(view)).toBe('SUBSCRIBE\nid:s\ndestination:/topic/x\nack:auto\nreceipt:s\n\n\0');
    expect(decoded(rich, 'RECEIPT\nreceipt-id:s\n\n\0', view)).toEqual([{ kind: 'joined' }]);
    expect(rich.join(view)).toBe(null);
  });

  it('is else ready as soon as SUBSCRIBE is sent, and reads acknowledgements in messages', () => {
    const view = newView(7);
    const reply = 'SUBSCRIBE\nid:s\ndestination:/user/queue/replies\nack:auto\n\n\0';
    expect(decoded(replies, CONNECTED, view)).toEqual([
      { kind: 'authenticated', silenceMs: 60_000, pingEveryMs: NONE, reply },
    ]);
    expect(decoded(replies, message('{"type":"done","command":"7-4"}'), view)).toEqual([{ kind: 'ack', seq: 4 }]);
    expect(decoded(replies, message('{"type":"done","command":"8-4"}'), view)).toEqual([{ kind: 'known' }]);
    expect(decoded(replies, message('no JSON'), view)).toEqual([{ kind: 'known' }]);
  });

  it('reads several frames and heart-beats of one message', () => {
    expect(decoded(plain, '\nRECEIPT\nreceipt-id:1\n\n\0\n\nRECEIPT\nreceipt-id:2\n\n\0')).toEqual([
      { kind: 'ping' },
      { kind: 'ack', seq: 1 },
      { kind: 'ping' },
      { kind: 'ack', seq: 2 },
    ]);
  });

  it('reads a frame that was cut anywhere', () => {
    const frames = 'RECEIPT\nreceipt-id:1\n\n\0MESSAGE\ncontent-length:4\n\na\0bc\0RECEIPT\nreceipt-id:2\n\n\0';
    for (let at = 1; at < frames.length; at++) {
      const view = newView(7);
      const messages = [...decoded(plain, frames.slice(0, at), view), ...decoded(plain, frames.slice(at), view)];
      expect(messages.filter((each) => 'seq' in each)).toEqual([
        { kind: 'ack', seq: 1 },
        { kind: 'ack', seq: 2 },
      ]);
      expect(view.rest).toBe(null);
    }
  });

  it('keeps at most 256 KiB of a frame', () => {
    const view = newView(7);
    const piece = Buffer.alloc(100_000, 'a');
    decoded(plain, 'MESSAGE\n\n', view);
    expect(decoded(plain, piece, view)).toEqual([{ kind: 'known' }]);
    expect(decoded(plain, piece, view)).toEqual([{ kind: 'known' }]);
    expect(decoded(plain, piece, view)).toEqual([{ kind: 'closing', signal: NETWORK.badFrame }]);
    expect(view.rest).toBe(null);
  });

  it('neither throws nor stands still, whatever a server sends', () => {
    const frames = [
      CONNECTED,
      'RECEIPT\nreceipt-id:12\n\n\0\n',
      'MESSAGE\ncontent-length:3\n\na\0b\0',
      'ERROR\nmessage:a\\c\\x\n\n\0',
    ];
    for (const codec of [plain, rich, replies]) expect(survivesAnything(codec, frames)).toBe(true);
  });
});
