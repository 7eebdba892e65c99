import { describe, expect, test } from 'vitest';
import type { Scenario } from '../../scenario/scenario.ts';
import { failuresOf, liveRun } from '../../testing/live-run.ts';
import { mintedAccess, type RealServer, startServer } from '../../testing/real-servers/start-server.ts';
import type { WebPubSubOptions } from '../../testing/real-servers/web-pubsub-server.ts';
import { LATE, scenarioTo, totalOf, until } from '../../testing/real-servers/runs.ts';

const CLIENTS = 10;

async function service(options: Partial<WebPubSubOptions> = {}): Promise<RealServer> {
  return startServer('web-pubsub', { ...(await mintedAccess()), atExpiry: 'ignore', ...options });
}

function scenarioAt({ port }: Pick<RealServer, 'port'>, keys: string, ...sets: readonly string[]): Scenario {
  return scenarioTo({ port, path: '/client/hubs/chat' }, `{ web-pubsub: ${keys} }`, CLIENTS, 'duration=20s', ...sets);
}

describe('clients of Web PubSub', () => {
  test('are refused with a token that has expired, and come back with another [web-pubsub: authenticated]', async () => {
    const server = await service();
    const run = await liveRun(
      scenarioAt(
        server,
        '{}',
        'tokens.lifetime=2s',
        LATE,
        'clients.backoff.base=2s',
        'faults=[{ at: 1s, drop: reset }]',
      ),
      until((total) => total('recovered') === CLIENTS),
    );
    const { refused, authenticated } = await server.counts();
    expect(failuresOf(run, 'handshake')).toEqual(refused === 0 ? {} : { 'http-401': refused });
    expect(totalOf(run, 'refreshed')).toBe(refused);
    expect(authenticated).toBe(totalOf(run, 'ready'));
  });

  test('get another token for the name of an error [web-pubsub: advice, expiry seen as such]', async () => {
    const server = await service({ atExpiry: 'refuse-commands' });
    const run = await liveRun(
      scenarioAt(
        server,
        '{ command: { event: do }, errors: { Forbidden: refresh } }',
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

  test('are refused a group, and try again', async () => {
    const server = await service({ forbidsGroups: true });
    const run = await liveRun(scenarioAt(server, '{ joinGroup: news }', 'duration=3s'));
    expect(totalOf(run, 'ready')).toBe(0);
    expect(await server.counts()).toMatchObject({ joins: 0 });
    expect(run.outcome.seen).toMatchObject([{ text: expect.stringContaining('Forbidden') as string }]);
  });

  test('ping, and live by the answers [web-pubsub: client ping]', async () => {
    const server = await service();
    const run = await liveRun(
      scenarioAt(server, '{}', 'clients.heartbeat={ every: 300ms, answered: false }', 'duration=3s'),
    );
    const counts = await server.counts();
    expect(counts.clientPings).toBeGreaterThanOrEqual(3 * CLIENTS);
    expect(counts).toMatchObject({ connections: CLIENTS, strangeMessages: 0 });
    expect(run.outcome.seen).toEqual([]);
  });
});
