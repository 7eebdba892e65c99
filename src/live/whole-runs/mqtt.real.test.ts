import { describe, expect, test } from 'vitest';
import type { Scenario } from '../../scenario/scenario.ts';
import { liveRun } from '../../testing/live-run.ts';
import { installed } from '../../testing/real-servers/installs/provided.ts';
import type { MochiOptions } from '../../testing/real-servers/mochi-server.ts';
import { mintedAccess, type RealServer, startServer } from '../../testing/real-servers/start-server.ts';
import { scenarioTo, totalOf, until } from '../../testing/real-servers/runs.ts';

const CLIENTS = 50;
/** A clock so late that clients learn of the expiry from the server. */
const LATE = 'clients.clockSkew=-60s';
const FIVE = '{ mqtt: { version: 5, subscribe: "of/{client}" } }';
const ENHANCED = '{ mqtt: { version: 5, authenticationMethod: OAUTH2-JWT } }';

const binary = installed('mochi');

async function started(options: Partial<MochiOptions> = {}): Promise<RealServer> {
  return startServer('mochi', { ...(await mintedAccess()), binary: binary ?? '', expiryCode: 0xa0, ...options });
}

function scenarioAt({ port }: RealServer, protocol: string, ...sets: readonly string[]): Scenario {
  return scenarioTo({ port }, protocol, CLIENTS, 'tokens.carrier=message', ...sets);
}

describe.runIf(binary !== null)('clients of mochi-mqtt with MQTT 5', () => {
  test('connect, subscribe, publish, drop, and come back after the expiry; both sides count the same [mqtt: expiry seen as such]', async () => {
    const server = await started();
    const run = await liveRun(
      scenarioAt(
        server,
        FIVE,
        'tokens.lifetime=5s',
        LATE,
        'clients.commands={ rate: 2/s, onReconnect: resend }',
        'faults=[{ at: 2s, drop: { code: 1012 } }]',
      ),
      until((total) => total('lostExpired') >= CLIENTS && total('stateReady') === CLIENTS),
    );
    const { commands, duplicateCommands, ...counts } = await server.counts();
    expect(counts).toMatchObject({
      connections: totalOf(run, 'attempts'),
      authenticated: totalOf(run, 'ready'),
      refused: 0,
      expiries: totalOf(run, 'lostExpired'),
    });
    expect(commands - duplicateCommands).toBe(totalOf(run, 'sent'));
    expect(totalOf(run, 'lostExpired')).toBe(CLIENTS);
    expect(run.outcome.seen).toMatchObject([
      { kind: 'end', what: 'server-disconnect', text: 'DISCONNECT 0xa0: maximum connect time, "token expired"' },
    ]);
  });

  test('renew in band by AUTH before their tokens expire, and keep their connections [mqtt: renewal]', async () => {
    const server = await started();
    const run = await liveRun(
      scenarioAt(
        server,
        ENHANCED,
        'tokens.renewal=in-band',
        'tokens.lifetime=4s',
        'tokens.refresh={ lead: 2s }',
        'duration=9s',
      ),
    );
    const counts = await server.counts();
    expect(counts).toMatchObject({ connections: CLIENTS, authenticated: CLIENTS, refused: 0, expiries: 0 });
    expect(counts.renewals).toBe(totalOf(run, 'refreshed'));
    expect(counts.renewals).toBeGreaterThanOrEqual(2 * CLIENTS);
    expect(run.outcome.seen).toEqual([]);
  });

  test('are refused with a reason code, and told that their commands are', async () => {
    const server = await started({ expiryCode: 0, refusalCode: 0x83 });
    const run = await liveRun(
      scenarioAt(server, FIVE, 'tokens.lifetime=1500ms', LATE, 'clients.commands={ rate: 4/s }'),
      until((total) => total('conditionForbidden') > 0),
    );
    const counts = await server.counts();
    expect(counts.commandsRefused).toBeGreaterThan(0);
    expect(counts.commands).toBe(totalOf(run, 'acknowledged'));
    const refused = await liveRun(
      scenarioAt(server, '{ mqtt: { version: 5, password: "no {token}" } }', 'duration=3s'),
    );
    expect(totalOf(refused, 'ready')).toBe(0);
    expect(refused.outcome.seen).toMatchObject([
      { what: 'auth-refused', text: 'CONNACK 0x86: bad user name or password, "bad username or password"' },
    ]);
  });

  test('ping as often as the server asks in its CONNACK, which ends their connections otherwise', async () => {
    const server = await started({ expiryCode: 0, keepaliveS: 2 });
    const run = await liveRun(scenarioAt(server, FIVE, 'duration=7s'));
    expect(totalOf(run, 'ready')).toBe(CLIENTS);
    expect(Object.fromEntries(run.outcome.measurements.losses)).toEqual({});
    expect(await server.counts()).toMatchObject({ connections: CLIENTS });
    const deaf = await liveRun(scenarioAt(server, FIVE, 'duration=7s', 'clients.heartbeat=none'));
    expect(totalOf(deaf, 'ready')).toBeGreaterThan(CLIENTS);
  });

  test('stop when another connection takes their session over', async () => {
    const server = await started({ expiryCode: 0 });
    const run = await liveRun(
      scenarioAt(server, '{ mqtt: { version: 5, clientId: the-same } }', 'clients.count=2'),
      until((total) => total('stopped') === 1),
    );
    expect(totalOf(run, 'stopped')).toBe(1);
    expect(run.outcome.seen).toMatchObject([
      { text: 'DISCONNECT 0x8e: session taken over, "session takeover"', count: 1 },
    ]);
  });
});
