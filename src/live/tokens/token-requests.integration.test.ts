import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { describe, expect, onTestFinished, test } from 'vitest';
import { NETWORK } from '../../core/signal.ts';
import { rawServer } from '../network/raw-server.test.helper.ts';
import { plainEndpoint } from './token-endpoint.ts';
import { TokenRequests, type TokenAnswer } from './token-requests.ts';

interface Endpoint {
  readonly url: string;
  readonly address: string;
}

interface Service extends Endpoint {
  /** connections that it has accepted */
  readonly connections: () => number;
  /** connections that are open now */
  readonly open: () => Promise<number>;
  readonly requests: readonly {
    readonly line: string;
    readonly headers: IncomingMessage['headers'];
    readonly body: string;
  }[];
}

async function service(answer: (response: ServerResponse, request: IncomingMessage) => void): Promise<Service> {
  const requests: Service['requests'][number][] = [];
  let connections = 0;
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      requests.push({ line: `${request.method} ${request.url}`, headers: request.headers, body });
      answer(response, request);
    });
  });
  server.on('connection', () => (connections += 1));
  server.listen(0, '127.0.0.1');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  const open = (): Promise<number> =>
    new Promise((resolve) => server.getConnections((_error, count) => resolve(count)));
  return { ...endpointAt(port), connections: () => connections, open, requests };
}

function endpointAt(port: number): Endpoint {
  // A name that no DNS knows: only the address that was checked is connected to.
  return { url: `http://tokens.invalid:${port}/oauth/token?tenant=a`, address: '127.0.0.1' };
}

function requestsTo(endpoint: Endpoint, pooled = false): TokenRequests {
  const requests = new TokenRequests(plainEndpoint(endpoint.url, endpoint.address), pooled);
  onTestFinished(() => requests.close());
  return requests;
}

const R = { client: 0, refresh: 'R' };
const GOOD = '{"access_token":"A"}';

const never = (): AbortSignal => new AbortController().signal;
const ask = (endpoint: Endpoint, abort = never()): Promise<TokenAnswer> =>
  requestsTo(endpoint).refresh({ client: 0, refresh: 'R+/=' }, null, abort);
const replying = (status: number, body: string) =>
  service((response) => response.writeHead(status, { 'content-type': 'application/json' }).end(body));

