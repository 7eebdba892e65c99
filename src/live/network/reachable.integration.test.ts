import { once } from 'node:events';
import { createServer } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { reachable } from './reachable.ts';

test('only the addresses that take a connection are dialled, unless none does', async () => {
  let connections = 0;
  const server = createServer((socket) => {
    connections += 1;
    socket.on('error', () => {}).resume();
  }).listen(0, '127.0.0.1');
  onTestFinished(() => void server.close());
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  expect(await reachable(['::1', '127.0.0.1', '127.0.0.2'], port)).toEqual(['127.0.0.1']);
  expect(connections).toBe(1);
  expect(await reachable(['::1', '127.0.0.2'], port)).toEqual(['::1', '127.0.0.2']);
  expect(await reachable(['127.0.0.1'], port)).toEqual(['127.0.0.1']);
  expect(connections).toBe(1);
});
