import { describe, expect, it } from 'vitest';
import { codecFor, decoded, survivesAnything } from './decoded.test.helper.ts';
import { newView } from './registry.ts';
import { NETWORK } from '../core/signal.ts';

const plain = codecFor('socket.io');
const rich = codecFor({
  'socket.io': {
    namespace: '/admin',
    auth: '{"token":"{token}","device":{client}}',
    event: 'do "it"',
    payload: '{"id":"{id}"}, {seq}',
    refused: { '0.ok': false },
    expired: { '0.error': 'jwt expired' },
    events: {
      'token-expiring': 'expiring',
      'logged-out': { means: 'closing', advice: 'login' },
      unauthorized: 'refused',
    },
    connectErrors: { 'jwt expired': 'refresh' },
    renew: { event: 'refresh', refused: { '0.error': 'bad' } },
  },
});

describe('a Socket.IO codec', () => {
  it('writes the packets of a client', () => {
    const view = newView(7);
    expect(plain.path('/', view)).toBe('/socket.io/?EIO=4&transport=websocket');
    expect(plain.path('/rt/?a=b&EIO=3', view)).toBe('/rt/?EIO=4&transport=websocket&a=b');
    expect(plain.authenticate('a.b', view)).toBe('40{"token":"a.b"}');
    expect(plain.command(view, 12, false)).toBe('4212["command",{"id":"7-12"}]');
    expect(plain.renew('a.b', view)).toBe(null);
    expect(rich.authenticate('a"b', view)).toBe('40/admin,{"token":"a\\"b","device":7}');
    expect(rich.command(view, 0, false)).toBe('42/admin,0["do \\"it\\"",{"id":"7-0"}, 0]');
    expect(rich.renew('a.b', view)).toBe('42/admin,4000000000["refresh",{"token":"a.b"}]');
    expect(codecFor({ 'socket.io': { auth: '', payload: '' } }, { commands: false }).authenticate('t', view)).toBe(
      '40',
    );
    expect(codecFor({ 'socket.io': { payload: '' } }, { commands: false }).command(view, 1, false)).toBe(
      '421["command"]',
    );
  });

  // Frames as socket.io 4.8.4 sends them, and what socket.io-client 4.8.4 makes of them.
  it.each([
    [
      '0{"sid":"x","upgrades":[],"pingInterval":25000,"pingTimeout":20000,"maxPayload":1000000}',
      { kind: 'greeting', silenceMs: 45_000 },
    ],
    ['0{"sid":"x","pingInterval":-1,"pingTimeout":"soon"}', { kind: 'greeting' }],
    ['0{"sid":"x","pingInterval":1e300,"pingTimeout":0}', { kind: 'greeting', silenceMs: 86_400_000 }],
    ['0{"pingInterval":1}', { kind: 'other' }],
    ['0', { kind: 'other' }],
    ['1', { kind: 'closing', signal: NETWORK.reset }],
    ['2', { kind: 'ping', reply: '3' }],
    ['3probe', { kind: 'other' }],
    ['6', { kind: 'known' }],
    ['40{"sid":"y"}', { kind: 'authenticated' }],
    ['40', { kind: 'other', remark: expect.stringContaining('Socket.IO 2') as string }],
    ['41', { kind: 'closing', signal: NETWORK.serverDisconnect }],
    ['44{"message":"Not authorized","data":{"code":1}}', { kind: 'refused', signal: NETWORK.authRefused }],
    ['44"no"', { kind: 'refused', signal: NETWORK.authRefused }],
    ['42["news",1]', { kind: 'known' }],
    ['4219["ask me"]', { kind: 'known' }],
    ['4312[{"ok":true}]', { kind: 'ack', seq: 12 }],
    ['430[]', { kind: 'ack' }],
    ['43[]', { kind: 'other' }],
    ['4399999999999999999999[]', { kind: 'other' }],
    ['461-12[{"_placeholder":true,"num":0}]', { kind: 'ack', seq: 12 }],
    ['452-["b",{"_placeholder":true,"num":0}]', { kind: 'other', remark: expect.stringContaining('binary') as string }],
    ['43/admin,12[]', { kind: 'other' }],
    ['', { kind: 'other' }],
    ['4', { kind: 'other' }],
  ])('reads %s', (frame, message) => {
    expect(decoded(plain, frame)).toEqual([message]);
  });

  it.each([
    ['40/admin,{"sid":"y"}', { kind: 'authenticated' }],
    ['40{"sid":"y"}', { kind: 'other' }],
    ['40/administrators,{"sid":"y"}', { kind: 'other' }],
    ['41/admin,', { kind: 'closing', signal: NETWORK.serverDisconnect }],
    ['41/admin', { kind: 'closing', signal: NETWORK.serverDisconnect }],
    ['44/admin,{"message":"jwt expired"}', { kind: 'refused', signal: NETWORK.authRefused, advice: 'refresh' }],
    ['44/admin,{"message":"constructor"}', { kind: 'refused', signal: NETWORK.authRefused }],
    ['43/admin,3[{"ok":false}]', { kind: 'commandRefused', seq: 3 }],
    ['43/admin,3[{"ok":true}]', { kind: 'ack', seq: 3 }],
    ['43/admin,3[{"ok":false,"error":"jwt expired"}]', { kind: 'commandRefused', seq: 3, advice: 'refresh' }],
    ['43/admin,3[', { kind: 'ack', seq: 3 }],
    ['43/admin,4000000000[]', { kind: 'renewed' }],
    ['43/admin,4000000000[{"error":"bad"}]', { kind: 'refused', signal: NETWORK.authRefused, advice: 'refresh' }],
    ['42/admin,["token-expiring"]', { kind: 'expiring', signal: NETWORK.serverDisconnect }],
    ['42/admin,["logged-out",{}]', { kind: 'closing', signal: NETWORK.serverDisconnect, advice: 'login' }],
    ['42/admin,["unauthorized"]', { kind: 'refused', signal: NETWORK.authRefused }],
    ['42/admin,["other"]', { kind: 'known' }],
    ['42/admin,[7]', { kind: 'known' }],
    ['42/admin,null', { kind: 'known' }],
  ])('reads %s in a namespace', (frame, message) => {
    expect(decoded(rich, frame)).toEqual([message]);
  });

  it('presents the token by an event, if the application has one, and is in when it is acknowledged', () => {
    const feathers = codecFor({
      'socket.io': {
        auth: '',
        authenticate: {
          event: 'create',
          payload: '"authentication",{"accessToken":"{token}"},{}',
          refused: { '0.code': 401 },
        },
      },
    });
    const view = newView(7);
    expect(decoded(feathers, '434000000001[null]', view)).toEqual([{ kind: 'ack', seq: 4_000_000_001 }]);
    expect(feathers.authenticate('a"b', view)).toBe('40');
    expect(decoded(feathers, '40{"sid":"y"}', view)).toEqual([
      { kind: 'known', reply: '424000000001["create","authentication",{"accessToken":"a\\"b"},{}]' },
    ]);
    expect(decoded(feathers, '434000000001[{"code":401}]', view)).toEqual([
      { kind: 'refused', signal: NETWORK.authRefused, advice: 'refresh' },
    ]);
    expect(decoded(feathers, '434000000001[null,{"accessToken":"x"}]', view)).toEqual([{ kind: 'authenticated' }]);
    expect(survivesAnything(feathers, ['40{"sid":"y"}', '434000000001[null]'])).toBe(true);
  });

  it('skips attachments', () => {
    expect(decoded(plain, Buffer.from('4312[]'))).toEqual([{ kind: 'known' }]);
  });

  it('neither throws nor stands still, whatever a server sends', () => {
    const frames = [
      '0{"sid":"x","pingInterval":25000,"pingTimeout":20000}',
      '43/admin,12[{"ok":true}]',
      '42/admin,["unauthorized"]',
      '461-12[]',
    ];
    expect(survivesAnything(plain, frames)).toBe(true);
    expect(survivesAnything(rich, frames)).toBe(true);
  });
});

