import { describe, expect, it } from 'vitest';
import { NETWORK } from '../core/signal.ts';
import { codecFor, decoded, survivesAnything } from './decoded.test.helper.ts';
import { newView } from './registry.ts';

const plain = codecFor('centrifugo');
const rich = codecFor({
  centrifugo: {
    connectData: '{"device":{client}}',
    subscribe: 'room:{client}',
    command: { publish: 'room:{client}', data: '["{id}"]' },
    refused: { 'publish.ok': false },
  },
});
const CONNECTED = '{"id":1,"connect":{"client":"c","version":"6","expires":true,"ttl":4,"ping":2,"pong":true}}';

describe('a Centrifugo codec', () => {
  it('writes the commands of a client', () => {
    const view = newView(7);
    expect(plain.authenticate('a.b', view)).toBe('{"id":1,"connect":{"token":"a.b","name":"squall"}}');
    expect(plain.command(view, 12, false)).toBe('{"id":22,"rpc":{"method":"command","data":{"id":"7-12"}}}');
    expect(plain.renew('a"b', view)).toBe('{"id":3,"refresh":{"token":"a\\"b"}}');
    expect(plain.join(view)).toBe(null);
    expect(rich.authenticate('t', view)).toBe('{"id":1,"connect":{"token":"t","name":"squall","data":{"device":7}}}');
    expect(rich.command(view, 0, false)).toBe('{"id":10,"publish":{"channel":"room:7","data":["7-0"]}}');
  });

  // Frames as Centrifugo 6 sends them.
  it.each([
    [CONNECTED, { kind: 'authenticated', silenceMs: 12_000 }],
    ['{"id":1,"connect":{"client":"c","ping":-5}}', { kind: 'authenticated' }],
    ['{"id":1,"connect":{"client":"c","ping":1e300}}', { kind: 'authenticated', silenceMs: 86_410_000 }],
    [
      '{"id":1,"error":{"code":109,"message":"token expired"}}',
      { kind: 'refused', signal: NETWORK.authRefused, advice: 'refresh' },
    ],
    [
      '{"id":1,"error":{"code":100,"message":"internal server error","temporary":true}}',
      { kind: 'refused', signal: NETWORK.authRefused, advice: 'retry' },
    ],
    ['{"id":1,"error":{"code":99}}', { kind: 'refused', signal: NETWORK.authRefused, advice: 'retry' }],
    ['{"id":1,"error":{"code":101,"message":"unauthorized"}}', { kind: 'refused', signal: NETWORK.authRefused }],
    ['{"id":3,"refresh":{"expires":true,"ttl":5}}', { kind: 'renewed' }],
    ['{"id":3,"error":{"code":109}}', { kind: 'refused', signal: NETWORK.authRefused, advice: 'refresh' }],
    ['{"id":10,"rpc":{"data":{"ok":true}}}', { kind: 'ack' }],
    ['{"id":15,"error":{"code":1001,"message":"no"}}', { kind: 'commandRefused', seq: 5 }],
    ['{"id":4294967296,"rpc":{}}', { kind: 'other' }],
    ['{"id":10.5,"rpc":{}}', { kind: 'other' }],
    ['{"id":"10","rpc":{}}', { kind: 'other' }],
    ['{"push":{"channel":"x","pub":{"data":{}}}}', { kind: 'known' }],
    ['{"push":{"disconnect":{"code":3005,"reason":"connection expired"}}}', { kind: 'closing', signal: 3005 }],
    ['{"push":{"disconnect":{"code":1e9}}}', { kind: 'closing', signal: NETWORK.serverDisconnect }],
    ['{}', { kind: 'ping' }],
    ['[]', { kind: 'other' }],
    ['', { kind: 'other' }],
    ['null', { kind: 'other' }],
  ])('reads %s', (frame, message) => {
    expect(decoded(plain, frame)).toEqual([message]);
  });

  it('answers pings only where the server wants it', () => {
    const view = newView(7);
    decoded(plain, CONNECTED, view);
    expect(decoded(plain, '{}', view)).toEqual([{ kind: 'ping', reply: '{}' }]);
  });

  it('subscribes before it is ready', () => {
    const view = newView(7);
    expect(rich.shape.joins).toBe(1);
    decoded(rich, CONNECTED, view);
    expect(rich.join(view)).toBe('{"id":2,"subscribe":{"channel":"room:7"}}');
    expect(decoded(rich, '{"id":2,"subscribe":{}}', view)).toEqual([{ kind: 'joined' }]);
    expect(rich.join(view)).toBe(null);
    expect(decoded(rich, '{"id":2,"subscribe":{}}', view)).toEqual([{ kind: 'other' }]);
  });

  it('reads several replies of one frame', () => {
    const frame = '{"push":{"channel":"x","pub":{}}}\n{"id":11,"publish":{}}\n{"id":12,"publish":{"ok":false}}\n{}';
    expect(decoded(rich, frame)).toEqual([
      { kind: 'known' },
      { kind: 'ack', seq: 1 },
      { kind: 'commandRefused', seq: 2 },
      { kind: 'ping' },
    ]);
  });

  it('neither throws nor stands still, whatever a server sends', () => {
    const frames = [
      CONNECTED,
      '{}\n{"id":11,"rpc":{}}',
      '{"push":{"disconnect":{"code":3005}}}',
      '{"id":1,"error":{"code":109}}',
    ];
    expect(survivesAnything(plain, frames)).toBe(true);
    expect(survivesAnything(rich, frames)).toBe(true);
  });
});
