import { once } from 'node:events';
import { decodeJwt } from 'jose';
import { expect, onTestFinished, test } from 'vitest';
import { WebSocketServer } from 'ws';
import { bearerOf } from '../../embedded/bearer.ts';
import { readFrame } from '../../embedded/frames.ts';
import { failuresOf, liveRun, smallScenario } from '../../testing/live-run.ts';
import { closing, FRAME, handshake, rawServer, serverFrame } from '../network/raw-server.test.helper.ts';

function scenarioAt(port: number, ...sets: readonly string[]) {
  return smallScenario(`target={ url: "ws://127.0.0.1:${port}/rt", protocol: squall }`, ...sets);
}

test('a target that never answers is unreachable, with every failure counted by its reason', async () => {
  const server = await rawServer(() => {});
  const run = await liveRun(scenarioAt(server.endpoint.port, 'duration=2s', 'clients.connectTimeout=300ms'));
  await server.allClosed();
  const { curves, counts } = run.outcome.measurements;
  expect(run.outcome).toMatchObject({ ended: 'completed', unreachable: true });
  expect(counts.clientsStarted).toBe(30);
  expect(failuresOf(run, 'handshake')).toEqual({ timeout: curves.total('attemptsFailed') });
  expect(curves.total('attemptsFailed')).toBeGreaterThanOrEqual(30);
});

test.each([
  ['ws://10.1.2.3/', 'not-allowed'],
  ['ws://0.0.0.0:1/', 'not-allowed'],
  ['ws://nowhere.invalid/', 'no-answer'],
])('a run against %s is refused before anything happens', async (url, code) => {
  await expect(liveRun(smallScenario(`target={ url: "${url}" }`))).rejects.toMatchObject({ name: 'RunRefused', code });
});

test('a host that was allowed is refused all the same while tokens would be signed with the shipped test key', async () => {
  const scenario = smallScenario('target={ url: "ws://10.1.2.3/", allow: [10.1.2.3] }');
  await expect(liveRun(scenario)).rejects.toMatchObject({
    code: 'not-allowed',
    fix: expect.stringContaining('tokens.keyFile') as string,
  });
});

test('a run that is over leaves the gateway the time to answer its close frames', async () => {
  const order: string[] = [];
  const server = await rawServer((socket, key) => {
    socket.write(handshake(key));
    socket.once('data', () => {
      // Later than the run would need to end its workers.
      setTimeout(() => {
        order.push('answered');
        socket.end(serverFrame(FRAME.close, closing(1000)));
      }, 500);
    });
    socket.once('end', () => order.push('ended'));
  }, true);
  const { outcome } = await liveRun(scenarioAt(server.endpoint.port, 'duration=60s', 'clients.count=1'), {
    until: ({ measurements }) => measurements.curves.total('stateReady') === 1,
  });
  await server.allClosed();
  expect(outcome.measurements.curves.total('stateReady')).toBe(1);
  expect(order).toEqual(['answered', 'ended']);
});

test('a foreign gateway without a token endpoint gets tokens that squall mints, and its frames are understood', async () => {
  const server = new WebSocketServer({ host: '127.0.0.1', port: 0 });
  onTestFinished(() => server.close());
  await once(server, 'listening');
  const subjects = new Set<string>();
  const expiries = new Set<number>();
  const codes: number[] = [];
  let commands = 0;
  server.on('connection', (socket, request) => {
    const claims = decodeJwt(bearerOf(request, { kind: 'header' }) ?? '');
    subjects.add(`${request.url} ${claims.sub}`);
    expiries.add(claims.exp ?? 0);
    socket.on('close', (code) => codes.push(code));
    socket.on('message', (data) => {
      const frame = readFrame(Buffer.isBuffer(data) ? data.toString() : '');
      if (frame?.type !== 'command') return socket.close(1003);
      commands += 1;
      socket.send(JSON.stringify({ type: 'ack', id: frame.id }));
    });
  });
  const { port } = server.address() as { port: number };
  const { outcome } = await liveRun(
    // Tokens fall due 2.5 s into the run, and again after as long.
    scenarioAt(
      port,
      'duration=60s',
      'tokens.lifetime=20s',
      'tokens.refresh.lead=17500ms',
      'clients.commands={ rate: 10/s }',
    ),
    { until: ({ measurements: { curves } }) => curves.total('recovered') >= 30 },
  );
  const { curves, ledger } = outcome.measurements;
  expect(outcome).toMatchObject({ unreachable: false });
  expect([...subjects].toSorted()).toEqual(Array.from({ length: 30 }, (_, n) => `/rt client-${n}`).toSorted());
  expect(curves.total('refreshed')).toBe(30);
  expect(curves.total('recovered')).toBe(30);
  expect(expiries.size).toBeGreaterThan(1);
  expect(ledger).toMatchObject({ lost: null, duplicated: null, unexpected: null });
  expect(ledger.sent).toBeGreaterThan(200);
  expect(ledger.acknowledged).toBeLessThanOrEqual(commands);
  // Once for its renewal and once at the end of the run: every connection was closed as it should be.
  while (codes.length < 60) await new Promise(setImmediate);
  expect(codes).toEqual(Array.from({ length: 60 }, () => 1000));
});
