import { once } from 'node:events';
import { describe, expect, onTestFinished, test } from 'vitest';
import { WebSocket, type ClientOptions } from 'ws';
import { pem } from './certificates.ts';
import { mintedAccess, startServer, type RealServer } from './start-server.ts';
import { accessToken } from './tokens.ts';

const ORIGIN = 'https://app.example.com';

/** The gateway with the `ws` library as a client, before squall is held against it. */
describe('the gateway', () => {
  test('lets in who has the right Origin, tenant and token, and says otherwise what is wrong by a status', async () => {
    const server = await startServer('gateway', {
      ...(await mintedAccess()),
      carrier: 'header',
      origin: ORIGIN,
      tenants: ['acme'],
      subprotocol: 'chat.v2',
    });
    const Authorization = `Bearer ${await accessToken('u-1', 2)}`;
    const headers = { Origin: ORIGIN, 'X-Tenant': 'acme', Authorization };
    expect(await statusOf(server, 'chat.v2', { ...headers, Origin: 'https://evil.example.com' })).toBe(403);
    expect(await statusOf(server, 'chat.v2', { ...headers, 'X-Tenant': 'other' })).toBe(403);
    expect(await statusOf(server, 'chat.v2', { ...headers, Authorization: 'Bearer no.token.here' })).toBe(401);
    expect(await statusOf(server, 'other', headers)).toBe(400);
    const socket = open(server, 'chat.v2', { headers });
    await once(socket, 'open');
    expect(await asked(socket, { op: 'do', id: 7 })).toEqual({ op: 'ok', id: 7 });
    expect(await asked(socket, { op: 'do', id: 'c1-7' })).toEqual({ op: 'ok', id: 'c1-7' });
    expect(await asked(socket, { op: 'do', id: 7 })).toEqual({ op: 'ok', id: 7 });
    const [code] = (await once(socket, 'close')) as [number];
    expect(code).toBe(4401);
    expect(await server.counts()).toMatchObject({
      connections: 1,
      authenticated: 1,
      refused: 1,
      originsRefused: 1,
      tenantsRefused: 1,
      commands: 3,
      duplicateCommands: 1,
      expiries: 1,
    });
  });

  test('authenticates by message, has clients join, and ends one that does not answer its pings', async () => {
    const server = await startServer('gateway', {
      ...(await mintedAccess()),
      carrier: 'message',
      joins: true,
      pingMs: 400,
    });
    const socket = open(server, [], {});
    await once(socket, 'open');
    expect(await asked(socket, { op: 'auth', token: await accessToken('u-1', 60) })).toEqual({ op: 'welcome' });
    expect(await asked(socket, { op: 'join' })).toEqual({ op: 'joined' });
    expect(await asked(socket, { op: 'auth', token: await accessToken('u-1', 60) })).toEqual({ op: 'renewed' });
    expect(await asked(socket, { op: 'do', id: 1 })).toEqual({ op: 'ok', id: 1 });
    const [code] = (await once(socket, 'close')) as [number];
    expect(code).toBe(4408);
    expect(await server.counts()).toMatchObject({ authenticated: 1, renewals: 1, commands: 1, pingTimeouts: 1 });
  });

  test('closes a connection that sends commands before it may', async () => {
    const server = await startServer('gateway', { ...(await mintedAccess()), carrier: 'message' });
    const socket = open(server, [], {});
    await once(socket, 'open');
    socket.send('{"op":"do","id":1}');
    const [code] = (await once(socket, 'close')) as [number];
    expect(code).toBe(4400);
    expect(await server.counts()).toMatchObject({ authenticated: 0, commands: 0, strangeMessages: 1 });
  });

  test('gives a ticket for a token, which opens one connection', async () => {
    const server = await startServer('gateway', { ...(await mintedAccess()), carrier: 'ticket' });
    const answer = await fetch(`http://127.0.0.1:${server.port}/ws-ticket`, {
      method: 'POST',
      headers: { Authorization: `Bearer ${await accessToken('u-1', 60)}` },
    });
    expect(answer.status).toBe(201);
    const { data } = (await answer.json()) as { data: { ticket: string } };
    await once(open(server, [], {}, `/?ticket=${data.ticket}`), 'open');
    expect(await statusOf(server, [], {}, `/?ticket=${data.ticket}`)).toBe(401);
    const refused = await fetch(`http://127.0.0.1:${server.port}/ws-ticket`, { method: 'POST' });
    expect(refused.status).toBe(401);
    expect(await server.counts()).toMatchObject({
      ticketsIssued: 1,
      ticketsRefused: 1,
      ticketsUsed: 1,
      ticketsUsedAgain: 1,
      authenticated: 1,
    });
  });

  test('is trusted by clients that know its private authority, and by no other', async () => {
    const server = await startServer('gateway', { ...(await mintedAccess()), carrier: 'message', tls: 'private-ca' });
    await once(open(server, [], { ca: pem('ca.pem') }, '/', 'wss'), 'open');
    await expect(once(open(server, [], {}, '/', 'wss'), 'open')).rejects.toMatchObject({
      code: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
    });
    expect(await server.counts()).toMatchObject({ connections: 1 });
  });

  test('that asks for client certificates lets in clients that have one', async () => {
    const access = await mintedAccess();
    const server = await startServer('gateway', { ...access, carrier: 'message', tls: 'client-certificates' });
    const ca = pem('ca.pem');
    const own = { ca, cert: pem('client-a.pem'), key: pem('client-a.key') };
    await once(open(server, [], own, '/', 'wss'), 'open');
    await expect(once(open(server, [], { ca }, '/', 'wss'), 'open')).rejects.toThrow(/certificate required/);
    expect(await server.counts()).toMatchObject({ connections: 1, tlsRefused: 1 });
  });
});

function open(
  { port }: RealServer,
  subprotocols: string | string[],
  options: ClientOptions,
  path = '/',
  scheme = 'ws',
): WebSocket {
  const socket = new WebSocket(`${scheme}://127.0.0.1:${port}${path}`, subprotocols, options);
  onTestFinished(() => socket.terminate());
  return socket;
}

/** Sends a message, and returns the next that is no ping. */
async function asked(socket: WebSocket, message: object): Promise<unknown> {
  socket.send(JSON.stringify(message));
  for (;;) {
    const [data] = (await once(socket, 'message')) as [Buffer];
    const answer = JSON.parse(data.toString()) as { op: string };
    if (answer.op !== 'ping') return answer;
  }
}

/** Status of the answer to an upgrade that is refused. */
async function statusOf(
  server: RealServer,
  subprotocols: string | string[],
  headers: Readonly<Record<string, string>>,
  path = '/',
): Promise<number | undefined> {
  const socket = open(server, subprotocols, { headers }, path);
  socket.on('error', () => {});
  const [, response] = (await once(socket, 'unexpected-response')) as [unknown, { statusCode?: number }];
  return response.statusCode;
}
