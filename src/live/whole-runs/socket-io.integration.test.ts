import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import { WebSocketServer } from 'ws';
import type { Scenario } from '../../scenario/scenario.ts';
import { failuresOf, liveRun } from '../../testing/live-run.ts';
import { mintedAccess, type RealServer, startServer } from '../../testing/real-servers/start-server.ts';
import {
  COMMANDS_THROUGH_A_DROP,
  countsOf,
  LATE,
  scenarioTo,
  totalOf,
  until,
} from '../../testing/real-servers/runs.ts';

const CLIENTS = 50;

function scenarioAt({ port }: Pick<RealServer, 'port'>, protocol: string, ...sets: readonly string[]): Scenario {
  return scenarioTo({ port }, protocol, CLIENTS, 'tokens.carrier=message', ...sets);
}

describe('clients of a socket.io server', () => {
  test('authenticate, send commands, drop and send them again; both sides count the same [socket.io: connect, authenticated, command and ack]', async () => {
    const server = await startServer('socket.io', { ...(await mintedAccess()), atExpiry: 'disconnect' });
    const run = await liveRun(
      scenarioAt(server, '{ socket.io: { event: do } }', ...COMMANDS_THROUGH_A_DROP),
      until((total) => total('recovered') === CLIENTS),
    );
    expect(await server.counts()).toMatchObject(countsOf(run));
    expect(run.outcome.seen).toEqual([]);
    expect(run.outcome.measurements.losses).toEqual(new Map([['close-1012', CLIENTS]]));
  });

  test('learn of the expiry from the server, and come back with another token where the application does [socket.io: expiry seen as such]', async () => {
    const server = await startServer('socket.io', { ...(await mintedAccess()), atExpiry: 'disconnect' });
    const run = await liveRun(
      scenarioAt(
        server,
        '{ socket.io: { event: do } }',
        'tokens.lifetime=3s',
        LATE,
        'clients.commands={ rate: 2/s, onReconnect: resend }',
        'clients.closeCodes={ server-disconnect: refresh }',
      ),
      until((total) => total('lostExpired') >= CLIENTS && total('stateReady') === CLIENTS),
    );
    const { commands, duplicateCommands, ...counts } = await server.counts();
    expect(counts).toMatchObject({
      connections: totalOf(run, 'attempts'),
      authenticated: totalOf(run, 'ready'),
      expiries: totalOf(run, 'lostExpired'),
    });
    // The server executes no command that reaches it after it has ended the session; the client sends it again.
    expect(commands - duplicateCommands).toBe(totalOf(run, 'sent'));
    expect(run.outcome.seen).toEqual([{ kind: 'end', what: 'server-disconnect', text: '41', count: counts.expiries }]);
  });

  test('stop for good when the server ends them, as its library does [socket.io: advice]', async () => {
    const server = await startServer('socket.io', { ...(await mintedAccess()), atExpiry: 'disconnect' });
    const run = await liveRun(
      scenarioAt(server, 'socket.io', 'tokens.lifetime=2s', LATE),
      until((total) => total('stopped') === CLIENTS),
    );
    expect(totalOf(run, 'stopped')).toBe(CLIENTS);
    expect(await server.counts()).toMatchObject({ connections: CLIENTS, authenticated: CLIENTS, expiries: CLIENTS });
  });

  test('are refused by the middleware on an open socket, and stop', async () => {
    const server = await startServer('socket.io', {
      ...(await mintedAccess()),
      atExpiry: 'disconnect',
      namespace: '/users',
    });
    const refused = '{ socket.io: { namespace: /users, auth: \'{"token":"not {token}"}\' } }';
    const run = await liveRun(
      scenarioAt(server, refused),
      until((total) => total('stopped') === CLIENTS),
    );
    expect(totalOf(run, 'ready')).toBe(0);
    expect(await server.counts()).toMatchObject({ connections: CLIENTS, authenticated: 0, refused: CLIENTS });
    expect(run.outcome.seen).toMatchObject([
      { count: CLIENTS, text: expect.stringContaining('Not authorized') as string },
    ]);
  });

  test('answer the pings of the server, which would end them otherwise [socket.io: server ping]', async () => {
    const server = await startServer('socket.io', {
      ...(await mintedAccess()),
      atExpiry: 'disconnect',
      pingIntervalMs: 200,
      pingTimeoutMs: 1500,
    });
    await liveRun(scenarioAt(server, 'socket.io', 'duration=4s'));
    expect(await server.counts()).toMatchObject({ connections: CLIENTS, authenticated: CLIENTS, pingTimeouts: 0 });
  });

  test('give up a server whose pings stay out, after the time that it announced', async () => {
    const mute = new WebSocketServer({ host: '127.0.0.1', port: 0 });
    onTestFinished(() => mute.close());
    await once(mute, 'listening');
    mute.on('connection', (socket) => {
      socket.send('0{"sid":"x","pingInterval":800,"pingTimeout":400}');
      socket.on('message', () => socket.send('40{"sid":"y"}'));
    });
    const run = await liveRun(
      scenarioAt(mute.address() as AddressInfo, 'socket.io'),
      until((total) => total('lostDropped') >= CLIENTS),
    );
    const { losses, counts } = run.outcome.measurements;
    expect([...losses.keys()]).toEqual(['silent']);
    expect(counts.silenceMs).toBeGreaterThanOrEqual(1200 * CLIENTS);
  });

  test('stay forbidden while the server refuses their commands', async () => {
    const server = await startServer('socket.io', { ...(await mintedAccess()), atExpiry: 'refuse-commands' });
    const run = await liveRun(
      scenarioAt(
        server,
        '{ socket.io: { event: do, refused: { 0.ok: false } } }',
        'tokens.lifetime=1500ms',
        LATE,
        'clients.commands={ rate: 4/s }',
      ),
      until((total) => total('conditionForbidden') > 0),
    );
    const counts = await server.counts();
    expect(counts.commandsRefused).toBeGreaterThan(0);
    expect(counts.commands).toBe(totalOf(run, 'acknowledged'));
  });

  test('get another token when a refusal of a command says that theirs has expired', async () => {
    const server = await startServer('socket.io', { ...(await mintedAccess()), atExpiry: 'refuse-commands' });
    const run = await liveRun(
      scenarioAt(
        server,
        "{ socket.io: { event: do, refused: { 0.ok: false }, expired: { 0.error: 'jwt expired' } } }",
        'tokens.lifetime=2s',
        LATE,
        'clients.commands={ rate: 4/s }',
      ),
      until((total) => total('refreshed') >= CLIENTS && total('ready') >= 2 * CLIENTS),
    );
    const counts = await server.counts();
    expect(counts).toMatchObject({ connections: totalOf(run, 'attempts'), authenticated: totalOf(run, 'ready') });
    expect(counts.commands).toBe(totalOf(run, 'acknowledged'));
    expect(counts.commandsRefused).toBeGreaterThanOrEqual(CLIENTS);
  });

  test('are warned by an event, and renew in band by another [socket.io: renewal]', async () => {
    const server = await startServer('socket.io', {
      ...(await mintedAccess()),
      atExpiry: 'disconnect',
      warningMs: 1000,
      binaryGreeting: true,
    });
    const run = await liveRun(
      scenarioAt(
        server,
        '{ socket.io: { events: { token-expiring: expiring }, renew: { event: renew, refused: { 0.ok: false } } } }',
        'tokens.renewal=in-band',
        'tokens.lifetime=3s',
        LATE,
        'duration=8s',
      ),
    );
    const counts = await server.counts();
    expect(counts).toMatchObject({ connections: CLIENTS, authenticated: CLIENTS, expiries: 0 });
    expect(counts.renewals).toBe(totalOf(run, 'refreshed'));
    expect(counts.renewals).toBeGreaterThanOrEqual(2 * CLIENTS);
    // Attachments are left out, and the report says so once.
    expect(run.outcome.seen).toEqual([
      { kind: 'frame', what: 'frame', text: expect.stringContaining('binary attachments') as string, count: CLIENTS },
    ]);
  });

  test('begin with polling, as browsers do, and move to WebSocket; both sides count the same', async () => {
    const server = await startServer('socket.io', {
      ...(await mintedAccess()),
      atExpiry: 'disconnect',
      pingIntervalMs: 300,
      pingTimeoutMs: 5000,
    });
    const run = await liveRun(
      scenarioAt(server, '{ socket.io: { event: do, polling: true } }', ...COMMANDS_THROUGH_A_DROP),
      until((total) => total('recovered') === CLIENTS),
    );
    expect(await server.counts()).toMatchObject({ ...countsOf(run), pingTimeouts: 0 });
    expect(totalOf(run, 'dialRequests')).toBe(3 * totalOf(run, 'attempts'));
    expect(run.outcome.measurements.timings.dialRequest).toMatchObject({ count: 3 * totalOf(run, 'attempts') });
    expect(run.outcome.seen).toEqual([]);
  });

  test('are refused in the answer to a poll, and stop without a WebSocket', async () => {
    const server = await startServer('socket.io', { ...(await mintedAccess()), atExpiry: 'disconnect' });
    const protocol = '{ socket.io: { auth: \'{"token":"not {token}"}\', polling: true } }';
    const run = await liveRun(
      scenarioAt(server, protocol),
      until((total) => total('stopped') === CLIENTS),
    );
    expect(await server.counts()).toMatchObject({ connections: CLIENTS, authenticated: 0, refused: CLIENTS });
    expect(failuresOf(run, 'handshake')).toEqual({ 'auth-refused': CLIENTS });
    expect(run.outcome.seen).toMatchObject([{ what: 'auth-refused', count: CLIENTS }]);
  });

  test('fail where the server is none of Socket.IO, or hangs, within the time of an attempt', async () => {
    const silent = createServer(() => {}).listen(0, '127.0.0.1');
    await once(silent, 'listening');
    onTestFinished(() => {
      silent.closeAllConnections();
      silent.close();
    });
    const { port } = silent.address() as AddressInfo;
    const run = await liveRun(
      scenarioAt({ port }, '{ socket.io: { polling: true } }', 'clients.connectTimeout=500ms', 'duration=2s'),
    );
    expect(failuresOf(run, 'handshake')).toEqual({ timeout: run.outcome.measurements.curves.total('attemptsFailed') });
    expect(failuresOf(run, 'dialRequest')['abandoned']).toBeGreaterThanOrEqual(CLIENTS);
  });
});
