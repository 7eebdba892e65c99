import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { NETWORK } from '../../core/signal.ts';
import { HttpRequests } from './http-requests.ts';

test.each([
  ['of its own', false, false],
  ['that requests share', true, false],
  ['through a proxy', false, true],
])('a request that is given up ends while its connection, %s, is not established', async (_, pooled, isProxied) => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const origin = `https://127.0.0.1:${port}`;
  const proxy = isProxied ? { address: '127.0.0.1', port, loopback: true, authorization: null } : null;
  const requests = new HttpRequests([{ origin, addresses: ['127.0.0.1'], proxy }], { pooled, tls: null });
  const abort = new AbortController();
  const connected = once(server, 'connection');
  const answer = requests.send({ method: 'GET', url: `${origin}/`, headers: {}, body: null }, '', abort.signal);
  const [socket] = (await connected) as [Socket];
  onTestFinished(async () => {
    socket.destroy();
    server.close();
    await requests.close();
  });
  abort.abort();
  expect(await answer).toEqual({ signal: NETWORK.other });
});
