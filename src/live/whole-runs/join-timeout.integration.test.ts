import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { type WebSocket, WebSocketServer } from 'ws';
import { liveRun, smallScenario } from '../../testing/live-run.ts';
import { until } from '../../testing/real-servers/runs.ts';

const CLIENTS = 20;
const JOIN = 'phx_join';

/** A server of Phoenix channels that answers no join of a socket before the given one. */
async function server(answersFrom: number): Promise<{ readonly port: number; joins: number; open: number }> {
  const sockets = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  onTestFinished(() => {
    for (const socket of sockets.clients) socket.terminate();
    sockets.close();
  });
  await once(sockets, 'listening');
  const counts = { port: (sockets.address() as AddressInfo).port, joins: 0, open: 0 };
  sockets.on('connection', (socket: WebSocket) => {
    let joins = 0;
    counts.open += 1;
    socket.on('error', () => {});
    socket.on('close', () => (counts.open -= 1));
    socket.on('message', (data: Buffer) => {
      const [joinRef, ref, topic, event] = JSON.parse(data.toString()) as readonly string[];
      if (event !== JOIN) return;
      counts.joins += 1;
      joins += 1;
      if (joins < answersFrom) return;
      socket.send(JSON.stringify([joinRef, ref, topic, 'phx_reply', { status: 'ok', response: {} }]));
    });
  });
  return counts;
}

test('a join that the server never answers times out, and is made again over the same socket', async () => {
  const counts = await server(2);
  const scenario = smallScenario(
    `target={ url: "ws://127.0.0.1:${counts.port}/socket/websocket", protocol: phoenix }`,
    `clients.count=${CLIENTS}`,
    'tokens.carrier={ query: token }',
    'clients.joinTimeout=1s',
    'clients.rejoin={ growth: fixed, base: 200ms, jitter: none }',
    'duration=60s',
  );
  const { outcome } = await liveRun(
    scenario,
    until((total) => total('stateReady') === CLIENTS),
  );
  const { curves, timings } = outcome.measurements;
  expect([curves.total('attempts'), curves.total('ready'), curves.total('attemptsFailed')]).toEqual([
    CLIENTS,
    CLIENTS,
    0,
  ]);
  expect(curves.total('joins')).toBe(counts.joins);
  expect(timings.join.count).toBe(CLIENTS);
  expect(Object.fromEntries(timings.join.failures)).toEqual({ timeout: counts.joins - CLIENTS });
  // Ready clients have waited for the limit, and then for the delay.
  expect(timings.handshake.minMs).toBeGreaterThanOrEqual(1190);
});

test('without joins that are made again, the limit on the attempt ends it with its socket', async () => {
  const counts = await server(Infinity);
  const scenario = smallScenario(
    `target={ url: "ws://127.0.0.1:${counts.port}/socket/websocket", protocol: phoenix }`,
    `clients.count=${CLIENTS}`,
    'tokens.carrier={ query: token }',
    'clients.connectTimeout=1s',
    'clients.rejoin=never',
    'duration=60s',
  );
  const { outcome } = await liveRun(
    scenario,
    until((total) => total('attemptsFailed') >= CLIENTS),
  );
  const { curves, timings } = outcome.measurements;
  expect(curves.total('ready')).toBe(0);
  expect([...timings.handshake.failures.keys()]).toEqual(['timeout']);
  expect(timings.join.failures.get('timeout')).toBe(timings.handshake.failures.get('timeout'));
  await expect.poll(() => counts.open).toBe(0);
});
