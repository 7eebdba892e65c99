import { describe, expect, onTestFinished, test } from 'vitest';
import type { Scenario } from '../../scenario/scenario.ts';
import { startNatsStandIn } from '../../testing/conformance/nats-stand-in.ts';
import { liveRun } from '../../testing/live-run.ts';
import { scenarioTo, totalOf, until } from '../../testing/real-servers/runs.ts';

const CLIENTS = 50;

async function scenario(...sets: readonly string[]): Promise<Scenario> {
  const { port, stop } = await startNatsStandIn();
  onTestFinished(stop);
  return scenarioTo({ port }, 'nats', CLIENTS, 'tokens.carrier=message', ...sets);
}

describe('clients of NATS', () => {
  test('read messages that span frames, and come back after the expiry with another token', async () => {
    const run = await liveRun(
      await scenario(
        'tokens.lifetime=3s',
        'clients.clockSkew=-20s',
        'clients.commands={ rate: 5/s, onReconnect: resend }',
      ),
      until((total) => total('lostExpired') >= CLIENTS && total('stateReady') === CLIENTS),
    );
    expect(totalOf(run, 'ready')).toBe(2 * CLIENTS);
    expect(totalOf(run, 'lostExpired')).toBe(CLIENTS);
    expect(totalOf(run, 'acknowledged')).toBeGreaterThan(10 * CLIENTS);
    expect(run.outcome.seen).toEqual([
      { kind: 'end', what: 'server-disconnect', text: '-ERR User Authentication Expired', count: CLIENTS },
    ]);
  });
});