describe('a token request', () => {
  test('is the one of RFC 6749 section 6, at the address that was checked', async () => {
    const endpoint = await replying(200, '{"access_token":"A"}');
    await ask(endpoint);
    const [request] = endpoint.requests;
    expect(request).toMatchObject({
      line: 'POST /oauth/token?tenant=a',
      body: 'grant_type=refresh_token&refresh_token=R%2B%2F%3D',
      headers: {
        host: new URL(endpoint.url).host,
        'content-type': 'application/x-www-form-urlencoded',
        accept: 'application/json',
      },
    });
  });

  test.each<[string, Omit<Extract<TokenAnswer, { ok: true }>, 'ok'>]>([
    ['{"access_token":"A"}', { access: 'A', refresh: null, expiresInMs: null }],
    ['{"access_token":"A","refresh_token":"N","expires_in":60}', { access: 'A', refresh: 'N', expiresInMs: 60_000 }],
    ['{"access_token":"A","refresh_token":"","expires_in":"60"}', { access: 'A', refresh: null, expiresInMs: 60_000 }],
    ['{"access_token":"A","refresh_token":7,"expires_in":-1}', { access: 'A', refresh: null, expiresInMs: null }],
    ['{"access_token":"A","expires_in":1e999}', { access: 'A', refresh: null, expiresInMs: null }],
    ['{"access_token":"A","expires_in":1e300}', { access: 'A', refresh: null, expiresInMs: null }],
    ['{"access_token":"A","refresh_token":"a\\nb"}', { access: 'A', refresh: null, expiresInMs: null }],
  ])('answered with %s brings a token', async (body, token) => {
    expect(await ask(await replying(200, body))).toEqual({ ok: true, ...token });
  });

  test.each<[string, number, string, number]>([
    ['no token', 200, '{}', NETWORK.malformed],
    ['an empty token', 200, '{"access_token":""}', NETWORK.malformed],
    ['a token that is no text', 200, '{"access_token":{}}', NETWORK.malformed],
    ['a token that would write a header', 200, '{"access_token":"A\\r\\nX-Evil: 1"}', NETWORK.malformed],
    ['a token outside ASCII', 200, '{"access_token":"tök"}', NETWORK.malformed],
    ['a token by inheritance', 200, '{"__proto__":{"access_token":"A"}}', NETWORK.malformed],
    ['no JSON', 200, '<html>', NETWORK.malformed],
    ['nothing', 200, '', NETWORK.malformed],
    ['null', 200, 'null', NETWORK.malformed],
    ['a body without end', 200, `{"access_token":"${'x'.repeat(100_000)}"}`, NETWORK.malformed],
    ['a redirect', 302, '', 302],
    ['401', 401, '{"error":"invalid_client"}', 401],
    ['429', 429, '', 429],
    ['503', 503, 'busy', 503],
    ['400 invalid_grant', 400, '{"error":"invalid_grant"}', NETWORK.invalidGrant],
    ['400 of another kind', 400, '{"error":"invalid_request"}', 400],
  ])('answered with %s fails with its reason', async (_, status, body, signal) => {
    expect(await ask(await replying(status, body))).toMatchObject({ ok: false, signal });
  });

  test.each([
    [
      400,
      '{"error":"invalid_grant","error_description":"Token is not active"}',
      'invalid_grant: Token is not active (HTTP 400)',
    ],
    [401, '{"error":"invalid_client"}', 'invalid_client (HTTP 401)'],
    [502, '<html>Bad Gateway', 'HTTP 502 <html>Bad Gateway'],
    [200, '{"accessToken":"SECRET","expiresIn":60}', 'HTTP 200 without access_token; it has accessToken, expiresIn'],
    [200, '{"access_token":7}', 'HTTP 200 with an access_token that is no token'],
    [200, '<html>SECRET', 'HTTP 200 with a body that is no JSON object, or an empty one'],
    [200, '', 'HTTP 200 with nothing in it'],
    [200, `{"access_token":"${'x'.repeat(100_000)}"}`, 'a body of more than 65536 bytes'],
  ])(
    'answered with HTTP %i %s quotes what was said, and nothing of an answer that may hold tokens',
    async (status, body, said) => {
      expect(await ask(await replying(status, body))).toMatchObject({ ok: false, said });
    },
  );

  test('takes the final answer after an interim one', async () => {
    const endpoint = await service((response) => {
      response.writeEarlyHints({ link: '</a>; rel=preload' });
      response.writeProcessing();
      response.writeHead(200, { 'content-type': 'application/json' }).end(GOOD);
    });
    expect(await ask(endpoint)).toMatchObject({ ok: true, access: 'A' });
  });

  test('at a port where nobody listens is refused', async () => {
    const gone = createServer().listen(0, '127.0.0.1');
    await once(gone, 'listening');
    const free = (gone.address() as { port: number }).port;
    gone.close();
    await once(gone, 'close');
    expect(await ask(endpointAt(free))).toEqual({ ok: false, signal: NETWORK.refused });
  });

  test.each<[string, string | null, Omit<Extract<TokenAnswer, { ok: false }>, 'ok'>]>([
    ['nothing', null, { signal: NETWORK.reset }],
    ['half a head', 'HTTP/1.1 200 OK\r\nContent-Le', { signal: NETWORK.reset }],
    ['half a body', 'HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\n{"access_token":"A"', { signal: NETWORK.reset }],
    ['garbage', 'SSH-2.0-OpenSSH_9.6\r\n', { signal: NETWORK.malformed, said: 'no HTTP' }],
  ])('answered with %s and a reset fails with its reason', async (_, bytes, failure) => {
    const { endpoint } = await rawServer((socket) => {
      if (bytes === null) socket.resetAndDestroy();
      else socket.write(bytes, () => setImmediate(() => socket.resetAndDestroy()));
    });
    expect(await ask(endpointAt(endpoint.port))).toEqual({ ok: false, ...failure });
  });

  test.each<[string, (response: ServerResponse) => void]>([
    ['is not answered', () => {}],
    ['is answered with half a body', (response) => response.writeHead(200, { 'content-length': 50 }).write('{')],
  ])('that %s ends when it is aborted, and leaves no socket', async (_, answer) => {
    let arrived!: () => void;
    const arrival = new Promise<void>((resolve) => (arrived = resolve));
    let closed!: () => void;
    const closing = new Promise<void>((resolve) => (closed = resolve));
    const endpoint = await service((response) => {
      answer(response);
      response.once('close', closed);
      arrived();
    });
    const abort = new AbortController();
    const answered = ask(endpoint, abort.signal);
    await arrival;
    abort.abort();
    expect((await answered).ok).toBe(false);
    await closing;
  });

  test('that is aborted before it begins resolves too', async () => {
    const endpoint = await replying(200, '{"access_token":"A"}');
    expect((await ask(endpoint, AbortSignal.abort())).ok).toBe(false);
  });
});

describe('connections', () => {
  test('are one for each request, closed after it, as those of separate devices are', async () => {
    const endpoint = await replying(200, GOOD);
    const requests = requestsTo(endpoint);
    for (let n = 0; n < 5; n++) await requests.refresh(R, null, never());
    expect(endpoint.connections()).toBe(5);
    while ((await endpoint.open()) > 0) await new Promise(setImmediate);
  });

  test('are shared when they are pooled, within a bound', async () => {
    const endpoint = await replying(200, GOOD);
    const requests = requestsTo(endpoint, true);
    for (let n = 0; n < 5; n++) await requests.refresh(R, null, never());
    expect(endpoint.connections()).toBeLessThan(5);
    const answers = await Promise.all(Array.from({ length: 300 }, () => requests.refresh(R, null, never())));
    expect(answers.filter(({ ok }) => ok)).toHaveLength(300);
    expect(endpoint.connections()).toBeLessThanOrEqual(64);
  });

  test('that are pooled end when the requests are closed, and those under way resolve', async () => {
    let arrived!: () => void;
    const arrival = new Promise<void>((resolve) => (arrived = resolve));
    const endpoint = await service(() => arrived());
    const requests = new TokenRequests(plainEndpoint(endpoint.url, endpoint.address), true);
    const answered = requests.refresh(R, null, never());
    await arrival;
    await requests.close();
    expect((await answered).ok).toBe(false);
  });
});
