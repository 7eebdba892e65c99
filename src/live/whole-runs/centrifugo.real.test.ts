import { describe, expect, test } from 'vitest';
import type { Scenario } from '../../scenario/scenario.ts';
import { liveRun } from '../../testing/live-run.ts';
import { installed } from '../../testing/real-servers/installs/provided.ts';
import { mintedAccess, type RealServer, startServer } from '../../testing/real-servers/start-server.ts';
import { COMMANDS_THROUGH_A_DROP, countsOf, scenarioTo, totalOf, until } from '../../testing/real-servers/runs.ts';

const CLIENTS = 50;
/** A clock so late that clients learn of the expiry from the server. */
const LATE = 'clients.clockSkew=-60s';

const binary = installed('centrifugo');

async function started({ pingSeconds = 25, graceSeconds = 1 } = {}): Promise<RealServer> {
  const { keys, issuer, audience } = await mintedAccess();
  const [key] = keys;
  if (key === undefined || typeof key === 'string') throw new Error('the minted tokens have no public key');
  return startServer('centrifugo', { binary: binary ?? '', key, issuer, audience, pingSeconds, graceSeconds });
}

function scenarioAt({ port }: RealServer, ...sets: readonly string[]): Scenario {
  return scenarioTo({ port, path: '/connection/websocket' }, 'centrifugo', CLIENTS, 'tokens.carrier=message', ...sets);
}

describe.runIf(binary !== null)('clients of Centrifugo', () => {
  test('connect, call, drop and call again; both sides count the same [centrifugo: connect, authenticated, command and ack]', async () => {
    const server = await started();
    const run = await liveRun(
      scenarioAt(server, ...COMMANDS_THROUGH_A_DROP),
      until((total) => total('recovered') === CLIENTS),
    );
    expect(await server.counts()).toMatchObject(countsOf(run));
    expect(run.outcome.seen).toEqual([]);
  });

  test('subscribe before they are ready, publish, and read what others published in frames of several messages [centrifugo: joined]', async () => {
    const server = await started();
    const run = await liveRun(
      scenarioAt(
        server,
        'target.protocol={ centrifugo: { subscribe: news, command: { publish: news } } }',
        'clients.commands={ rate: 5/s }',
      ),
      until((total) => total('acknowledged') >= 10 * CLIENTS),
    );
    expect(await server.counts()).toMatchObject({ connections: CLIENTS, authenticated: CLIENTS });
    expect(totalOf(run, 'ready')).toBe(CLIENTS);
    expect(totalOf(run, 'sent') - totalOf(run, 'acknowledged')).toBeLessThan(CLIENTS);
    expect(run.outcome.seen).toEqual([]);
  });

  test('renew in band before their tokens expire, and keep their connections [centrifugo: renewal]', async () => {
    const server = await started();
    const run = await liveRun(
      scenarioAt(server, 'tokens.renewal=in-band', 'tokens.lifetime=3s', 'tokens.refresh={ lead: 1s }', 'duration=8s'),
    );
    const counts = await server.counts();
    expect(counts).toMatchObject({ connections: CLIENTS, authenticated: CLIENTS, refused: 0, expiries: 0 });
    expect(counts.renewals).toBe(totalOf(run, 'refreshed'));
    expect(counts.renewals).toBeGreaterThanOrEqual(2 * CLIENTS);
    expect(run.outcome.seen).toEqual([]);
  });

  test('are closed at the expiry (3005), and come back with another token [centrifugo: expiry seen as such]', async () => {
    const server = await started();
    const run = await liveRun(
      scenarioAt(server, 'tokens.lifetime=2s', LATE, 'clients.commands={ rate: 2/s, onReconnect: resend }'),
      until((total) => total('lostExpired') >= CLIENTS && total('stateReady') === CLIENTS),
    );
    const { commands, duplicateCommands, ...counts } = await server.counts();
    expect(counts).toMatchObject({
      connections: totalOf(run, 'attempts'),
      authenticated: totalOf(run, 'ready'),
      expiries: totalOf(run, 'lostExpired'),
    });
    expect(commands - duplicateCommands).toBe(totalOf(run, 'sent'));
    expect(run.outcome.seen).toMatchObject([{ kind: 'end', what: 'close 3005', count: counts.expiries }]);
  });

  test('present an expired token once, are refused (109), and come back with another [centrifugo: advice]', async () => {
    const server = await started({ graceSeconds: 60 });
    const run = await liveRun(
      scenarioAt(
        server,
        'tokens.lifetime=3s',
        'clients.arrive.over=200ms',
        LATE,
        'faults=[{ at: 5s, drop: { code: 1012 } }]',
      ),
      until((total) => total('recovered') === CLIENTS),
    );
    expect(await server.counts()).toMatchObject({
      connections: 3 * CLIENTS,
      authenticated: 2 * CLIENTS,
      refused: CLIENTS,
    });
    expect(totalOf(run, 'attempts')).toBe(3 * CLIENTS);
    expect(run.outcome.seen).toMatchObject([{ kind: 'end', what: 'auth-refused', count: CLIENTS }]);
  });

  test('stop when their token cannot be read (3500)', async () => {
    const server = await started();
    const run = await liveRun(
      scenarioAt(server, 'tokens.audience=somebody-else'),
      until((total) => total('stopped') === CLIENTS),
    );
    expect(totalOf(run, 'ready')).toBe(0);
    expect(await server.counts()).toMatchObject({ connections: CLIENTS, authenticated: 0, refused: CLIENTS });
    expect(run.outcome.seen).toMatchObject([{ kind: 'end', what: 'close 3500', count: CLIENTS }]);
  });

  test('answer the pings of the server, which would end them otherwise [centrifugo: server ping]', async () => {
    const server = await started({ pingSeconds: 2 });
    await liveRun(scenarioAt(server, 'duration=8s'));
    expect(await server.counts()).toMatchObject({ connections: CLIENTS, authenticated: CLIENTS, pingTimeouts: 0 });
  });
});
