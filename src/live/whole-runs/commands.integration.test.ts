import { expect, test } from 'vitest';
import { failuresOf, liveRun, smallScenario } from '../../testing/live-run.ts';

const COMMANDS = 'clients.commands={ rate: 50/s, ackTimeout: 30s }';

/**
 * 10 clients send 50 commands a second each, 2375 in 4.75 s on average. For 1.5 s nothing reaches them, which is 75 of
 * each. A tenth of all, 237.5, take longer than 1.025 s: 500/s * (1.5 s - 1.025 s).
 */
test('a stall stands in the latencies with every command that falls due in it', async () => {
  const { outcome } = await liveRun(
    smallScenario('duration=5s', 'clients.count=10', COMMANDS, 'faults=[{ at: 2s, for: 1500ms, link: stall }]'),
  );
  const { ledger, timings } = outcome.measurements;
  expect(Math.abs(ledger.due - 2375)).toBeLessThanOrEqual(60);
  expect(ledger).toMatchObject({ skipped: 0, lost: 0, unexpected: 0, gaveUp: 0, sent: ledger.due });
  expect(ledger.acknowledged + ledger.inFlight).toBe(ledger.due);
  expect(timings.command.quantileMs(0.9)).toBeGreaterThan(900);
  expect(timings.command.quantileMs(0.5)).toBeLessThan(900);
});

test('commands that fall due without a connection are skipped with the reason, where none is sent later', async () => {
  const run = await liveRun(
    smallScenario(
      'clients.count=10',
      COMMANDS,
      'clients.commands.onReconnect=drop',
      'clients.arrive={ over: 400ms, process: poisson }',
      'faults=[{ at: 1s, for: 1s, handshake: { status: 503 } }, { at: 1s, drop: reset }]',
    ),
  );
  const { ledger, timings } = run.outcome.measurements;
  // 50 a second of each of 10 clients in the second without a connection, and until the backoff is over.
  expect(ledger.skipped).toBeGreaterThan(400);
  expect(ledger.due).toBe(ledger.sent + ledger.skipped);
  expect(ledger.sent).toBe(ledger.acknowledged + ledger.gaveUp + ledger.inFlight);
  expect(failuresOf(run, 'command')['not-connected']).toBe(ledger.skipped);
  expect(timings.command.failed).toBe(ledger.gaveUp + ledger.skipped);
});
