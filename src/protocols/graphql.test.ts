import { describe, expect, it } from 'vitest';
import { NETWORK } from '../core/signal.ts';
import { codecFor, decoded, survivesAnything } from './decoded.test.helper.ts';
import { newView } from './registry.ts';

const plain = codecFor('graphql-transport-ws');
const old = codecFor('subscriptions-transport-ws');
const rich = codecFor({
  'graphql-transport-ws': {
    connectionParams: '{"jwt":"{token}"}',
    query: 'mutation Do($id: ID!) {\n  do(id: $id) {ok}\n}',
    operationName: 'Do',
    variables: '{"id":"{id}","room":"{user.room}"}',
    refused: { 'data.do.ok': false },
    errors: [
      { on: { 'extensions.code': 'FORBIDDEN' }, then: 'stop' },
      { on: { message: 'jwt expired' }, then: 'refresh' },
    ],
    subscribe: { query: 'subscription { news }', ready: 'result' },
  },
});
const sent = codecFor({ 'graphql-transport-ws': { subscribe: { query: 'subscription { news }' } } });

const NEXT = '{"id":"12","type":"next","payload":{"data":{"command":true}}}';
const EXPIRED = '{"message":"no","extensions":{"code":"UNAUTHENTICATED"}}';

describe('a codec of graphql-transport-ws', () => {
  it('writes the messages of a client', () => {
    const view = newView(7, { room: 'a"b' });
    expect(plain.subprotocols).toEqual(['graphql-transport-ws']);
    expect(plain.authenticate('a.b', view)).toBe('{"type":"connection_init","payload":{"Authorization":"Bearer a.b"}}');
    expect(plain.command(view, 12, false)).toBe(
      '{"id":"12","type":"subscribe","payload":{"query":"mutation ($id: ID!) { command(id: $id) }","variables":{"id":"7-12"}}}',
    );
    expect(plain.renew('t', view)).toBe(null);
    expect(plain.join(view)).toBe(null);
    expect(plain.ping(view)).toBe('{"type":"ping"}');
    expect(rich.authenticate('a"b', view)).toBe('{"type":"connection_init","payload":{"jwt":"a\\"b"}}');
    expect(rich.command(view, 0, true)).toBe(
      '{"id":"0","type":"subscribe","payload":{"query":"mutation Do($id: ID!) {\\n  do(id: $id) {ok}\\n}","operationName":"Do","variables":{"id":"7-0","room":"a\\"b"}}}',
    );
    const bare = codecFor({ 'graphql-transport-ws': { connectionParams: '' } }, { carrier: 'header' });
    expect(bare.authenticate('t', view)).toBe('{"type":"connection_init"}');
  });

  // Messages as graphql-ws 6.4.2 writes them.
  it.each([
    ['{"type":"connection_ack"}', { kind: 'authenticated' }],
    ['{"type":"ping"}', { kind: 'ping', reply: '{"type":"pong"}' }],
    ['{"type":"ping","payload":{"at":1}}', { kind: 'ping', reply: '{"type":"pong","payload":{"at":1}}' }],
    ['{"type":"pong"}', { kind: 'known' }],
    [NEXT, { kind: 'ack', seq: 12 }],
    ['{"id":"12","type":"complete"}', { kind: 'known' }],
    [
      `{"id":"12","type":"next","payload":{"data":{"command":null},"errors":[{"message":"x"},${EXPIRED}]}}`,
      { kind: 'commandRefused', seq: 12, advice: 'refresh' },
    ],
    ['{"id":"3","type":"error","payload":[{"message":"Cannot query field"}]}', { kind: 'commandRefused', seq: 3 }],
    [`{"id":"3","type":"error","payload":[${EXPIRED}]}`, { kind: 'commandRefused', seq: 3, advice: 'refresh' }],
    ['{"id":"x","type":"next","payload":{}}', { kind: 'other' }],
    ['{"id":3,"type":"next","payload":{}}', { kind: 'other' }],
    ['{"id":"3","type":"next"}', { kind: 'other' }],
    ['{"id":"x","type":"error","payload":[]}', { kind: 'other' }],
    ['{"type":"ka"}', { kind: 'other' }],
    ['{"type":{}}', { kind: 'other' }],
    ['[]', { kind: 'other' }],
    ['', { kind: 'other' }],
  ])('reads %s', (frame, message) => {
    expect(decoded(plain, frame, newView(7))).toEqual([message]);
  });

  it('takes one acknowledgement of a connection', () => {
    const view = newView(7);
    expect(decoded(plain, '{"type":"connection_ack"}', view)).toEqual([{ kind: 'authenticated' }]);
    expect(decoded(plain, '{"type":"connection_ack"}', view)).toEqual([{ kind: 'other' }]);
  });

  it('refuses by its own match, and takes the advice of the first rule that an error fulfils', () => {
    expect(decoded(rich, '{"id":"1","type":"next","payload":{"data":{"do":{"ok":false}}}}')).toEqual([
      { kind: 'commandRefused', seq: 1 },
    ]);
    expect(
      decoded(
        rich,
        '{"id":"1","type":"error","payload":[{"message":"jwt expired"},{"extensions":{"code":"FORBIDDEN"}}]}',
      ),
    ).toEqual([{ kind: 'commandRefused', seq: 1, advice: 'stop' }]);
  });

  it('is ready with the first result of its subscription, where the scenario wants it', () => {
    const view = newView(7);
    const push = '{"id":"s","type":"next","payload":{"data":{"news":"x"}}}';
    expect(rich.shape.joins).toBe(1);
    decoded(rich, '{"type":"connection_ack"}', view);
    expect(rich.join(view)).toBe('{"id":"s","type":"subscribe","payload":{"query":"subscription { news }"}}');
    expect(decoded(rich, push, view)).toEqual([{ kind: 'joined' }]);
    expect(rich.join(view)).toBe(null);
    expect(decoded(rich, push, view)).toEqual([{ kind: 'known' }]);
    expect(decoded(rich, '{"id":"s","type":"complete"}', view)).toEqual([
      { kind: 'channelLost', signal: NETWORK.channelLost },
    ]);
    expect(rich.join(view)).toContain('subscription');
    expect(decoded(rich, '{"id":"s","type":"error","payload":[{"message":"no"}]}', view)).toEqual([
      { kind: 'joinRefused', signal: NETWORK.joinRefused },
    ]);
    expect(rich.join(view)).toContain('subscription');
    expect(decoded(rich, '{"id":"s","type":"error","payload":[{"message":"jwt expired"}]}', view)).toEqual([
      { kind: 'refused', signal: NETWORK.authRefused, advice: 'refresh' },
    ]);
  });

  it('is else ready as soon as the subscription is sent, whose end is only shown', () => {
    const view = newView(7);
    expect(sent.shape.joins).toBe(0);
    expect(decoded(sent, '{"type":"connection_ack"}', view)).toEqual([
      {
        kind: 'authenticated',
        reply: '{"id":"s","type":"subscribe","payload":{"query":"subscription { news }"}}',
      },
    ]);
    expect(sent.join(view)).toBe(null);
    expect(decoded(sent, '{"id":"s","type":"complete"}', view)).toEqual([
      { kind: 'other', remark: 'the subscription has ended' },
    ]);
    expect(decoded(sent, `{"id":"s","type":"next","payload":{"errors":[${EXPIRED}]}}`, view)).toEqual([
      { kind: 'closing', signal: NETWORK.serverDisconnect, advice: 'refresh' },
    ]);
  });
});

