import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import { createServer as createHttps } from 'node:https';
import { createServer as createTcp, type AddressInfo, type Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { expect, onTestFinished, test } from 'vitest';
import { template } from '../../core/template/template-text.ts';
import type { Carrier } from '../../core/token/carrier.ts';
import { pem, serverTls } from '../../testing/real-servers/certificates.ts';
import { GatewayRequests } from './gateway-requests.ts';
import { tunnelProxy } from '../network/proxy.test.helper.ts';
import { upgradeForm } from '../socket/upgrade-form.ts';

const GET = { method: 'GET', url: '/socket.io/?EIO=4', headers: {}, body: null } as const;

async function requestsTo(listener: RequestListener, carrier: Carrier): Promise<GatewayRequests> {
  const server = createServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const headers = [
    { name: 'Origin', value: template('https://app.example.com') },
    { name: 'X-Tenant', value: template('{user.tenant}') },
  ];
  const form = upgradeForm(carrier, { headers, path: null, subprotocols: ['chat'], deflate: false });
  const endpoint = {
    address: '127.0.0.1',
    port,
    secure: false,
    hostName: 'gateway.invalid',
    authority: `gateway.invalid:${port}`,
    path: '/',
  };
  const holes = { client: 7, user: { tenant: 'acme' } };
  const requests = new GatewayRequests(form, { client: 0, endpoint, path: '/', token: 'a.b', holes });
  onTestFinished(() => {
    requests.close();
    server.closeAllConnections();
    server.close();
  });
  return requests;
}

test('a request that is given up ends while TLS is not established', async () => {
  const server = createTcp().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const authority = `127.0.0.1:${port}`;
  const endpoint = { address: '127.0.0.1', port, secure: true, hostName: '127.0.0.1', authority, path: '/' };
  const form = upgradeForm({ kind: 'message' });
  const requests = new GatewayRequests(form, { client: 0, endpoint, path: '/', token: 't', holes: { client: 1 } });
  const abort = new AbortController();
  const connected = once(server, 'connection');
  const answer = requests.send(GET, abort.signal);
  const [socket] = (await connected) as [Socket];
  onTestFinished(() => {
    socket.destroy();
    server.close();
  });
  abort.abort();
  await expect(answer).rejects.toThrow(/abort/i);
});

const unaborted = new AbortController().signal;

test.each<[Carrier, object]>([
  [{ kind: 'header' }, { url: GET.url, authorization: 'Bearer a.b' }],
  [
    { kind: 'cookie', name: 'sid' },
    { url: GET.url, cookie: 'sid=a.b' },
  ],
  [{ kind: 'query', name: 'token' }, { url: `${GET.url}&token=a.b` }],
  [{ kind: 'message' }, { url: GET.url }],
])(
  'requests to the address that was checked have the headers of the upgrade and its token: %o',
  async (carrier, own) => {
    const requests = await requestsTo((request, response) => {
      const { origin, authorization, cookie, host, 'x-tenant': tenant, 'user-agent': agent } = request.headers;
      const subprotocol = request.headers['sec-websocket-protocol'];
      response.end(
        JSON.stringify({ url: request.url, origin, authorization, cookie, host, tenant, agent, subprotocol }),
      );
    }, carrier);
    const { status, body } = await requests.send(GET, unaborted);
    expect(status).toBe(200);
    expect(JSON.parse(body)).toEqual({
      ...own,
      origin: 'https://app.example.com',
      tenant: 'acme',
      agent: expect.stringMatching(/^squall\//) as string,
      host: expect.stringMatching(/^gateway\.invalid:/) as string,
    });
  },
);

test('the requests of an attempt share one connection', async () => {
  const ports = new Set<number | undefined>();
  const requests = await requestsTo(
    (request, response) => {
      ports.add(request.socket.remotePort);
      request.resume().on('end', () => response.end('ok'));
    },
    { kind: 'message' },
  );
  for (const method of ['GET', 'POST', 'GET'] as const) {
    await requests.send({ ...GET, method, body: method === 'POST' ? '40' : null }, unaborted);
  }
  expect(ports.size).toBe(1);
});

test('a body without end is read up to a bound', async () => {
  const requests = await requestsTo(
    (_, response) => {
      const more = (): void => {
        while (response.write('x'.repeat(10_000)));
        response.once('drain', more);
      };
      more();
    },
    { kind: 'message' },
  );
  const { body } = await requests.send(GET, unaborted);
  expect(body.length).toBeLessThan(1_000_000);
});

test('a request whose client hangs up ends at once', async () => {
  const requests = await requestsTo(() => {}, { kind: 'message' });
  const abort = new AbortController();
  const answer = requests.send(GET, abort.signal);
  abort.abort();
  await expect(answer).rejects.toThrow(/abort/i);
});

test.each([
  ['directly', false],
  ['through a proxy', true],
])(
  "requests over TLS reach a gateway of a private authority %s, with the client's certificate",
  async (_, isProxied) => {
    const subjects: unknown[] = [];
    const server = createHttps(serverTls('client-certificates'), ({ socket }, response) => {
      subjects.push((socket as TLSSocket).getPeerCertificate().subject.CN);
      response.end('ok');
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const proxy = isProxied ? await tunnelProxy('us:er') : null;
    const authorization = `Basic ${Buffer.from('us:er').toString('base64')}`;
    const certificates = ['client-a', 'client-b'].map((name) => ({
      cert: pem(`${name}.pem`),
      key: pem(`${name}.key`),
    }));
    const endpoint = {
      address: '127.0.0.1',
      port,
      secure: true,
      hostName: '127.0.0.1',
      authority: `127.0.0.1:${port}`,
      path: '/',
      tls: { ca: pem('ca.pem'), verify: true, certificates, certificateOf: Uint32Array.of(0, 1) },
      ...(proxy === null ? {} : { proxy: { address: '127.0.0.1', port: proxy.port, loopback: true, authorization } }),
    };
    const form = upgradeForm({ kind: 'message' });
    const requests = new GatewayRequests(form, { client: 0, endpoint, path: '/', token: 't', holes: { client: 1 } });
    onTestFinished(() => {
      requests.close();
      server.closeAllConnections();
      server.close();
    });
    expect(await requests.send(GET, unaborted)).toMatchObject({ status: 200, body: 'ok' });

    expect(subjects).toEqual(['device-b']);
    expect(proxy?.asked.length ?? 1).toBe(1);
  },
);
