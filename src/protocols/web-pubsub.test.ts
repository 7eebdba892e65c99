import { describe, expect, it } from 'vitest';
import { NETWORK } from '../core/signal.ts';
import { codecFor, decoded, survivesAnything } from './decoded.test.helper.ts';
import { newView } from './registry.ts';

const HEADER = { carrier: 'header' } as const;
const plain = codecFor('web-pubsub', HEADER);
const rich = codecFor(
  {
    'web-pubsub': {
      joinGroup: 'room-{user.room}',
      command: { sendToGroup: 'room-{user.room}', data: '{"n":{seq},"c":{client}}' },
      errors: { Forbidden: 'refresh' },
      expired: '.*expired',
    },
  },
  HEADER,
);
const CONNECTED = '{"type":"system","event":"connected","userId":"u","connectionId":"c"}';

describe('a Web PubSub codec', () => {
  it('writes the messages of a client', () => {
    const view = newView(7, { room: 'a"b' });
    expect(plain.subprotocols).toEqual(['json.webpubsub.azure.v1']);
    expect(plain.command(view, 12, false)).toBe(
      '{"ackId":22,"type":"event","event":"command","dataType":"json","data":{"id":"7-12"}}',
    );
    expect(rich.command(view, 0, false)).toBe(
      '{"ackId":10,"type":"sendToGroup","group":"room-a\\"b","dataType":"json","data":{"n":0,"c":7}}',
    );
    expect(plain.ping(view)).toBe('{"type":"ping"}');
    expect(plain.renew('t', view)).toBe(null);
  });

  it('is ready when the service says so, or when it has joined its group', () => {
    const view = newView(7, { room: 'a' });
    expect(decoded(plain, CONNECTED, newView(7))).toEqual([{ kind: 'authenticated' }]);
    expect(plain.join(newView(7))).toBe(null);
    expect(decoded(rich, CONNECTED, view)).toEqual([{ kind: 'authenticated' }]);
    expect(decoded(rich, CONNECTED, view)).toEqual([{ kind: 'other' }]);
    expect(rich.join(view)).toBe('{"type":"joinGroup","group":"room-a","ackId":1}');
    expect(decoded(rich, '{"type":"ack","ackId":1,"success":true}', view)).toEqual([
      { kind: 'joined', signal: NETWORK.authRefused },
    ]);
    expect(rich.join(view)).toBe(null);
    expect(decoded(rich, '{"type":"ack","ackId":1,"success":true}', view)).toEqual([{ kind: 'other' }]);
  });

  it('is refused a group by an ack, with the advice for the name of its error', () => {
    const refusal = '{"type":"ack","ackId":1,"success":false,"error":{"name":"Forbidden","message":"no"}}';
    expect(decoded(rich, refusal, { ...newView(7), step: 2 })).toEqual([
      { kind: 'joinRefused', signal: NETWORK.authRefused, advice: 'refresh' },
    ]);
  });

  it.each([
    ['{"type":"ack","ackId":10,"success":true}', { kind: 'ack' }],
    [
      '{"type":"ack","ackId":15,"success":false,"error":{"name":"Duplicate","message":"…"}}',
      { kind: 'ackRecognised', seq: 5 },
    ],
    [
      '{"type":"ack","ackId":15,"success":false,"error":{"name":"InternalServerError"}}',
      { kind: 'commandRefused', seq: 5 },
    ],
    [
      '{"type":"ack","ackId":15,"success":false,"error":{"name":"Forbidden"}}',
      { kind: 'commandRefused', seq: 5, advice: 'refresh' },
    ],
    ['{"type":"ack","ackId":15}', { kind: 'commandRefused', seq: 5 }],
    ['{"type":"ack","ackId":"15","success":true}', { kind: 'other' }],
    ['{"type":"ack","ackId":4294967296,"success":true}', { kind: 'other' }],
    ['{"type":"pong"}', { kind: 'known' }],
    ['{"type":"message","from":"group","group":"a","dataType":"text","data":"x"}', { kind: 'known' }],
    [
      '{"type":"system","event":"disconnected","message":"the token has expired"}',
      { kind: 'closing', signal: NETWORK.serverDisconnect, advice: 'refresh' },
    ],
    ['{"type":"system","event":"disconnected"}', { kind: 'closing', signal: NETWORK.serverDisconnect }],
    ['{"type":"system","event":"more"}', { kind: 'other' }],
    ['{}', { kind: 'other' }],
    ['', { kind: 'other' }],
  ])('reads %s', (frame, message) => {
    expect(decoded(rich, frame, { ...newView(7), step: 3 })).toEqual([message]);
  });

  it('neither throws nor stands still, whatever a service sends', () => {
    const frames = [CONNECTED, '{"type":"ack","ackId":11,"success":false,"error":{"name":"Forbidden"}}'];
    for (const codec of [plain, rich]) expect(survivesAnything(codec, frames)).toBe(true);
  });
});
