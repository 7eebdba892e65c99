import { describe, expect, it } from 'vitest';
import { NETWORK } from '../core/signal.ts';
import { codecFor, decoded, survivesAnything } from './decoded.test.helper.ts';
import type { ClientView, Codec } from './codec.ts';
import { newView } from './registry.ts';

const open = codecFor({ pusher: { channel: 'news' } }, { carrier: 'header', commands: false });
const rich = codecFor({
  pusher: {
    channel: 'presence-room-{client}',
    channelAuthorization: { endpoint: '/auth', headers: { Authorization: 'Bearer {token}', 'X-Device': '{client}' } },
    event: 'client-do',
    ack: { event: 'client-done' },
    refused: { event: 'client-no' },
    activityTimeout: '60s',
  },
});
const CONNECTED = String.raw`{"event":"pusher:connection_established","data":"{\"socket_id\":\"1.2\",\"activity_timeout\":120}"}`;
const SUBSCRIBED = '{"event":"pusher_internal:subscription_succeeded","channel":"news","data":"{}"}';

const error = (code: unknown): string => JSON.stringify({ event: 'pusher:error', data: { code, message: 'no' } });

function subscribed(codec: Codec): ClientView {
  const view = newView(7);
  decoded(codec, CONNECTED, view);
  codec.join(view);
  decoded(codec, SUBSCRIBED, view);
  return view;
}

describe('a Pusher codec', () => {
  it('names protocol and client in the query', () => {
    expect(open.path('/app/key', newView(7))).toBe('/app/key?protocol=7&client=squall');
    expect(open.shape.requestsBeforeJoin).toBe(0);
    expect(rich.shape).toMatchObject({
      requestsBeforeJoin: 1,
      acknowledges: true,
      keepAlive: { client: { everyMs: 60_000, timeoutMs: 30_000, answered: true } },
    });
  });

  it('subscribes to a public channel without an authorisation', () => {
    const view = newView(7);
    expect(decoded(open, CONNECTED, view)).toEqual([{ kind: 'authenticated', pingEveryMs: 120_000 }]);
    expect(open.joinStep).toBe(undefined);
    expect(open.join(view)).toBe('{"event":"pusher:subscribe","data":{"channel":"news"}}');
    expect(decoded(open, SUBSCRIBED, view)).toEqual([{ kind: 'joined' }]);
    expect(open.join(view)).toBe(null);
  });

  it.each([
    [30, { pingEveryMs: 30_000 }],
    [120, { pingEveryMs: 60_000 }],
    [0.001, { pingEveryMs: 1000 }],
    [0, {}],
    ['30', {}],
  ])("pings after the shorter of its own and the server's activity timeout, which is %j s", (seconds, pings) => {
    const data = JSON.stringify({ socket_id: '1.2', activity_timeout: seconds });
    const established = JSON.stringify({ event: 'pusher:connection_established', data });
    expect(decoded(rich, established, newView(7))).toEqual([{ kind: 'authenticated', ...pings }]);
  });

  it('has the application authorise a channel for its socket', () => {
    const view = newView(7);
    decoded(rich, CONNECTED, view);
    expect(rich.joinStep?.request('a.b', view, '/app/key')).toEqual({
      method: 'POST',
      url: '/auth',
      headers: {
        'Content-Type': 'application/x-www-form-urlencoded',
        Authorization: 'Bearer a.b',
        'X-Device': '7',
      },
      body: 'socket_id=1.2&channel_name=presence-room-7',
    });
    expect(rich.joinStep?.answer(200, '{"auth":"key:sig","channel_data":"{\\"user_id\\":1}"}', view)).toBe(null);
    expect(rich.join(view)).toBe(
      String.raw`{"event":"pusher:subscribe","data":{"channel":"presence-room-7","auth":"key:sig","channel_data":"{\"user_id\":1}"}}`,
    );
    expect(rich.command(view, 3, false)).toBe('{"event":"client-do","channel":"presence-room-7","data":{"id":"7-3"}}');
    expect(rich.ping(view)).toBe('{"event":"pusher:ping","data":{}}');
  });

  it.each([
    [403, 'Forbidden', { signal: 403, said: 'Forbidden', advice: 'refresh' }],
    [401, '', { signal: 401, said: '', advice: 'refresh' }],
    [503, '', { signal: 503, said: '', advice: 'retry' }],
    [200, 'null', { signal: NETWORK.malformed, said: 'an answer without auth', advice: 'retry' }],
    [200, '{"auth":7}', { signal: NETWORK.malformed, said: 'an answer without auth', advice: 'retry' }],
  ])('takes the answer %d %s of the application', (status, body, failure) => {
    expect(rich.joinStep?.answer(status, body, newView(7))).toEqual(failure);
  });

  it.each([
    ['{"event":"pusher:ping","data":"{}"}', { kind: 'ping', reply: '{"event":"pusher:pong","data":{}}' }],
    ['{"event":"pusher:pong","data":"{}"}', { kind: 'known' }],
    [String.raw`{"event":"client-done","channel":"c","data":"{\"id\":\"7-3\"}"}`, { kind: 'ack', seq: 3 }],
    ['{"event":"client-done","channel":"c","data":{"id":"7-3"}}', { kind: 'ack', seq: 3 }],
    ['{"event":"client-no","channel":"c","data":{"id":"7-4"}}', { kind: 'commandRefused', seq: 4 }],
    ['{"event":"news","channel":"c","data":"no JSON"}', { kind: 'known' }],
    ['{"event":"pusher:error","data":{"code":4301,"message":"rate limit"}}', { kind: 'known' }],
    [CONNECTED, { kind: 'other' }],
    [SUBSCRIBED, { kind: 'known' }],
    ['{"event":7}', { kind: 'other' }],
    ['[]', { kind: 'other' }],
    ['', { kind: 'other' }],
  ])('reads %s', (frame, inbound) => {
    expect(decoded(rich, frame, subscribed(rich))).toEqual([inbound]);
  });

  it('takes an error before the connection is established as its close code', () => {
    expect(decoded(open, error(4001), newView(7))).toEqual([{ kind: 'closing', signal: 4001 }]);
    expect(decoded(open, error(1e9), newView(7))).toEqual([{ kind: 'closing', signal: NETWORK.serverDisconnect }]);
  });

  it.each([
    '{"event":"pusher:error","data":{"code":4009,"message":"unauthorized"}}',
    '{"event":"pusher:subscription_error","channel":"news","data":"{}"}',
  ])('leaves a channel that it may not subscribe to, as pusher-js does, after %s', (frame) => {
    const view = newView(7);
    decoded(open, CONNECTED, view);
    open.join(view);
    expect(decoded(open, frame, view)).toEqual([{ kind: 'joinRefused', signal: NETWORK.joinRefused, advice: 'stop' }]);
  });

  it('neither throws nor stands still, whatever a server sends', () => {
    const frames = [CONNECTED, SUBSCRIBED, '{"event":"client-done","data":{"id":"7-3"}}'];
    expect(survivesAnything(open, frames)).toBe(true);
    expect(survivesAnything(rich, frames)).toBe(true);
  });
});
