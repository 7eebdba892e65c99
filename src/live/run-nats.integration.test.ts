import { describe, expect, onTestFinished, test } from 'vitest';
import type { Scenario } from '../scenario/scenario.ts';
import { startNatsStandIn } from '../testing/conformance/nats-stand-in.ts';
import { liveRun, type LiveRun, smallScenario } from '../testing/live-run.ts';

const CLIENTS = 50;

async function scenario(...sets: readonly string[]): Promise<Scenario> {
  const { port, stop } = await startNatsStandIn();
  onTestFinished(stop);
  return smallScenario(
    `target={ url: "ws://127.0.0.1:${port}/", protocol: nats }`,
    `clients.count=${CLIENTS}`,
    'tokens.carrier=message',
    'duration=60s',
    ...sets,
  );
}

function total({ outcome }: LiveRun, curve: 'ready' | 'sent' | 'acknowledged' | 'lostExpired' | 'attempts'): number {
  return outcome.measurements.curves.total(curve);
}

describe('clients of NATS', () => {
  test('read messages that span frames, and come back after the expiry with another token', async () => {
    const run = await liveRun(
      await scenario(
        'tokens.lifetime=3s',
        'clients.clockSkew=-20s',
        'clients.commands={ rate: 5/s, onReconnect: resend }',
      ),
      {
        until: ({ measurements: { curves } }) =>
          curves.total('lostExpired') >= CLIENTS && curves.total('stateReady') === CLIENTS,
      },
    );
    expect(total(run, 'ready')).toBe(2 * CLIENTS);
    expect(total(run, 'lostExpired')).toBe(CLIENTS);
    expect(total(run, 'acknowledged')).toBeGreaterThan(10 * CLIENTS);
    expect(run.outcome.seen).toEqual([
      { kind: 'end', what: 'server-disconnect', text: '-ERR User Authentication Expired', count: CLIENTS },
    ]);
  });
});
