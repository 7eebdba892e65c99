import { expect, test } from 'vitest';
import { drawnFor, duplicatesIn, liveRun, smallScenario } from '../testing/live-run.ts';

test('a drop with 1012 hits the clients that were drawn, and all of them recover', async () => {
  const sets = ['duration=2s', 'clients.count=60', 'faults=[{ at: 700ms, share: 50%, drop: { code: 1012 } }]'];
  const scenario = smallScenario(...sets);
  const { outcome } = await liveRun(scenario);
  const drawn = drawnFor(scenario, 0);
  const { curves } = outcome.measurements;
  expect(outcome.faults).toMatchObject([{ kind: 'drop', planned: drawn, hit: drawn }]);
  expect(curves.total('lostClosed')).toBe(drawn);
  expect(curves.total('recovered')).toBe(drawn);
  expect(curves.total('stateReady')).toBe(60);
});

test('a drop by reset, spread, is seen as connections that dropped', async () => {
  const { outcome } = await liveRun(smallScenario('duration=2s', 'faults=[{ at: 700ms, drop: reset, spread: 300ms }]'));
  const { curves } = outcome.measurements;
  expect(outcome.faults).toMatchObject([{ planned: 30, hit: 30 }]);
  expect(curves.total('lostDropped')).toBe(30);
  expect(curves.total('recovered')).toBe(30);
});

test.each([
  [true, 0],
  [false, Infinity],
])('commands resent after drops are counted as the journal has them; idempotent: %s', async (idempotent, most) => {
  const drops = 'faults=[{ at: 700ms, drop: reset }, { at: 1s, drop: reset }, { at: 1300ms, drop: reset }]';
  const commands = 'clients.commands={ rate: 20/s, onReconnect: resend }';
  // Acknowledgements take their time, so that some are always on their way when a connection drops.
  const target = `target.embedded={ idempotent: ${idempotent}, ackDelay: 20ms }`;
  const run = await liveRun(smallScenario('duration=2500ms', 'clients.count=60', drops, commands, target));
  const { ledger, curves } = run.outcome.measurements;
  const duplicates = duplicatesIn(run);
  expect(ledger.sent).toBeGreaterThan(1000);
  expect(curves.total('resent')).toBeGreaterThan(0);
  expect(ledger.duplicated).toBe(duplicates);
  expect(ledger.duplicatedBy).toEqual({ resend: duplicates, other: 0 });
  expect(curves.total('duplicated')).toBe(duplicates);
  expect(duplicates).toBeLessThanOrEqual(most);
  expect(ledger.lost).toBe(0);
  expect(ledger.sent).toBe(ledger.acknowledged + (ledger.unexpected ?? 0) + ledger.inFlight);
});
