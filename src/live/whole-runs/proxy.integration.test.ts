import { once } from 'node:events';
import { createServer as createHttp } from 'node:http';
import { createServer as createHttps } from 'node:https';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { WebSocketServer } from 'ws';
import { NETWORK } from '../../core/signal.ts';
import { failuresOf, liveRun, smallScenario } from '../../testing/live-run.ts';
import { CERTIFICATES, serverTls } from '../../testing/real-servers/certificates.ts';
import type { Endpoint } from '../network/endpoint.ts';
import { connect, endpointAt } from '../network/raw-server.test.helper.ts';
import { tunnelProxy, wrongProxy } from '../network/proxy.test.helper.ts';

/** A server of `ws`, with a token endpoint beside it. */
async function gateway(secure: boolean) {
  const counts = { connections: 0, refreshes: 0 };
  const server = secure ? createHttps(serverTls('private-ca')) : createHttp();
  server.on('request', (request, response) => {
    counts.refreshes += 1;
    request.resume();
    response.end(JSON.stringify({ access_token: 'opaque', expires_in: 3600 }));
  });
  const ws = new WebSocketServer({ server });
  ws.on('connection', (peer) => {
    counts.connections += 1;
    peer.send('hello');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    for (const peer of ws.clients) peer.terminate();
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  return { port: typeof address === 'object' && address !== null ? address.port : 0, counts };
}

test.each([
  ['ws', ''],
  ['wss', `, tls: { ca: "${CERTIFICATES}/ca.pem" }`],
])(
  'clients of %s and their token requests reach the target through the proxy, with its credentials',
  async (scheme, tls) => {
    vi.stubEnv('SQUALL_TEST_PROXY_USER', 'us:er');
    vi.stubEnv('SQUALL_TEST_PROXY_PASSWORD', 'p@ss/word');
    onTestFinished(() => void vi.unstubAllEnvs());
    const target = await gateway(scheme === 'wss');
    const proxy = await tunnelProxy('us:er:p@ss/word');
    const url = `${scheme}://127.0.0.1:${target.port}/rt`;
    const run = await liveRun(
      smallScenario(
        'duration=60s',
        'clients.count=5',
        `target={ url: "${url}", proxy: "http://{env.SQUALL_TEST_PROXY_USER}:{env.SQUALL_TEST_PROXY_PASSWORD}@127.0.0.1:${proxy.port}"${tls} }`,
        'tokens.lifetime=4s',
        'tokens.refresh.lead=3s',
        'users={ generate: { refresh: "refresh-{client}" } }',
        `tokens.source={ mint: {}, file: { refresh: "{user.refresh}" }, oauth2: { url: "${scheme === 'wss' ? 'https' : 'http'}://127.0.0.1:${target.port}/token" } }`,
      ),
      { until: ({ measurements: { curves } }) => curves.total('refreshes') >= 5 && curves.total('ready') >= 10 },
    );
    const { curves } = run.outcome.measurements;
    expect(target.counts).toEqual({ connections: curves.total('ready'), refreshes: curves.total('refreshes') });
    expect(proxy.asked).toHaveLength(curves.total('attempts') + curves.total('refreshes'));
    expect(new Set(proxy.asked.map(({ authority }) => authority))).toEqual(new Set([`127.0.0.1:${target.port}`]));
    expect(failuresOf(run, 'handshake')).toEqual({});
  },
);

test('a proxy that refuses the tunnel is a reason of its own, and what it said is reported', async () => {
  const proxy = await tunnelProxy('a:b');
  const run = await liveRun(
    smallScenario(
      'duration=1s',
      'clients.count=2',
      `target={ url: "ws://127.0.0.1:9/", proxy: "http://127.0.0.1:${proxy.port}" }`,
    ),
  );
  expect(Object.keys(failuresOf(run, 'handshake'))).toEqual(['proxy']);
  expect(run.outcome.seen?.map(({ text }) => text)).toEqual(['the proxy wants credentials: HTTP 407']);
});

test.each([
  ['target={ url: "ws://127.0.0.1:9/", proxy: "http://10.1.2.3:3128" }', '10.1.2.3 is not a loopback address'],
  [
    'target={ url: "ws://127.0.0.1:9/", proxy: "http://10.1.2.3:3128", allow: [10.1.2.3] }',
    '127.0.0.1 is this machine, and the proxy (target.proxy) is another one',
  ],
  ['target={ url: "ws://10.9.9.9/", proxy: "http://127.0.0.1:3128" }', '10.9.9.9 is not a loopback address'],
])('%s is refused before anything happens', async (target, message) => {
  await expect(liveRun(smallScenario(target))).rejects.toThrow(message);
});

/** An endpoint at port 9, behind the proxy at a port of this machine. */
function through(port: number): Endpoint {
  return { ...endpointAt(9), proxy: { address: '127.0.0.1', port, loopback: true, authorization: null } };
}

describe('a connection through a proxy', () => {
  test.each<[string, string | Buffer, boolean, RegExp]>([
    ['ends without an answer', '', true, /closed the connection without an answer/],
    ['ends in the middle of its answer', 'HTTP/1.1 20', true, /closed the connection without an answer/],
    [
      'refuses',
      'HTTP/1.1 403 Forbidden\r\n\r\nnot that host',
      false,
      /^the proxy refused the tunnel: HTTP 403 not that host$/,
    ],
    ['speaks no HTTP', 'SSH-2.0-OpenSSH_9.6\r\n', false, /speaks no HTTP: SSH/],
    ['answers HTTP/2', 'HTTP/2 200\r\n\r\n', false, /speaks no HTTP/],
    ['answers with an interim answer only', 'HTTP/1.1 100 Continue\r\n\r\n', false, /refused the tunnel: HTTP 100/],
    [
      'sends a head without end',
      `HTTP/1.1 200 OK\r\n${'a: b\r\n'.repeat(9000)}`,
      false,
      /head of more than 16384 bytes/,
    ],
    ['sends a refusal of a megabyte', `HTTP/1.1 502 x\r\n\r\n${'x'.repeat(1 << 20)}`, false, /^.{500,560}$/],
    ['sends garbage', Buffer.alloc(4000, 0x16), false, /speaks no HTTP/],
  ])('that %s ends with its reason, once, and leaves no socket', async (_, bytes, ends, said) => {
    const { story } = connect(through(await wrongProxy(bytes, ends)));
    await story.until(1);
    await story.untilClosed();
    expect(story.events).toEqual([['ended', NETWORK.proxy, expect.stringMatching(said)]]);
    expect(story.closings).toBe(1);
  });

  test('where no proxy listens ends with the reason', async () => {
    const { story } = connect(through(1));
    await story.untilClosed();
    expect(story.events).toEqual([['ended', NETWORK.proxy, 'the proxy could not be reached (ECONNREFUSED)']]);
  });

  test('that is abandoned before the proxy answers is gone', async () => {
    const { connection, story } = connect(through(await wrongProxy('HTTP/1.1 ', false)));
    connection.hangUp();
    await story.untilClosed();
    expect(story.events).toEqual([]);
  });

  test('whose answer comes in one packet with the frames of the server hears them', async () => {
    const target = await gateway(false);
    const proxy = await tunnelProxy();
    const endpoint = { ...through(proxy.port), port: target.port };
    const { connection, story } = connect(endpoint);
    await story.until(2);
    expect(story.events).toEqual([['opened'], ['message', 'hello']]);
    expect(proxy.asked).toEqual([{ authority: `127.0.0.1:${target.port}`, authorization: undefined }]);
    connection.reset();
    await story.untilClosed();
    expect(story.events).toHaveLength(3);
  });
});
