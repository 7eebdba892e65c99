import { describe, expect, it } from 'vitest';
import { NETWORK } from '../core/signal.ts';
import { codecFor, decoded, survivesAnything } from './decoded.test.helper.ts';
import type { ClientView } from './codec.ts';
import { newView } from './registry.ts';

const plain = codecFor('phoenix', { carrier: 'query' });
const rich = codecFor({
  phoenix: {
    topic: 'room:{client}',
    params: '{"token":"{token}"}',
    event: 'do',
    payload: '{"n":{seq},"client":{client}}',
    refused: { ok: false },
    errors: { 'token expired': 'refresh' },
    events: { 'token-expiring': 'refresh' },
    closed: 'refresh',
  },
});

/** The join_ref of a first join. */
const JOIN = '4000000002';
const reply = (joinRef: string | null, ref: string, status: string, response: unknown = {}): string =>
  JSON.stringify([joinRef, ref, 'room:7', 'phx_reply', { response, status }]);

function joining(codec = rich): ClientView {
  const view = newView(7);
  view.holes.token = 'a.b';
  codec.join(view);
  return view;
}

function joined(codec = rich): ClientView {
  const view = joining(codec);
  decoded(codec, reply(JOIN, JOIN, 'ok'), view);
  return view;
}

describe('a Phoenix codec', () => {
  it('asks for version 2 of the serializer', () => {
    expect(plain.path('/socket/websocket', newView(7))).toBe('/socket/websocket?vsn=2.0.0');
    expect(plain.path('/socket/websocket?a=b', newView(7))).toBe('/socket/websocket?a=b&vsn=2.0.0');
    expect(plain.path('/socket/websocket?vsn=2.0.0', newView(7))).toBe('/socket/websocket?vsn=2.0.0');
  });

  it('writes joins, commands and heartbeats, with a new join_ref for each join', () => {
    const view = newView(7);
    expect(plain.join(view)).toBe(`["${JOIN}","${JOIN}","room:lobby","phx_join",{}]`);
    expect(plain.join(view)).toBe('["4000000003","4000000003","room:lobby","phx_join",{}]');
    expect(plain.command(view, 12, false)).toBe('["4000000003","12","room:lobby","command",{"id":"7-12"}]');
    expect(plain.ping(view)).toBe('[null,"4000000000","phoenix","heartbeat",{}]');
    expect(plain.renew('t', view)).toBe(null);
    const other = newView(7);
    other.holes.token = 'a"b';
    expect(rich.join(other)).toBe(`["${JOIN}","${JOIN}","room:7","phx_join",{"token":"a\\"b"}]`);
    expect(rich.command(other, 3, false)).toBe(`["${JOIN}","3","room:7","do",{"n":3,"client":7}]`);
  });

  it('is ready when its channel is joined', () => {
    const view = joining();
    expect(decoded(rich, reply(JOIN, JOIN, 'ok'), view)).toEqual([{ kind: 'joined' }]);
    expect(rich.join(view)).toBe(null);
    expect(decoded(rich, reply(JOIN, JOIN, 'ok'), view)).toEqual([{ kind: 'known' }]);
  });

  it('takes a refused join with the advice that the scenario gives its reason, and joins again', () => {
    const view = joining();
    const refused = { kind: 'joinRefused', signal: NETWORK.joinRefused };
    expect(decoded(rich, reply(JOIN, JOIN, 'error', { reason: 'token expired' }), view)).toEqual([
      { ...refused, advice: 'refresh' },
    ]);
    expect(rich.join(view)).toContain('"4000000003"');
    expect(decoded(rich, reply(JOIN, JOIN, 'ok'), view)).toEqual([{ kind: 'known' }]);
    expect(decoded(rich, reply('4000000003', '4000000003', 'error', 'full'), view)).toEqual([
      { ...refused, advice: 'retry' },
    ]);
  });

  // Replies as Phoenix 1.8 writes them.
  it.each([
    [reply(JOIN, '12', 'ok'), { kind: 'ack', seq: 12 }],
    [reply(JOIN, '12', 'ok', { ok: false }), { kind: 'commandRefused', seq: 12 }],
    [reply(JOIN, '0', 'error', { reason: 'token expired' }), { kind: 'commandRefused', advice: 'refresh' }],
    [reply(JOIN, '3', 'error', { reason: 'unmatched topic' }), { kind: 'commandRefused', seq: 3 }],
    [reply(null, '3', 'ok'), { kind: 'ack', seq: 3 }],
    [reply('1', '3', 'ok'), { kind: 'known' }],
    [reply(JOIN, '1e3', 'ok'), { kind: 'known' }],
    [Buffer.concat([Buffer.from([1, 10, 2, 6, 2]), Buffer.from(`${JOIN}12room:7ok\0bytes`)]), { kind: 'ack', seq: 12 }],
    [Buffer.from([1, 255, 255, 255, 255, 1]), { kind: 'other' }],
    [Buffer.from([2, 0, 0]), { kind: 'known' }],
    [Buffer.from([9]), { kind: 'other' }],
    ['[null,"4000000000","phoenix","phx_reply",{"response":{},"status":"ok"}]', { kind: 'known' }],
    [`["${JOIN}",null,"room:7","shout",{}]`, { kind: 'known' }],
    [`[null,null,"room:7","token-expiring",{"in":30}]`, { kind: 'expiring', advice: 'refresh' }],
    [`["${JOIN}","${JOIN}","room:7","phx_error",{}]`, { kind: 'channelLost', signal: NETWORK.channelLost }],
    [
      `["${JOIN}","${JOIN}","room:7","phx_close",{}]`,
      { kind: 'channelLost', signal: NETWORK.channelLost, advice: 'refresh' },
    ],
    [`["1","1","room:7","phx_close",{}]`, { kind: 'known' }],
    ['[]', { kind: 'other' }],
    ['', { kind: 'other' }],
    ['null', { kind: 'other' }],
    ['{"topic":"room:7"}', { kind: 'other' }],
  ])('reads %s', (frame, message) => {
    expect(decoded(rich, frame, joined())).toEqual([message]);
  });

  it.each([
    [reply(JOIN, '12', 'ok', { a: [1] }), { kind: 'ack', seq: 12 }],
    [`["${JOIN}","12","room:7","phx_reply",{"status":"ok","response":{}}]`, { kind: 'ack', seq: 12 }],
    [reply(JOIN, '12', 'error', { status: 'ok' }), { kind: 'commandRefused', seq: 12 }],
    [
      `["${JOIN}","12","room:7","phx_reply",{"status":"error","response":{"status":"ok"}}]`,
      { kind: 'commandRefused', seq: 12 },
    ],
    [`["${JOIN}","12","room:7","shout",{"status":"ok"}]`, { kind: 'known' }],
    [reply('4000000009', '12', 'ok'), { kind: 'known' }],
  ])('takes %s for what it is, parsed or not', (frame, message) => {
    expect(decoded(plain, frame, joined(plain))).toEqual([message]);
  });

  it('leaves a channel that the server closes, as phoenix.js does, unless the scenario has another advice', () => {
    const close = `["${JOIN}","${JOIN}","room:lobby","phx_close",{}]`;
    expect(decoded(plain, close, joined(plain))).toMatchObject([{ kind: 'channelLost', advice: 'stop' }]);
    expect(decoded(plain, close, newView(7))).toEqual([{ kind: 'known' }]);
    expect(decoded(plain, close, joining(plain))).toMatchObject([{ kind: 'joinRefused' }]);
  });

  it('neither throws nor stands still, whatever a server sends', () => {
    const frames = [reply(JOIN, JOIN, 'ok'), reply(JOIN, '3', 'error', 'x'), '{"topic":"a","event":"phx_close"}'];
    expect(survivesAnything(plain, frames)).toBe(true);
    expect(survivesAnything(rich, frames)).toBe(true);
  });
});
