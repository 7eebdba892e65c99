import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Scenario } from '../../scenario/scenario.ts';
import { failuresOf, type LiveRun, liveRun } from '../../testing/live-run.ts';
import { launchServer, mintedAccess, type RealServer, startServer } from '../../testing/real-servers/start-server.ts';
import type { SignalrOptions } from '../../testing/real-servers/signalr-server.ts';
import { LATE, scenarioTo, totalOf, until } from '../../testing/real-servers/runs.ts';

const CLIENTS = 10;

async function hub(options: Partial<SignalrOptions> = {}): Promise<RealServer> {
  return startServer('signalr', { ...(await mintedAccess()), atExpiry: 'close', ...options });
}

function scenarioAt({ port }: Pick<RealServer, 'port'>, keys: string, ...sets: readonly string[]): Scenario {
  return scenarioTo({ port, path: '/chat' }, `{ signalr: ${keys} }`, CLIENTS, 'duration=20s', ...sets);
}

/** A hub that sends no pings, and a run of clients that give it up after half a minute, in which the other tests run. */
let mute: RealServer;
let unheard: Promise<LiveRun>;
beforeAll(async () => {
  mute = await launchServer('signalr', { ...(await mintedAccess()), atExpiry: 'close', pings: false });
  unheard = liveRun(
    scenarioAt(mute, '{ method: Do }', 'duration=50s', 'clients.arrive.over=0s'),
    until((total) => total('lostDropped') === CLIENTS),
  );
  // The test that awaits the run reports its failure; this handler keeps Node from ending the process before.
  unheard.catch(() => {});
});
afterAll(() => mute.stop());