describe('the polling handshake', () => {
  const polling = codecFor({ 'socket.io': { polling: true, connectErrors: { 'jwt expired': 'refresh' } } });
  const [open, connect, answer] = polling.dialSteps;
  const path = '/app?a=b';

  it('opens a session, presents the token, and moves to WebSocket', () => {
    const view = newView(7);
    expect(polling.shape).toMatchObject({ handshake: 'client-first', requestsBeforeDial: polling.dialSteps.length });
    const poll = '/app?EIO=4&transport=polling&a=b';
    expect(open!.request('t', view, path)).toEqual({ method: 'GET', url: poll, headers: {}, body: null });
    expect(open!.answer(200, '0{"sid":"a/b","pingInterval":300,"pingTimeout":200}', view)).toBe(null);
    const posted = { method: 'POST', url: `${poll}&sid=a%2Fb`, body: '40{"token":"t"}' };
    expect(connect!.request('t', view, path)).toMatchObject(posted);
    expect(connect!.answer(200, 'ok', view)).toBe(null);
    expect(answer!.request('t', view, path)).toMatchObject({ method: 'GET', url: posted.url });
    expect(answer!.answer(200, '2\x1e40{"sid":"y"}\x1e42["news"]', view)).toBe(null);
    expect(polling.path(path, view)).toBe('/app?EIO=4&transport=websocket&a=b&sid=a%2Fb');
    expect(polling.authenticate('t', view)).toBe('2probe');
    expect(decoded(polling, '3probe', view)).toEqual([{ kind: 'authenticated', reply: '5', silenceMs: 500 }]);
    expect(decoded(polling, '2', view)).toEqual([{ kind: 'ping', reply: '3' }]);
    expect(polling.command(view, 1, false)).toBe('421["command",{"id":"7-1"}]');
  });

  it.each([
    [0, 400, '{"code":1,"message":"Session ID unknown"}', 400, null],
    [0, 200, '<html>', NETWORK.badHandshake, null],
    [0, 200, `0{"sid":"${'x'.repeat(1000)}"}`, NETWORK.badHandshake, null],
    [1, 503, '', 503, null],
    [2, 200, '44{"message":"Not authorized"}', NETWORK.authRefused, null],
    [2, 200, '44{"message":"jwt expired"}', NETWORK.authRefused, 'refresh'],
    [2, 200, '41', NETWORK.serverDisconnect, null],
    [2, 200, '1', NETWORK.reset, null],
    [2, 200, '6', NETWORK.badHandshake, null],
    [2, 502, '40{"sid":"y"}', 502, null],
  ])('ends in step %i for HTTP %i with %s', (step, status, said, signal, advice) => {
    expect(polling.dialSteps[step]!.answer(status, said, newView(7))).toEqual({ signal, said, advice });
  });

  it('survives whatever a server sends', () => {
    expect(survivesAnything(polling, ['3probe', '0{"sid":"x"}', '40{"sid":"y"}'])).toBe(true);
  });
});
