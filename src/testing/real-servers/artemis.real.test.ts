import { describe, expect, test } from 'vitest';
import { installed } from './installs/provided.ts';
import { startServer, type RealServer } from './start-server.ts';
import { storm, type Storm } from './storm.ts';

const home = installed('artemis');
const PASSWORD = 'for-tests';

/** A real broker without JWT: it knows one password. */
describe.runIf(home !== null)('ActiveMQ Artemis', () => {
  test('has as many commands as clients have sent, before and after a drop, with heart-beats both ways', async () => {
    const server = await started();
    const seen = await stormAt(
      server,
      `{ login: u, passcode: '${PASSWORD}' }`,
      '{ at: 3s, drop: { code: 1012 } }',
      (total) => total('recovered') === 50 && total('acknowledged') >= 300,
    );
    expect(await server.counts()).toMatchObject({ commands: seen.commands + seen.resent });
    const { losses, curves } = seen.run.outcome.measurements;
    expect(Object.fromEntries(losses)).toEqual({ 'close-1012': 50 });
    expect(curves.total('stateReady')).toBe(50);
    expect(seen.run.outcome.seen).toEqual([]);
  });

  test('refuses another password by an ERROR', async () => {
    const seen = await stormAt(
      await started(),
      "{ login: u, passcode: '{token}' }",
      null,
      (total) => total('attemptsFailed') >= 50,
    );
    expect(seen.ready).toBe(0);
    const { timings } = seen.run.outcome.measurements;
    expect([...timings.handshake.failures.keys()]).toEqual(['auth-refused']);
  });
});

function started(): Promise<RealServer> {
  return startServer('artemis', { home: home ?? '', user: 'u', password: PASSWORD, queue: 'squall.commands' });
}

function stormAt(
  { port }: RealServer,
  connectHeaders: string,
  fault: string | null,
  until: Parameters<typeof storm>[1],
): Promise<Storm> {
  return storm(
    `
duration: 60s
target:
  url: ws://127.0.0.1:${port}/
  protocol:
    stomp:
      connectHeaders: ${connectHeaders}
      heartbeatOutgoing: 1s
      heartbeatIncoming: 1s
      destination: squall.commands
      headers: { destination-type: ANYCAST }
      subscribe: { destination: squall.news, ready: receipt }
clients:
  arrive: { over: 1s }
  backoff: { base: 200ms, jitter: none }
  commands: { rate: 1/s, onReconnect: resend }
faults: [${fault ?? ''}]
`,
    until,
  );
}