describe('clients of a SignalR hub', () => {
  test.each([
    ['in a header', 'header'],
    ['in the query, and in a header of the negotiation', '{ query: access_token }'],
  ])(
    'present their token %s, and send commands whose answers come several in a frame [signalr: connect, command and ack]',
    async (_where, carrier) => {
      const server = await hub({ batches: true });
      const run = await liveRun(
        scenarioAt(server, '{ method: Do }', `tokens.carrier=${carrier}`, 'clients.commands={ rate: 5/s }'),
        until((total) => total('acknowledged') >= 3 * CLIENTS),
      );
      const counts = await server.counts();
      expect(counts).toMatchObject({
        negotiations: CLIENTS,
        connections: CLIENTS,
        authenticated: totalOf(run, 'ready'),
        commands: totalOf(run, 'sent'),
        refused: 0,
        negotiationsRefused: 0,
      });
      expect(run.outcome.seen).toEqual([]);
    },
  );

  test('skip the negotiation where the scenario says so', async () => {
    const server = await hub();
    const run = await liveRun(
      scenarioAt(server, '{ skipNegotiation: true }'),
      until((total) => total('ready') === CLIENTS),
    );
    expect(await server.counts()).toMatchObject({ negotiations: 0, connections: CLIENTS, authenticated: CLIENTS });
    expect(totalOf(run, 'dialRequests')).toBe(0);
  });

  test('come back with their token, and with another when the negotiation refuses it [signalr: authenticated]', async () => {
    const server = await hub();
    const run = await liveRun(
      scenarioAt(server, '{ method: Do }', 'tokens.lifetime=2s', LATE),
      until((total) => total('recovered') >= CLIENTS),
    );
    const { negotiations, negotiationsRefused, authenticated } = await server.counts();
    expect(negotiationsRefused).toBeGreaterThanOrEqual(CLIENTS);
    expect({ negotiations, authenticated }).toEqual({
      negotiations: totalOf(run, 'dialRequests'),
      authenticated: totalOf(run, 'ready'),
    });
    expect(failuresOf(run, 'dialRequest')).toEqual({ 'http-401': negotiationsRefused });
    expect(totalOf(run, 'refreshed')).toBe(negotiationsRefused);
  });

  test('stop for good after a close message that does not allow to reconnect [signalr: advice]', async () => {
    const server = await hub({ atExpiry: 'close-for-good' });
    const run = await liveRun(
      scenarioAt(server, '{ method: Do }', 'tokens.lifetime=2s', LATE),
      until((total) => total('stopped') === CLIENTS),
    );
    expect(totalOf(run, 'stopped')).toBe(CLIENTS);
    expect(await server.counts()).toMatchObject({ connections: CLIENTS, expiries: CLIENTS });
  });

  test('get another token when the error of a completion says that theirs has expired', async () => {
    const server = await hub({ atExpiry: 'refuse-commands' });
    const run = await liveRun(
      scenarioAt(
        server,
        "{ method: Do, expired: '.*token expired' }",
        'tokens.lifetime=2s',
        LATE,
        'clients.commands={ rate: 5/s }',
      ),
      until((total) => total('recovered') >= CLIENTS),
    );
    const counts = await server.counts();
    expect(counts.commandsRefused).toBeGreaterThanOrEqual(CLIENTS);
    expect(totalOf(run, 'refreshed')).toBeGreaterThanOrEqual(CLIENTS);
    expect(counts.commands).toBe(totalOf(run, 'acknowledged'));
  });

  test('are refused by an error in the answer to their handshake, and try again', async () => {
    const server = await hub({ handshakeError: 'The server is full.' });
    const run = await liveRun(
      scenarioAt(server, '{ method: Do }'),
      until((total) => total('attemptsFailed') >= 2 * CLIENTS),
    );
    expect(totalOf(run, 'ready')).toBe(0);
    expect(failuresOf(run, 'handshake')).toEqual({ 'auth-refused': totalOf(run, 'attemptsFailed') });
    expect(run.outcome.seen).toMatchObject([{ text: expect.stringContaining('The server is full.') as string }]);
  });

  test.each([
    ['http://192.0.2.1/client', '192.0.2.1'],
    ['https://elsewhere.example/client?hub=chat', 'elsewhere.example'],
  ])('are led to %s by no answer, since nobody has allowed it', async (url, host) => {
    const server = await hub({ redirectTo: url });
    const run = await liveRun(
      scenarioAt(server, '{ method: Do }'),
      until((total) => total('attemptsFailed') >= CLIENTS),
    );
    expect(failuresOf(run, 'handshake')).toEqual({ dns: totalOf(run, 'attemptsFailed') });
    expect(run.outcome.seen).toMatchObject([
      { what: 'dns', text: expect.stringContaining(`--allow-host ${host}`) as string },
    ]);
  });

  test('follow answers that lead from one place to the next as often as the library, and no further', async () => {
    const server = await hub();
    const circle = await hub({ redirectTo: `http://localhost:${server.port}/chat` });
    const there = await liveRun(
      scenarioAt(circle, '{ method: Do }'),
      until((total) => total('ready') === CLIENTS),
    );
    expect(await server.counts()).toMatchObject({ negotiations: CLIENTS, authenticated: totalOf(there, 'ready') });
    const endless = await startServer('signalr', {
      ...(await mintedAccess()),
      atExpiry: 'close',
      redirectTo: '.',
    });
    const run = await liveRun(
      scenarioAt(endless, '{ method: Do }', 'clients.count=1', 'clients.backoff.base=30s', 'clients.backoff.cap=30s'),
      until((total) => total('attemptsFailed') >= 1),
    );
    expect(failuresOf(run, 'dialRequest')).toEqual({ 'bad-handshake': 1 });
    expect(await endless.counts()).toMatchObject({ negotiations: 100, connections: 0 });
  });

  test('give up a server whose pings stay out for 30 s, as the library, which pings every 15 s itself [signalr: server ping]', async () => {
    const run = await unheard;
    expect([...run.outcome.measurements.losses.keys()]).toEqual(['silent']);
    expect(run.outcome.measurements.counts.silenceMs).toBeGreaterThanOrEqual(30_000 * CLIENTS);
    // The first one follows the handshake, and the connection ends with the third.
    expect((await mute.counts()).clientPings).toBeGreaterThanOrEqual(2 * CLIENTS);
  });

  test('ping an idle server, which would give them up otherwise [signalr: client ping]', async () => {
    const server = await hub({ clientTimeoutMs: 1000, keepAliveMs: 300 });
    const run = await liveRun(
      scenarioAt(server, '{ method: Do }', 'clients.heartbeat={ every: 300ms, answered: false }', 'duration=4s'),
    );
    const counts = await server.counts();
    expect(counts).toMatchObject({ pingTimeouts: 0, connections: CLIENTS });
    expect(counts.clientPings).toBeGreaterThanOrEqual(5 * CLIENTS);
    expect(totalOf(run, 'lostDropped') + totalOf(run, 'lostClosed')).toBe(0);
  });
});
