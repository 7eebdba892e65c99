import { describe, expect, it } from 'vitest';
import { NETWORK } from '../core/signal.ts';
import { codecFor, decoded, survivesAnything } from './decoded.test.helper.ts';
import { newView } from './registry.ts';

const AUTHORITY = 'abc.appsync-realtime-api.eu-west-1.amazonaws.com';
const plain = codecFor('appsync-events');
const rich = codecFor({
  'appsync-events': {
    host: 'api.example.com',
    authorization: 'Bearer {token}',
    channel: '/ns/room-{user.room}',
    event: '{"n":{seq},"room":"{user.room}"}',
    errors: { UnauthorizedException: 'login', Unauthorized: 'stop' },
  },
});
const ACK = '{"type":"connection_ack","connectionTimeoutMs":300000}';
const AUTHORIZATION = '{"host":"abc.appsync-api.eu-west-1.amazonaws.com","Authorization":"t.1"}';

const refusal = (type: string, id: string | null, error: string): string =>
  `{"type":"${type}",${id === null ? '' : `"id":"${id}",`}"errors":[${error}]}`;
const UNAUTHORIZED = '{"errorType":"UnauthorizedException","message":"You are not authorized"}';

describe('an AppSync Events codec', () => {
  it('writes the messages of a client, each with the token', () => {
    const view = newView(7);
    expect(plain.path('/', view)).toBe('/event/realtime');
    expect(plain.path('/dev/event/realtime', view)).toBe('/dev/event/realtime');
    expect(plain.subprotocols).toEqual(['aws-appsync-event-ws']);
    const subprotocol = plain.tokenSubprotocol?.('t.1', view, AUTHORITY) ?? '';
    expect(subprotocol).toMatch(/^header-[\w-]+$/);
    expect(Buffer.from(subprotocol.slice('header-'.length), 'base64url').toString()).toBe(AUTHORIZATION);
    expect(plain.authenticate('t.1', view)).toBe('{"type":"connection_init"}');
    expect(plain.join(view)).toBe(
      `{"type":"subscribe","id":"s","channel":"/default/room","authorization":${AUTHORIZATION}}`,
    );
    expect(plain.command(view, 12, false)).toBe(
      `{"type":"publish","id":"12","events":["{\\"id\\":\\"7-12\\"}"],"channel":"/default/room","authorization":${AUTHORIZATION}}`,
    );
    expect(plain.renew('t', view)).toBe(null);
    expect(plain.ping(view)).toBe(null);
  });

  it('writes the values of users as JSON within JSON', () => {
    const view = newView(7, { room: 'a"b' });
    rich.tokenSubprotocol?.('t', view, AUTHORITY);
    const sent = JSON.parse(String(rich.command(view, 3, false))) as Readonly<Record<string, unknown>>;
    expect(sent).toMatchObject({
      channel: '/ns/room-a"b',
      authorization: { host: 'api.example.com', Authorization: 'Bearer t' },
    });
    expect(JSON.parse(String((sent['events'] as readonly unknown[])[0]))).toEqual({ n: 3, room: 'a"b' });
  });

  it('is ready when it has subscribed, and follows the silence that the service announces', () => {
    const view = newView(7);
    expect(decoded(plain, ACK, view)).toEqual([{ kind: 'authenticated', silenceMs: 300_000 }]);
    expect(decoded(plain, ACK, view)).toEqual([{ kind: 'other' }]);
    expect(plain.join(view)).toContain('"type":"subscribe"');
    expect(decoded(plain, '{"type":"subscribe_success","id":"x"}', view)).toEqual([{ kind: 'other' }]);
    expect(decoded(plain, '{"type":"subscribe_success","id":"s"}', view)).toEqual([{ kind: 'joined' }]);
    expect(plain.join(view)).toBe(null);
  });

  it.each([
    ['{"type":"connection_ack"}', { kind: 'authenticated' }],
    ['{"type":"connection_ack","connectionTimeoutMs":-1}', { kind: 'authenticated' }],
    ['{"type":"connection_ack","connectionTimeoutMs":1e300}', { kind: 'authenticated', silenceMs: 3_600_000 }],
    [
      refusal('connection_error', null, UNAUTHORIZED),
      { kind: 'refused', signal: NETWORK.authRefused, advice: 'refresh' },
    ],
    [
      refusal('connection_error', null, '{"errorType":"BadRequestException"}'),
      { kind: 'refused', signal: NETWORK.authRefused, advice: 'stop' },
    ],
    [
      refusal('connection_error', null, '{"errorType":"LimitExceededError","errorCode":429}'),
      { kind: 'refused', signal: NETWORK.authRefused },
    ],
  ])('reads %s on a connection that begins', (frame, message) => {
    expect(decoded(plain, frame, newView(7))).toEqual([message]);
  });

  it.each([
    [UNAUTHORIZED, { advice: 'refresh' }],
    ['{"errorType":"Any","message":"Token expired"}', { advice: 'refresh' }],
    ['{"errorType":"Unauthorized"}', {}],
    ['7', {}],
  ])('is refused its subscription by %s', (error, advised) => {
    const view = { ...newView(7), step: 2 };
    expect(decoded(plain, refusal('subscribe_error', 's', error), view)).toEqual([
      { kind: 'joinRefused', signal: NETWORK.joinRefused, ...advised },
    ]);
    expect(plain.join(view)).toContain('"type":"subscribe"');
  });

  it.each([
    ['{"type":"publish_success","id":"5","successful":[{"index":0}],"failed":[]}', { kind: 'ack', seq: 5 }],
    ['{"type":"publish_success","id":"5","failed":[{"index":0}]}', { kind: 'commandRefused', seq: 5 }],
    [refusal('publish_error', '5', UNAUTHORIZED), { kind: 'commandRefused', seq: 5, advice: 'login' }],
    [refusal('publish_error', '5', '{"errorType":"BadRequestException"}'), { kind: 'commandRefused', seq: 5 }],
    [refusal('error', '5', '{"errorType":"UnsupportedOperation"}'), { kind: 'commandRefused', seq: 5 }],
    [refusal('error', 's', UNAUTHORIZED), { kind: 'channelLost', signal: NETWORK.channelLost, advice: 'login' }],
    [refusal('error', 's', '{"errorType":"Any"}'), { kind: 'channelLost', signal: NETWORK.channelLost }],
    [refusal('error', 'x', UNAUTHORIZED), { kind: 'other' }],
    [refusal('error', null, UNAUTHORIZED), { kind: 'closing', signal: NETWORK.serverDisconnect, advice: 'login' }],
    [refusal('error', null, '{"errorType":"UnsupportedOperation"}'), { kind: 'other' }],
    ['{"type":"publish_success","id":5}', { kind: 'other' }],
    ['{"type":"publish_success","id":"x"}', { kind: 'other' }],
    ['{"type":"data","id":"s","event":"{}"}', { kind: 'known' }],
    ['{"type":"ka"}', { kind: 'ping' }],
    ['{"type":"error","errors":{}}', { kind: 'other' }],
    ['{}', { kind: 'other' }],
    ['', { kind: 'other' }],
  ])('reads %s', (frame, message) => {
    expect(decoded(rich, frame, { ...newView(7), step: 3 })).toEqual([message]);
  });

  it('neither throws nor stands still, whatever a service sends', () => {
    const frames = [ACK, refusal('subscribe_error', 's', UNAUTHORIZED), refusal('publish_error', '5', UNAUTHORIZED)];
    for (const codec of [plain, rich]) expect(survivesAnything(codec, frames)).toBe(true);
  });
});
