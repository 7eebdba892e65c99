import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { createServer } from 'node:https';
import { expect, onTestFinished, test, vi } from 'vitest';
import { WebSocketServer, type WebSocket } from 'ws';
import { NETWORK } from '../../core/signal.ts';
import type { Carrier } from '../../core/token/carrier.ts';
import { bearerOf, selectProtocol } from '../../embedded/bearer.ts';
import { SilentImpairment } from '../impairment/silent.ts';
import { connect, endpointAt } from '../network/raw-server.test.helper.ts';
import { SELF_SIGNED } from '../network/self-signed.test.helper.ts';
import { upgradeForm } from './upgrade-form.ts';

const CARRIERS: readonly (readonly [string, Carrier])[] = [
  ['header', { kind: 'header' }],
  ['query', { kind: 'query', name: 'access_token' }],
  ['cookie', { kind: 'cookie', name: 'sid' }],
  ['subprotocol', { kind: 'subprotocol', protocol: 'chat', prefix: 'bearer.', encoding: 'none' }],
  ['message', { kind: 'message' }],
];

interface Guest {
  readonly peer: WebSocket;
  readonly request: IncomingMessage;
  /** the texts that it has sent so far */
  readonly heard: string[];
}

async function guestOf(server: WebSocketServer): Promise<Guest> {
  const [peer, request] = (await once(server, 'connection')) as [WebSocket, IncomingMessage];
  const heard: string[] = [];
  peer.on('message', (data, binary) => heard.push(binary || !Buffer.isBuffer(data) ? 'binary' : data.toString()));
  return { peer, request, heard };
}

async function listening(carrier: Carrier): Promise<WebSocketServer> {
  const handleProtocols = (offered: Set<string>): string | false => selectProtocol(offered, carrier);
  const server = new WebSocketServer({ host: '127.0.0.1', port: 0, handleProtocols });
  onTestFinished(() => server.close());
  await once(server, 'listening');
  return server;
}

function portOf(server: { address(): unknown }): number {
  return (server.address() as { port: number }).port;
}

test.each(CARRIERS)(
  'the %s carrier gets along with a ws server from the handshake to its close',
  async (_, carrier) => {
    const server = await listening(carrier);
    const { connection, story } = connect(endpointAt(portOf(server)), upgradeForm(carrier));
    const { peer, request, heard } = await guestOf(server);
    await story.until(1);
    expect(bearerOf(request, carrier)).toBe(carrier.kind === 'message' ? undefined : 'TOKEN');
    expect(peer.protocol).toBe(carrier.kind === 'subprotocol' ? 'chat' : '');

    const long = 'é'.repeat(70_000);
    for (const text of ['', 'hi', 'x'.repeat(200), long]) connection.send(text);
    peer.send('answer');
    peer.send(long);
    await story.until(3);
    peer.ping('still there?');
    const [pong] = (await once(peer, 'pong')) as [Buffer];
    expect(pong.toString()).toBe('still there?');
    expect(heard).toEqual(['', 'hi', 'x'.repeat(200), long]);

    peer.close(1012, 'service restart');
    const [code] = (await once(peer, 'close')) as [number];
    await story.until(4);
    expect(code).toBe(1012);
    expect(story.events).toEqual([
      ['opened'],
      ['message', 'answer'],
      ['message', long],
      ['ended', 1012, 'service restart'],
    ]);
    expect(server.clients.size).toBe(0);
  },
);

test('a ws server sees a hang-up as a clean close', async () => {
  const server = await listening({ kind: 'header' });
  const { connection, story } = connect(endpointAt(portOf(server)));
  const { peer } = await guestOf(server);
  await story.until(1);
  connection.hangUp();
  expect((await once(peer, 'close'))[0]).toBe(1000);
  expect(story.events).toEqual([['opened']]);
});

test('a close without a code is answered with 1000', async () => {
  const server = await listening({ kind: 'header' });
  const { story } = connect(endpointAt(portOf(server)));
  const { peer } = await guestOf(server);
  peer.close();
  expect((await once(peer, 'close'))[0]).toBe(1000);
  await story.until(2);
  expect(story.events).toEqual([['opened'], ['ended', 1005, '']]);
});

async function listeningOverTls(): Promise<{ server: WebSocketServer; port: number }> {
  const https = createServer(SELF_SIGNED).listen(0, '127.0.0.1');
  const server = new WebSocketServer({ server: https });
  onTestFinished(() => {
    server.close();
    https.closeAllConnections();
    https.close();
  });
  await once(https, 'listening');
  return { server, port: portOf(https) };
}

test('a certificate that nobody vouches for ends the attempt, and the token is never sent', async () => {
  const { server, port } = await listeningOverTls();
  const requests: unknown[] = [];
  server.on('connection', (_peer, request) => requests.push(request));
  const { story } = connect({ ...endpointAt(port), secure: true });
  await story.until(1);
  expect(story.events).toEqual([
    ['ended', NETWORK.tls, 'the certificate is self-signed (DEPTH_ZERO_SELF_SIGNED_CERT)'],
  ]);
  expect(requests).toEqual([]);
});

test('over TLS everything else is the same', async () => {
  vi.stubEnv('NODE_TLS_REJECT_UNAUTHORIZED', '0');
  onTestFinished(() => void vi.unstubAllEnvs());
  const { server, port } = await listeningOverTls();
  const { connection, story } = connect({ ...endpointAt(port), secure: true, hostName: 'gateway.test' });
  const { peer, request, heard } = await guestOf(server);
  await story.until(1);
  connection.send('hi');
  await once(peer, 'message');
  expect(heard).toEqual(['hi']);
  expect(bearerOf(request, { kind: 'header' })).toBe('TOKEN');
  peer.close(1001);
  await story.until(2);
  expect(story.events).toEqual([['opened'], ['ended', 1001, '']]);
});

/** An open connection over TLS, and its peer. */
async function pairOverTls() {
  vi.stubEnv('NODE_TLS_REJECT_UNAUTHORIZED', '0');
  onTestFinished(() => void vi.unstubAllEnvs());
  const { server, port } = await listeningOverTls();
  const { connection, story } = connect({ ...endpointAt(port), secure: true, hostName: 'gateway.test' });
  const { peer } = await guestOf(server);
  await story.until(1);
  return { connection, story, peer, left: once(peer, 'close') };
}

test('over TLS a reset breaks the connection off for both', async () => {
  const { connection, story, left } = await pairOverTls();
  connection.reset();
  expect((await left)[0]).toBe(1006);
  await story.untilClosed();
  expect(story).toMatchObject({ events: [['opened'], ['ended', NETWORK.reset, '']], closings: 1 });
});

test('over TLS neither side of a silent link learns that the other has gone', async () => {
  const { connection, story, peer, left } = await pairOverTls();
  const link = new SilentImpairment();
  const ended = new Promise<void>((resolve) => {
    link.endIn = (report) => {
      SilentImpairment.prototype.endIn.call(link, report);
      resolve();
    };
  });
  connection.interpose(link);
  peer.terminate();
  await left;
  await ended;
  expect(story).toMatchObject({ events: [['opened']], closings: 0 });
  connection.restore();
  await story.untilClosed();
  expect(story).toMatchObject({ events: [['opened'], ['ended', NETWORK.reset, '']], closings: 1 });
});
