import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NETWORK } from '../core/signal.ts';
import { newView } from './registry.ts';
import { connectPath, NEGOTIATE, negotiatePath } from './signalr-negotiation.ts';

const TRANSPORTS = [{ transport: 'WebSockets', transferFormats: ['Text', 'Binary'] }];

function answered(answer: unknown, view = newView(7), status = 200) {
  return NEGOTIATE.answer(status, typeof answer === 'string' ? answer : JSON.stringify(answer), view);
}

describe('the negotiation of SignalR', () => {
  it.each([
    ['/chat', '/chat/negotiate?negotiateVersion=1'],
    ['/', '/negotiate?negotiateVersion=1'],
    ['/client/?hub=chat&x=%2F', '/client/negotiate?hub=chat&x=%2F&negotiateVersion=1'],
    ['/chat?negotiateVersion=0', '/chat/negotiate?negotiateVersion=0'],
  ])('of %s is at %s', (path, expected) => {
    expect(negotiatePath(path)).toBe(expected);
    expect(NEGOTIATE.request('t', newView(7), path)).toMatchObject({ method: 'POST', url: expected, body: '' });
  });

  it('gives the connection token to the dial, and the connection id where the server is of the first version', () => {
    const view = newView(7);
    const answer = { connectionId: 'c', connectionToken: 'a/b+c=', availableTransports: TRANSPORTS };
    expect(answered({ negotiateVersion: 1, ...answer }, view)).toBe(null);
    expect(connectPath('/chat', view.session)).toBe('/chat?id=a/b+c=');
    expect(answered(answer, view)).toBe(null);
    expect(connectPath('/chat?a=b', view.session)).toBe('/chat?a=b&id=c');
    expect(connectPath('/chat', '')).toBe('/chat');
  });

  it('takes the token of an answer in place of its own, and follows it to another server', () => {
    const view = newView(7);
    const url = 'https://x.service.signalr.net/client/?hub=chat';
    expect(answered({ url, accessToken: 'other' }, view)).toEqual({ redirect: url });
    expect(view.ticket).toBe('other');
  });

  it('asks at most as often as the library', () => {
    const view = newView(7);
    const again = { url: 'http://127.0.0.1/', accessToken: 't' };
    let asked = 1;
    let outcome = answered(again, view);
    for (; outcome !== null && 'redirect' in outcome; asked++) outcome = answered(again, view);
    expect(outcome).toMatchObject({ signal: NETWORK.badHandshake });
    expect(asked).toBe(100);
  });

  it.each([
    ['no', 401, { signal: 401, advice: null }],
    ['{}', 204, { signal: 204 }],
    ['no JSON', 200, { signal: NETWORK.badHandshake }],
    ['[]', 200, { signal: NETWORK.badHandshake }],
    ['{"error":"no room"}', 200, { signal: NETWORK.authRefused, said: 'no room', advice: 'retry' }],
    ['{"ProtocolVersion":"1.5"}', 200, { signal: NETWORK.badHandshake }],
    ['{"connectionId":"c","availableTransports":[{"transport":"LongPolling"}]}', 200, { signal: NETWORK.badHandshake }],
    ['{"connectionId":"c"}', 200, { signal: NETWORK.badHandshake }],
  ])('fails with %s, HTTP %i', (body, status, failure) => {
    expect(answered(body, newView(7), status)).toMatchObject(failure);
  });

  it('neither throws nor lets a token break the request line, whatever a server answers', () => {
    fc.assert(
      fc.property(fc.json(), fc.string({ unit: 'binary' }), (json, token) => {
        answered(json);
        const answer = { negotiateVersion: 1, connectionToken: token, availableTransports: TRANSPORTS };
        const view = newView(7);
        answered(answer, view);
        expect(/^[!-~]+$/.test(connectPath('/chat', view.session))).toBe(true);
      }),
      { numRuns: 50 },
    );
  });
});