describe('a codec of subscriptions-transport-ws', () => {
  it('writes the messages of a client', () => {
    const view = newView(7);
    expect(old.subprotocols).toEqual(['graphql-ws']);
    expect(old.authenticate('a.b', view)).toBe('{"type":"connection_init","payload":{"Authorization":"Bearer a.b"}}');
    expect(old.command(view, 12, false)).toBe(
      '{"id":"12","type":"start","payload":{"query":"mutation ($id: ID!) { command(id: $id) }","variables":{"id":"7-12"}}}',
    );
    expect(old.ping(view)).toBe(null);
  });

  // Messages as subscriptions-transport-ws 0.11.0 writes them.
  it.each([
    ['{"type":"connection_ack"}', { kind: 'authenticated' }],
    ['{"type":"ka"}', { kind: 'ping', silenceMs: 30_000 }],
    ['{"type":"connection_error","payload":{"message":"bad token"}}', { kind: 'refused', signal: NETWORK.authRefused }],
    ['{"type":"data","id":"12","payload":{"data":{"command":true}}}', { kind: 'ack', seq: 12 }],
    [
      `{"type":"data","id":"12","payload":{"errors":[${EXPIRED}],"data":{"command":null}}}`,
      { kind: 'commandRefused', seq: 12, advice: 'refresh' },
    ],
    ['{"type":"error","id":"12","payload":{"message":"no"}}', { kind: 'commandRefused', seq: 12 }],
    ['{"type":"complete","id":"12","payload":null}', { kind: 'known' }],
    ['{"type":"ping"}', { kind: 'other' }],
    ['{"type":"next","id":"12","payload":{}}', { kind: 'other' }],
  ])('reads %s', (frame, message) => {
    expect(decoded(old, frame, newView(7))).toEqual([message]);
  });

  it('knows the limit on silence of a server that is said to send ka', () => {
    const { shape } = codecFor({ 'subscriptions-transport-ws': { keepAlive: '12s' } });
    expect(shape.keepAlive).toEqual({ client: null, server: { everyMs: 12_000, timeoutMs: 18_000 } });
    expect(old.shape.keepAlive).toEqual({ client: null, server: null });
  });
});

it('no codec of GraphQL throws or stands still, whatever a server sends', () => {
  const frames = [
    NEXT,
    '{"type":"connection_ack"}',
    '{"id":"s","type":"error","payload":[{"message":"jwt expired"}]}',
    '{"type":"data","id":"1","payload":{"errors":[null,{"extensions":null}]}}',
    '{"type":"ping","payload":{"at":1}}',
    '{"type":"ka"}',
  ];
  for (const codec of [plain, rich, sent, old]) expect(survivesAnything(codec, frames)).toBe(true);
});
