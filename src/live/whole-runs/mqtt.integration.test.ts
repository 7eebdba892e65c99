import { describe, expect, test } from 'vitest';
import type { Scenario } from '../../scenario/scenario.ts';
import { liveRun } from '../../testing/live-run.ts';
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

function scenarioAt({ port }: RealServer, protocol: string, ...sets: readonly string[]): Scenario {
  return scenarioTo({ port, path: '/mqtt' }, protocol, CLIENTS, 'tokens.carrier=message', ...sets);
}

describe('clients of aedes', () => {
  test('present their tokens as passwords, publish, drop and publish again with DUP; both sides count the same [mqtt: connect, authenticated, command and ack]', async () => {
    const server = await startServer('mqtt', await mintedAccess());
    const run = await liveRun(
      scenarioAt(server, 'mqtt', ...COMMANDS_THROUGH_A_DROP),
      until((total) => total('recovered') === CLIENTS),
    );
    expect(await server.counts()).toMatchObject({ ...countsOf(run), markedAgain: totalOf(run, 'resent') });
    expect(totalOf(run, 'acknowledged')).toBeGreaterThan(CLIENTS);
    expect(run.outcome.seen).toEqual([]);
  });

  test('subscribe before they are ready, and acknowledge what the broker sends them with QoS 1 [mqtt: joined]', async () => {
    const server = await startServer('mqtt', { ...(await mintedAccess()), echoes: true });
    const run = await liveRun(
      scenarioAt(
        server,
        '{ mqtt: { subscribe: "of/{client}", topic: "of/{client}" } }',
        'clients.commands={ rate: 5/s }',
      ),
      until((total) => total('acknowledged') >= 10 * CLIENTS),
    );
    const { clientAcknowledgements, commands } = await server.counts();
    expect(clientAcknowledgements).toBeGreaterThanOrEqual(9 * CLIENTS);
    expect(clientAcknowledgements).toBeLessThanOrEqual(commands);
    expect(totalOf(run, 'ready')).toBe(CLIENTS);
    expect(run.outcome.seen).toEqual([]);
  });

  test('hear that their subscription is refused', async () => {
    const server = await startServer('mqtt', { ...(await mintedAccess()), privateTopics: 'of' });
    const run = await liveRun(scenarioAt(server, '{ mqtt: { subscribe: "of/somebody" } }', 'duration=3s'));
    expect(totalOf(run, 'ready')).toBe(0);
    expect(run.outcome.seen).toMatchObject([{ kind: 'end', text: 'SUBACK 0x80: unspecified error' }]);
  });

  test('are refused by a return code, and get another token before they come back [mqtt: advice]', async () => {
    const server = await startServer('mqtt', await mintedAccess());
    const run = await liveRun(
      scenarioAt(
        server,
        'mqtt',
        'tokens.lifetime=3s',
        LATE,
        // No client comes back before its token has expired for the server as well, which looks at whole seconds.
        'clients.backoff={ base: 1500ms, growth: fixed, jitter: none }',
        'clients.commands={ rate: 2/s, onReconnect: resend }',
      ),
      until((total) => total('recovered') === CLIENTS),
    );
    const { commands, duplicateCommands, ...counts } = await server.counts();
    expect(counts).toMatchObject({
      connections: 3 * CLIENTS,
      authenticated: 2 * CLIENTS,
      refused: CLIENTS,
      expiries: CLIENTS,
    });
    expect(totalOf(run, 'attempts')).toBe(3 * CLIENTS);
    expect(commands - duplicateCommands).toBe(totalOf(run, 'sent'));
    // MQTT 3.1.1 has no word about an expiry: the connection is cut.
    expect(run.outcome.measurements.losses).toEqual(new Map([['reset', CLIENTS]]));
    expect(run.outcome.seen).toEqual([
      { kind: 'end', what: 'auth-refused', text: 'CONNACK 0x04: bad user name or password', count: CLIENTS },
    ]);
  });

  test('ping within their keep alive, after 1.5 times of which the broker would end them [mqtt: client ping]', async () => {
    const server = await startServer('mqtt', await mintedAccess());
    await liveRun(scenarioAt(server, '{ mqtt: { keepalive: 1s } }', 'duration=5s'));
    const { clientPings, ...counts } = await server.counts();
    expect(counts).toMatchObject({ connections: CLIENTS, authenticated: CLIENTS, pingTimeouts: 0 });
    expect(clientPings).toBeGreaterThanOrEqual(3 * CLIENTS);
  });
});
