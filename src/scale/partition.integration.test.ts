import { once } from 'node:events';
import { createServer } from 'node:http';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { exportJWK, generateKeyPair } from 'jose';
import { describe, expect, it, onTestFinished } from 'vitest';
import { WebSocketServer } from 'ws';
import { listen } from '../embedded/listen.ts';
import { Machines, times } from '../testing/many-machines.ts';
import { HAS_NAMESPACES, makeNamespace } from '../testing/network-namespace.ts';
import { REDIS_SERVER } from '../testing/redis-server.ts';
import { startRedis } from '../testing/start-redis.ts';
import { listWorkers } from './presence.ts';
import { RedisLink } from './redis-link.ts';

/** A gateway that takes anybody, and counts by address. */
async function gateway(host: string) {
  const server = createServer();
  const sockets = new WebSocketServer({ server });
  const connections = new Map<string, { made: number; open: number }>();
  sockets.on('connection', (socket, { socket: { remoteAddress = '' } }) => {
    const count = connections.get(remoteAddress) ?? { made: 0, open: 0 };
    connections.set(remoteAddress, count);
    count.made++;
    count.open++;
    socket.on('error', () => {});
    socket.once('close', () => count.open--);
  });
  const port = await listen(server, host, 0);
  onTestFinished(async () => {
    for (const socket of sockets.clients) socket.terminate();
    server.close();
    await once(server, 'close');
  });
  return { port, of: (address: string) => connections.get(address) ?? { made: 0, open: 0 } };
}

describe.skipIf(REDIS_SERVER === null || !HAS_NAMESPACES)('a worker whose machine is cut off', () => {
  it('is lost within 5 s, ends its load by itself, and comes back for other runs; the others go on', async () => {
    const far = makeNamespace();
    onTestFinished(() => far.remove());
    const redis = await startRedis({ host: far.host });
    const { port, of } = await gateway(far.host);
    const machines = new Machines(redis.url);
    const { privateKey } = await generateKeyPair('ES256', { extractable: true });
    const keyFile = join(machines.folder, 'key.jwk.json');
    writeFileSync(keyFile, JSON.stringify(await exportJWK(privateKey)));
    const [near, cut] = await Promise.all([
      machines.worker('near'),
      machines.worker('cut-off', { within: far.within }),
    ]);
    const run = machines.coordinator(
      `
name: partition
duration: 18s
target: { url: "ws://${far.host}:${port}/", protocol: none }
tokens: { keyFile: ./key.jwk.json }
clients: { count: 40, arrive: { over: 1s } }
`,
      '--shards',
      '2',
      '--allow-host',
      far.host,
    );
    await run.says(/ready 40\/40/);
    expect([of(far.host), of(far.address)]).toEqual([
      { made: 20, open: 20 },
      { made: 20, open: 20 },
    ]);
    far.cut();
    await run.says(/shard [12] of 2 on cut-off was lost \(nothing heard of it for [45] s\)/);
    await cut.says(/: lost: Redis has been away for 10 s/);
    far.mend();
    await cut.says(/Redis is back/);
    expect([await run.ended, near.said().includes(': done')]).toEqual([3, true]);
    const { verdict, integrity, attempts, clients } = await run.summary();
    expect(integrity.map(({ kind }) => kind)).toEqual(['shard-lost']);
    expect([verdict, attempts.total, clients.started]).toEqual(['inconclusive', 40, 40]);
    expect([of(far.host).made, of(far.address).made]).toEqual([20, 20]);
    const link = await RedisLink.open(redis.url, undefined, {});
    onTestFinished(() => link.close());
    const free = async () => (await listWorkers(link.redis, null)).map(({ host, free: slots }) => [host, slots]);
    await expect.poll(free).toEqual([
      ['cut-off', 1],
      ['near', 1],
    ]);
    expect([times(': took', near), times(': took', cut)]).toEqual([1, 1]);
  });
});
