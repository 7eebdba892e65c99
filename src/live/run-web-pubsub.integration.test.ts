import { describe, expect, test } from 'vitest';
import type { SeriesName } from '../core/metrics.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { failuresOf, liveRun, type LiveRun, smallScenario } from '../testing/live-run.ts';
import { mintedAccess, type RealServer, startServer } from '../testing/real-servers/start-server.ts';
import type { WebPubSubOptions } from '../testing/real-servers/web-pubsub-server.ts';

const CLIENTS = 10;
/** A clock so late that clients learn of the expiry from the service. */
const LATE = 'clients.clockSkew=-20s';

async function service(options: Partial<WebPubSubOptions> = {}): Promise<RealServer> {
  return startServer('web-pubsub', { ...(await mintedAccess()), atExpiry: 'ignore', ...options });
}

function scenarioAt({ port }: Pick<RealServer, 'port'>, keys: string, ...sets: readonly string[]): Scenario {
  return smallScenario(
    `target={ url: "ws://127.0.0.1:${port}/client/hubs/chat", protocol: { web-pubsub: ${keys} } }`,
    `clients.count=${CLIENTS}`,
    'duration=20s',
    ...sets,
  );
}

function total({ outcome }: LiveRun, curve: SeriesName): number {
  return outcome.measurements.curves.total(curve);
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
      { until: ({ measurements: { curves } }) => curves.total('recovered') === CLIENTS },
    );
    const { refused, authenticated } = await server.counts();
    expect(failuresOf(run, 'handshake')).toEqual(refused === 0 ? {} : { 'http-401': refused });
    expect(total(run, 'refreshed')).toBe(refused);
    expect(authenticated).toBe(total(run, 'ready'));
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
      { until: ({ measurements: { curves } }) => curves.total('recovered') >= CLIENTS },
    );
    const counts = await server.counts();
    expect(counts.commandsRefused).toBeGreaterThanOrEqual(CLIENTS);
    expect(total(run, 'refreshed')).toBeGreaterThanOrEqual(CLIENTS);
    expect(counts.commands).toBe(total(run, 'acknowledged'));
  });

  test('are refused a group, and try again', async () => {
    const server = await service({ forbidsGroups: true });
    const run = await liveRun(scenarioAt(server, '{ joinGroup: news }', 'duration=3s'));
    expect(total(run, 'ready')).toBe(0);
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
