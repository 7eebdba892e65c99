import { describe, expect, test } from 'vitest';
import type { Scenario } from '../../scenario/scenario.ts';
import { liveRun, smallScenario } from '../../testing/live-run.ts';
import { installed } from '../../testing/real-servers/installs/provided.ts';
import { natsKey } from '../../testing/real-servers/nats-keys.ts';
import { freePort } from '../../testing/real-servers/served.ts';
import { type RealServer, startServer } from '../../testing/real-servers/start-server.ts';
import { totalOf, until } from '../../testing/real-servers/runs.ts';

const CLIENTS = 50;

const binary = installed('nats');
const device = natsKey('user');
const SIGNED = 'jwt: "{token}", seed: "{user.seed}"';

async function started(pingSeconds = 120): Promise<{ readonly server: RealServer; readonly servicePort: number }> {
  const servicePort = await freePort();
  return { server: await startServer('nats', { binary: binary ?? '', servicePort, pingSeconds }), servicePort };
}

interface Setting {
  readonly server: RealServer;
  readonly servicePort: number;
  readonly seconds: number;
  readonly keys?: string;
}

function scenarioAt({ server, servicePort, seconds, keys = SIGNED }: Setting, ...sets: readonly string[]): Scenario {
  const url = `http://127.0.0.1:${servicePort}/jwt?nkey={user.nkey}&seconds=${seconds}`;
  const request = `{ url: "${url}", answer: { access: jwt } }`;
  return smallScenario(
    `target={ url: "ws://127.0.0.1:${server.port}/", protocol: { nats: { ${keys} } } }`,
    `clients.count=${CLIENTS}`,
    `users={ generate: { seed: ${device.seed}, nkey: ${device.publicKey}, other: ${natsKey('user').seed} } }`,
    'tokens.carrier=message',
    `tokens.source={ endpoint: { login: ${request} } }`,
    'duration=60s',
    ...sets,
  );
}

describe.runIf(binary !== null)('clients of nats-server', () => {
  test('sign its nonce, publish, drop and publish again to a stream, which stores each command once [nats: connect, authenticated, command and ack]', async () => {
    const run = await started();
    const seen = await liveRun(
      scenarioAt(
        { ...run, seconds: 600, keys: `${SIGNED}, jetStream: true` },
        'clients.commands={ rate: 10/s, onReconnect: resend }',
        'faults=[{ at: 2s, drop: { code: 1012 } }]',
      ),
      until((total) => total('recovered') === CLIENTS),
    );
    expect(await run.server.counts()).toMatchObject({
      connections: totalOf(seen, 'attempts'),
      commands: totalOf(seen, 'sent'),
    });
    expect(totalOf(seen, 'ready')).toBe(totalOf(seen, 'attempts'));
    expect(totalOf(seen, 'resent')).toBeGreaterThan(0);
    expect(totalOf(seen, 'acknowledged')).toBeGreaterThan(CLIENTS);
    expect(seen.outcome.seen).toEqual([]);
  });

  test('publish again what the server had stored while they heard nothing of it, which it says it recognises', async () => {
    const run = await started();
    const seen = await liveRun(
      scenarioAt(
        { ...run, seconds: 600, keys: `${SIGNED}, jetStream: true` },
        'clients.commands={ rate: 5/s, ackTimeout: 20s, onReconnect: resend }',
        'faults=[{ at: 1s, for: 2s, link: stall }, { at: 2s, drop: { code: 1012 } }]',
      ),
      until((total) => total('recovered') === CLIENTS && total('acknowledged') > 3 * total('resent')),
    );
    const { counts } = seen.outcome.measurements;
    expect(await run.server.counts()).toMatchObject({ commands: totalOf(seen, 'sent') });
    expect(counts.resendsRecognised).toBe(totalOf(seen, 'resent'));
    expect(counts.resendsRecognised).toBeGreaterThan(CLIENTS);
  });

  test('are dropped, hear that their JWT has expired, and come back with another; both sides count the same [nats: expiry seen as such, advice]', async () => {
    const run = await started();
    const seen = await liveRun(
      scenarioAt(
        { ...run, seconds: 6, keys: `${SIGNED}, jetStream: true` },
        'clients.clockSkew=-60s',
        'tokens.refresh={ lead: 0s }',
        'clients.commands={ rate: 1/s, onReconnect: resend }',
        'faults=[{ at: 2s, drop: { code: 1012 } }]',
      ),
      until((total) => total('lostExpired') >= CLIENTS && total('stateReady') === CLIENTS),
    );
    expect(await run.server.counts()).toMatchObject({
      connections: totalOf(seen, 'attempts'),
      commands: totalOf(seen, 'sent'),
    });
    expect(totalOf(seen, 'lostExpired')).toBe(CLIENTS);
    expect(totalOf(seen, 'ready')).toBe(3 * CLIENTS);
    expect(seen.outcome.seen).toMatchObject([
      { kind: 'end', what: 'server-disconnect', text: '-ERR User Authentication Expired', count: CLIENTS },
    ]);
  });

  test('are refused where their nkey is another', async () => {
    const run = await started();
    const seen = await liveRun(
      scenarioAt({ ...run, seconds: 600, keys: 'jwt: "{token}", seed: "{user.other}"' }, 'duration=3s'),
    );
    expect(totalOf(seen, 'ready')).toBe(0);
    expect(seen.outcome.seen).toMatchObject([{ what: 'auth-refused', text: '-ERR Authorization Violation' }]);
  });

  test('ping, and answer the pings of the server, which would end them otherwise [nats: client ping, server ping]', async () => {
    const run = await started(1);
    const seen = await liveRun(
      scenarioAt({ ...run, seconds: 600, keys: `${SIGNED}, pingInterval: 1s` }, 'duration=7s'),
    );
    expect((await run.server.counts()).connections).toBe(CLIENTS);
    expect(totalOf(seen, 'ready')).toBe(CLIENTS);
    expect(seen.outcome.measurements.losses).toEqual(new Map());
  });
});
