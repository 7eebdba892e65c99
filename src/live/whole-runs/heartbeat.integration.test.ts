import { expect, test } from 'vitest';
import { liveRun, smallScenario } from '../../testing/live-run.ts';
import { handshake, rawServer, serverFrame, FRAME } from '../network/raw-server.test.helper.ts';

// This test runs the compiled workers, as a user does: build first.

test('clients with a heartbeat give up a gateway that has fallen silent, and count how long it had been', async () => {
  const server = await rawServer((socket, key) => {
    socket.write(Buffer.concat([handshake(key), serverFrame(FRAME.text, 'hello')]));
  });
  const target = `target={ url: "ws://127.0.0.1:${server.endpoint.port}/rt" }`;
  const heartbeat = 'clients.heartbeat={ every: 200ms, timeout: 1s }';
  const { outcome } = await liveRun(smallScenario('duration=60s', 'clients.count=5', heartbeat, target), {
    until: ({ measurements: { counts } }) => counts.silent >= 5,
  });
  const { counts, losses } = outcome.measurements;
  const lost = losses.get('silent') ?? 0;
  expect(lost).toBeGreaterThanOrEqual(5);
  expect([...losses.keys()]).toEqual(['silent']);
  expect(counts.silent).toBe(lost);
  // Each had been silent for an interval and a time-out at least.
  expect(counts.silenceMs).toBeGreaterThanOrEqual(lost * 1200);
});
