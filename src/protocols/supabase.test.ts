import { describe, expect, it } from 'vitest';
import { NETWORK } from '../core/signal.ts';
import { codecFor, decoded, survivesAnything } from './decoded.test.helper.ts';
import type { ClientView, Codec } from './codec.ts';
import { newView } from './registry.ts';

const current = codecFor({ supabase: { channel: 'room:{client}', apikey: 'k/1', event: 'do', private: true } });
const older = codecFor({ supabase: { vsn: '1.0.0' } });

const JOIN = '4000000002';
const CONFIG = '{"broadcast":{"ack":true,"self":false},"presence":{"key":"","enabled":false},"postgres_changes":[]';

const reply = (ref: string, topic: string) => ({
  topic,
  event: 'phx_reply',
  payload: { status: 'ok', response: {} },
  ref,
});

function joined(codec: Codec): ClientView {
  const view = newView(7);
  view.holes.token = 'a.b';
  codec.join(view);
  view.step = 2;
  return view;
}

describe('a Supabase codec', () => {
  it('takes key and version in the query', () => {
    expect(current.path('/realtime/v1/websocket', newView(7))).toBe('/realtime/v1/websocket?vsn=2.0.0&apikey=k%2F1');
    expect(older.path('/realtime/v1/websocket', newView(7))).toBe('/realtime/v1/websocket?vsn=1.0.0');
  });

  it('writes the frames of both versions', () => {
    const view = newView(7);
    view.holes.token = 'a.b';
    const payload = `{"config":${CONFIG},"private":true},"access_token":"a.b"}`;
    expect(current.join(view)).toBe(`["${JOIN}","${JOIN}","realtime:room:7","phx_join",${payload}]`);
    const head = Buffer.from([3, 10, 1, 15, 2, 0, 1]);
    expect(current.command(view, 5, false)).toEqual(
      Buffer.concat([head, Buffer.from(`${JOIN}5realtime:room:7do{"id":"7-5"}`)]),
    );
    expect(current.ping(view)).toBe('[null,"4000000000","phoenix","heartbeat",{}]');
    expect(current.renew('c.d', view)).toBe(
      `["${JOIN}","4000000001","realtime:room:7","access_token",{"access_token":"c.d"}]`,
    );
    expect(current.confirmRenewal?.(view)).toBe('[null,"4000000001","phoenix","heartbeat",{}]');

    const first = newView(7);
    older.join(first);
    expect(JSON.parse(String(older.command(first, 5, false)))).toEqual({
      join_ref: JOIN,
      ref: '5',
      topic: 'realtime:room',
      event: 'broadcast',
      payload: { type: 'broadcast', event: 'command', payload: { id: '7-5' } },
    });
  });

  it('is joined, acknowledged and renewed by replies of both versions', () => {
    const view = newView(7);
    older.join(view);
    expect(decoded(older, JSON.stringify(reply(JOIN, 'realtime:room')), view)).toEqual([{ kind: 'joined' }]);
    expect(decoded(older, JSON.stringify(reply('3', 'realtime:room')), view)).toEqual([{ kind: 'ack', seq: 3 }]);
    const renewed = '[null,"4000000001","phoenix","phx_reply",{"status":"ok","response":{}}]';
    expect(decoded(current, renewed, joined(current))).toEqual([{ kind: 'renewed' }]);
  });

  it('asks for another token when a channel ends because its own has expired, and leaves it for any other reason', () => {
    const close = `["${JOIN}","${JOIN}","realtime:room:7","phx_close",{}]`;
    const system = (message: string): string =>
      `["${JOIN}",null,"realtime:room:7","system",${JSON.stringify({ status: 'error', extension: 'system', message })}]`;
    const lost = { kind: 'channelLost', signal: NETWORK.channelLost };
    const view = joined(current);
    expect(decoded(current, system('Token has expired 0 seconds ago'), view)).toEqual([{ kind: 'known' }]);
    expect(decoded(current, close, view)).toEqual([{ ...lost, advice: 'refresh' }]);
    const other = joined(current);
    decoded(current, system('Too many messages per second'), other);
    expect(decoded(current, close, other)).toEqual([{ ...lost, advice: 'stop' }]);
  });

  it.each([
    ['InvalidJWTToken: Token has expired 300 seconds ago', 'refresh'],
    ['ClientJoinRateLimitReached: Too many joins per second', 'retry'],
    ['ConnectionRateLimitReached: Too many connected users', 'retry'],
    ['MalformedJWT: The token provided is not a valid JWT', 'retry'],
  ])('takes a join that is refused with %s', (reason, advice) => {
    const view = newView(7);
    current.join(view);
    const refused = JSON.stringify([
      JOIN,
      JOIN,
      'realtime:room:7',
      'phx_reply',
      { status: 'error', response: { reason } },
    ]);
    expect(decoded(current, refused, view)).toEqual([{ kind: 'joinRefused', signal: NETWORK.joinRefused, advice }]);
  });

  it('neither throws nor stands still, whatever a server sends', () => {
    const frames = [`["${JOIN}","1","realtime:room","system",{"status":"error","message":"Token has expired"}]`];
    expect(survivesAnything(current, frames)).toBe(true);
    expect(survivesAnything(older, frames)).toBe(true);
  });
});
