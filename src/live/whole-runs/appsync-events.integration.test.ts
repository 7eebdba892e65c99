import { describe, expect, test } from 'vitest';
import type { Scenario } from '../../scenario/scenario.ts';
import { failuresOf, liveRun } from '../../testing/live-run.ts';
import type { AppSyncEventsOptions } from '../../testing/real-servers/appsync-events-server.ts';
import { mintedAccess, type RealServer, startServer } from '../../testing/real-servers/start-server.ts';
import { LATE, scenarioTo, totalOf, until } from '../../testing/real-servers/runs.ts';

const CLIENTS = 10;

async function service(options: Partial<AppSyncEventsOptions> = {}): Promise<RealServer> {
  return startServer('appsync-events', { ...(await mintedAccess()), atExpiry: 'refuse', ...options });
}

function scenarioAt({ port }: Pick<RealServer, 'port'>, ...sets: readonly string[]): Scenario {
  return scenarioTo(
    { port, path: '/event/realtime' },
    'appsync-events',
    CLIENTS,
    'tokens.carrier=message',
    'duration=20s',
    ...sets,
  );
}

describe('clients of AppSync Events', () => {
  test('are refused with a token that has expired, and come back with another', async () => {
    const server = await service();
    const run = await liveRun(
      scenarioAt(server, 'tokens.lifetime=2s', LATE, 'clients.backoff.base=3s', 'faults=[{ at: 1s, drop: reset }]'),
      until((total) => total('recovered') === CLIENTS),
    );
    const { refused, authenticated } = await server.counts();
    expect(failuresOf(run, 'handshake')).toEqual(refused === 0 ? {} : { 'auth-refused': refused });
    expect(totalOf(run, 'refreshed')).toBe(refused);
    expect(authenticated).toBe(totalOf(run, 'ready'));
  });

  test('get another token when an event is refused for theirs, and connect with it', async () => {
    const server = await service();
    const run = await liveRun(
      scenarioAt(server, 'tokens.lifetime=2s', LATE, 'clients.commands={ rate: 5/s }'),
      until((total) => total('refreshed') >= CLIENTS && total('ready') > CLIENTS),
    );
    const counts = await server.counts();
    expect(counts.commandsRefused).toBeGreaterThan(0);
    expect(counts.commands).toBe(totalOf(run, 'acknowledged'));
    expect(counts.connections).toBeGreaterThan(CLIENTS);
    expect(counts.strangeMessages).toBe(0);
  });

  test('are refused a channel, and try again over the same socket, without their token in what is shown', async () => {
    const server = await service({ denies: true });
    const run = await liveRun(scenarioAt(server, 'duration=4s'));
    expect(totalOf(run, 'ready')).toBe(0);
    const counts = await server.counts();
    expect(counts).toMatchObject({ connections: CLIENTS, authenticated: 0 });
    expect(counts.joinsRefused).toBeGreaterThan(CLIENTS);
    expect(run.outcome.seen?.[0]?.text).toContain('denied: header-[removed]');
    expect(JSON.stringify(run.outcome.seen)).not.toMatch(/eyJ/);
  });

  test('live by the keep-alives of the service, for as long as it announces [appsync-events: server ping]', async () => {
    const alive = await service({ connectionTimeoutMs: 1500, kaMs: 300 });
    const silent = await service({ connectionTimeoutMs: 1500 });
    const kept = await liveRun(scenarioAt(alive, 'duration=5s'));
    expect(await alive.counts()).toMatchObject({ connections: CLIENTS });
    expect(kept.outcome.measurements.losses).toEqual(new Map());
    const lost = await liveRun(
      scenarioAt(silent),
      until((total) => total('recovered') === CLIENTS),
    );
    expect([...lost.outcome.measurements.losses.keys()]).toEqual(['silent']);
  });
});
