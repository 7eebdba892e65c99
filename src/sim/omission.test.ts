import { expect, test } from 'vitest';
import { failuresOf, measuredIn, scenarioOf } from '../testing/simulated.ts';

/**
 * 50 clients send 20 commands a second, 26,500 in 26.5 s each on average. For 5 s nothing reaches them. Those commands
 * are answered at the end of the stall, so of the 1000 a second that fall due in it, a command that is due x before its
 * end takes x. A tenth of all, 2650, take longer than 2.35 s: 1000/s * (5 s - 2.35 s).
 */
const STALLED = `
duration: 27s
tokens: { lifetime: 10m, issued: together }
clients: { count: 50, arrive: { over: 1s }, commands: { rate: 20/s, ackTimeout: 30s } }
faults: [{ at: 10s, for: 5s, link: stall }]
`;

test('latencies include every command that falls due in a stall', async () => {
  const { ledger, timings } = await measuredIn(scenarioOf(STALLED));
  expect(Math.abs(ledger.due - 26_500)).toBeLessThanOrEqual(50);
  expect(ledger).toMatchObject({ skipped: 0, waiting: 0, gaveUp: 0, sent: ledger.due });
  expect(ledger.acknowledged + ledger.inFlight).toBe(ledger.due);
  expect(timings.command.quantileMs(0.9)).toBeGreaterThan(2300);
  expect(timings.command.quantileMs(0.9)).toBeLessThan(2400);
  expect(timings.command.maxMs).toBeGreaterThan(4900);
});

test('latencies include the time that commands wait for a connection', async () => {
  const cut = 'faults=[{ at: 10s, for: 5s, handshake: { status: 503 } }, { at: 10s, drop: reset }]';
  const { ledger, timings } = await measuredIn(
    scenarioOf(STALLED, cut, 'clients.backoff={ base: 10ms, cap: 10ms, jitter: none }'),
  );
  expect(ledger).toMatchObject({ skipped: 0, gaveUp: 0, sent: ledger.due });
  expect(timings.command.quantileMs(0.9)).toBeGreaterThan(2300);
  expect(timings.command.quantileMs(0.9)).toBeLessThan(2400);
});

test('commands that do not wait for a connection are counted with their reason', async () => {
  const cut = 'faults=[{ at: 10s, for: 5s, handshake: { status: 503 } }, { at: 10s, drop: reset }]';
  const measured = await measuredIn(
    scenarioOf(
      STALLED,
      cut,
      'clients.backoff={ base: 10ms, cap: 10ms, jitter: none }',
      'clients.commands.onReconnect=drop',
    ),
  );
  const { ledger } = measured;
  expect(Math.abs(ledger.due - 26_500)).toBeLessThanOrEqual(50);
  // 1000 a second for 5 s, and from each client's arrival until it is connected none.
  expect(Math.abs(ledger.skipped - 5000)).toBeLessThanOrEqual(50);
  expect(failuresOf(measured, 'command')['not-connected']).toBe(ledger.skipped);
  expect(ledger.sent + ledger.skipped).toBe(ledger.due);
});

test('commands that still wait when the run ends are counted', async () => {
  const dead = 'faults=[{ at: 10s, for: 1h, handshake: { status: 503 } }, { at: 10s, drop: reset }]';
  const { ledger } = await measuredIn(scenarioOf(STALLED, dead));
  expect(Math.abs(ledger.waiting - 17_000)).toBeLessThanOrEqual(100);
  expect(ledger.sent + ledger.waiting).toBe(ledger.due);
});
