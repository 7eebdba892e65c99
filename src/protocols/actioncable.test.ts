import { describe, expect, it } from 'vitest';
import { NETWORK } from '../core/signal.ts';
import { codecFor, decoded, survivesAnything } from './decoded.test.helper.ts';
import type { ClientView, Codec } from './codec.ts';
import { newView } from './registry.ts';

const plain = codecFor('actioncable', { carrier: 'cookie', commands: false });
const rich = codecFor(
  {
    actioncable: {
      identifier: '{"channel":"Room","id":{client}}',
      data: '{"action":"speak","id":"{id}"}',
      ack: { type: 'ack' },
      refused: { type: 'nack' },
      reasons: { remote: 'login' },
    },
  },
  { carrier: 'cookie' },
);
const IDENTIFIER = String.raw`"{\"channel\":\"Room\",\"id\":7}"`;
const CONFIRMED = `{"identifier":${IDENTIFIER},"type":"confirm_subscription"}`;
const REJECTED = `{"identifier":${IDENTIFIER},"type":"reject_subscription"}`;

const message = (body: string): string => `{"identifier":${IDENTIFIER},"message":${body}}`;
const disconnect = (reason: string): string => `{"type":"disconnect","reason":"${reason}","reconnect":false}`;

function subscribed(codec: Codec): ClientView {
  const view = newView(7);
  decoded(codec, '{"type":"welcome"}', view);
  codec.join(view);
  decoded(codec, CONFIRMED, view);
  return view;
}

describe('an Action Cable codec', () => {
  it('offers the subprotocols of @rails/actioncable', () => {
    expect(plain.subprotocols).toEqual(['actioncable-v1-json', 'actioncable-unsupported']);
    expect(plain.shape).toMatchObject({ acknowledges: false, keepAlive: { server: { everyMs: 3000 } } });
    expect(rich.shape.acknowledges).toBe(true);
  });

  it('is welcomed, subscribes, and sends commands as JSON in strings', () => {
    const view = newView(7);
    expect(decoded(rich, '{"type":"welcome"}', view)).toEqual([{ kind: 'authenticated' }]);
    expect(rich.join(view)).toBe(`{"command":"subscribe","identifier":${IDENTIFIER}}`);
    expect(decoded(rich, CONFIRMED, view)).toEqual([{ kind: 'joined' }]);
    expect(rich.join(view)).toBe(null);
    const data = String.raw`"{\"action\":\"speak\",\"id\":\"7-3\"}"`;
    expect(rich.command(view, 3, false)).toBe(`{"command":"message","identifier":${IDENTIFIER},"data":${data}}`);
    expect(rich.ping(view)).toBe(null);
  });

  it.each([
    ['{"type":"ping","message":1750000000}', { kind: 'ping' }],
    ['{"type":"welcome"}', { kind: 'known' }],
    [message('{"type":"ack","id":"7-3"}'), { kind: 'ack', seq: 3 }],
    [message('{"type":"nack","id":"7-3"}'), { kind: 'commandRefused', seq: 3 }],
    [message('{"type":"ack","id":"8-3"}'), { kind: 'known' }],
    [message('"text"'), { kind: 'known' }],
    ['{"identifier":"other","message":{"type":"ack","id":"7-3"}}', { kind: 'other' }],
    [
      '{"type":"disconnect","reason":"server_restart","reconnect":true}',
      { kind: 'closing', signal: NETWORK.serverDisconnect, advice: 'retry' },
    ],
    [
      '{"type":"disconnect","reason":"remote","reconnect":true}',
      { kind: 'closing', signal: NETWORK.serverDisconnect, advice: 'login' },
    ],
    ['{"type":"disconnect"}', { kind: 'closing', signal: NETWORK.serverDisconnect, advice: 'stop' }],
    ['{"type":"strange"}', { kind: 'other' }],
    ['[]', { kind: 'other' }],
    ['', { kind: 'other' }],
  ])('reads %s', (frame, inbound) => {
    expect(decoded(rich, frame, subscribed(rich))).toEqual([inbound]);
  });

  it('takes a disconnect message before the welcome as a refusal, and token_expired as a reason to refresh', () => {
    const refused = { kind: 'refused', signal: NETWORK.authRefused };
    expect(decoded(plain, disconnect('unauthorized'), newView(7))).toEqual([{ ...refused, advice: 'stop' }]);
    expect(decoded(plain, disconnect('token_expired'), newView(7))).toEqual([{ ...refused, advice: 'refresh' }]);
  });

  it('forgets a channel that rejects its subscription, as @rails/actioncable does', () => {
    const view = newView(7);
    decoded(rich, '{"type":"welcome"}', view);
    rich.join(view);
    expect(decoded(rich, REJECTED, view)).toEqual([
      { kind: 'joinRefused', signal: NETWORK.joinRefused, advice: 'stop' },
    ]);
    expect(decoded(rich, REJECTED, view)).toEqual([{ kind: 'other' }]);
  });

  it('neither throws nor stands still, whatever a server sends', () => {
    const frames = ['{"type":"welcome"}', CONFIRMED, message('{"type":"ack","id":"7-3"}'), '{"type":"disconnect"}'];
    expect(survivesAnything(plain, frames)).toBe(true);
    expect(survivesAnything(rich, frames)).toBe(true);
  });
});
