import type { Socket } from 'node:net';
import { setImmediate } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { until } from '../../testing/shard-rig.ts';
import { connect, FRAME, handshake, rawServer, serverFrame } from './raw-server.test.helper.ts';

/** Two connections to a server that answers when the test does. */
async function two(): Promise<{ connections: readonly ReturnType<typeof connect>[]; peers: Map<string, Socket> }> {
  const peers = new Map<string, Socket>();
  const server = await rawServer((socket, key) => void peers.set(key, socket));
  const connections = [connect(server.endpoint), connect(server.endpoint)];
  await until(() => peers.size === 2);
  return { connections, peers };
}

/** Sends a part of each answer, and lets the connections read it before the next. */
async function send(
  peers: ReadonlyMap<string, Socket>,
  partFor: (key: string, index: number) => Buffer,
): Promise<void> {
  for (const [index, [key, socket]] of [...peers].entries()) socket.write(partFor(key, index));
  for (let turn = 0; turn < 3; turn++) await setImmediate();
}

test('pieces of heads and messages of one connection outlive what others read in between', async () => {
  const { connections, peers } = await two();
  const texts = [`${'a'.repeat(300)}!`, `${'b'.repeat(200)}?`];
  const whole = (key: string, index: number): Buffer =>
    Buffer.concat([handshake(key), serverFrame(FRAME.text, texts[index]), serverFrame(FRAME.text, 'short')]);
  for (let from = 0; from < 700; from += 50) {
    await send(peers, (key, index) =>
      whole(key, index).subarray(Math.max(0, from - 20 * index), from + 50 - 20 * index),
    );
  }
  for (const { story } of connections) await story.until(3);
  const messages = connections.map(({ story }) => story.events);
  expect(messages.toSorted((one, other) => String(one).localeCompare(String(other)))).toEqual(
    texts.map((text) => [['opened'], ['message', text], ['message', 'short']]),
  );
});
