import { describe, expect, test } from 'vitest';
import { liveRun, smallScenario } from '../testing/live-run.ts';
import { handshake, rawServer, serverFrame, FRAME } from './raw-server.test.helper.ts';

// These tests run the compiled workers and target, as a user does: build first.

const HEARTBEAT = 'clients.heartbeat={ every: 200ms, timeout: 1s }';

describe('clients with a heartbeat', () => {
  test('hold on to a gateway that answers their pings', async () => {
    const { outcome } = await liveRun(smallScenario('duration=2s', HEARTBEAT));
    const { curves, counts, losses } = outcome.measurements;
    expect(curves.total('stateReady')).toBe(30);
    expect(counts).toMatchObject({ silent: 0, silenceMs: 0 });
    expect([...losses]).toEqual([]);
  });

  test('give up one that has fallen silent, and count how long it had been', async () => {
    const server = await rawServer((socket, key) => {
      socket.write(Buffer.concat([handshake(key), serverFrame(FRAME.text, 'hello')]));
    });
    const target = `target={ url: "ws://127.0.0.1:${server.endpoint.port}/rt" }`;
    const { outcome } = await liveRun(smallScenario('duration=4s', 'clients.count=5', HEARTBEAT, target));
    const { counts, losses } = outcome.measurements;
    const lost = losses.get('silent') ?? 0;
    expect(lost).toBeGreaterThanOrEqual(5);
    expect([...losses.keys()]).toEqual(['silent']);
    expect(counts.silent).toBe(lost);
    // Each had been silent for an interval and a time-out at least.
    expect(counts.silenceMs).toBeGreaterThanOrEqual(lost * 1200);
  });
});
