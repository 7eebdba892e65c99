import dns from 'node:dns/promises';
import { once } from 'node:events';
import { syncBuiltinESMExports } from 'node:module';
import { expect, onTestFinished, test, vi } from 'vitest';
import { WebSocketServer } from 'ws';
import type * as calibrateRoom from '../calibrate/calibrate.ts';
import { liveRun, smallScenario } from '../../testing/live-run.ts';

/** The name of a target that answers at the first two of its three addresses. */
const HOST = 'three-addresses.invalid';
const ADDRESSES = ['127.0.0.1', '127.0.0.2', '127.0.0.3'];

/** Numbers of connections at the first two addresses, and the port of both. */
async function listening() {
  const lookup = vi
    .spyOn(dns, 'lookup')
    .mockResolvedValue(ADDRESSES.map((address) => ({ address, family: 4 })) as never);
  syncBuiltinESMExports();
  const connections = [0, 0];
  let port = 0;
  for (const which of [0, 1]) {
    const server = new WebSocketServer({ host: ADDRESSES[which]!, port });
    onTestFinished(() => {
      for (const peer of server.clients) peer.terminate();
      server.close();
    });
    server.on('connection', () => connections[which]!++);
    await once(server, 'listening');
    const address = server.address();
    port = typeof address === 'object' && address !== null ? address.port : 0;
  }
  onTestFinished(() => {
    lookup.mockRestore();
    syncBuiltinESMExports();
  });
  return { connections, port };
}

const WARNING = 'an address of the target took no connection and will not be dialled: 127.0.0.3';

test('a run dials all addresses that take connections, and warns of the others', async () => {
  const { connections, port } = await listening();
  const run = await liveRun(smallScenario('duration=60s', 'clients.count=20', `target.url=ws://${HOST}:${port}/`), {
    until: ({ measurements }) => measurements.curves.total('ready') === 20,
  });
  expect(connections).toEqual([10, 10]);
  expect(run.events.filter(({ kind }) => kind === 'warning').map(({ message }) => message)).toContain(WARNING);
});

test('a calibration measures all addresses that take connections, and warns of the others', async () => {
  const { connections, port } = await listening();
  const compiled = new URL('../../../dist/live/calibrate/calibrate.js', import.meta.url).href;
  const { calibrate } = (await import(compiled)) as typeof calibrateRoom;
  const warnings: string[] = [];
  await calibrate(smallScenario('generator.maxLateness=1s', `target.url=ws://${HOST}:${port}/`), {
    allowedHosts: [],
    maxPerSecond: 20,
    signal: new AbortController().signal,
    onStep: () => {},
    onWarning: (message) => warnings.push(message),
  });
  expect(connections[0]).toBeGreaterThan(0);
  expect(Math.abs(connections[0]! - connections[1]!)).toBeLessThanOrEqual(1);
  expect(warnings).toEqual([WARNING]);
});
