import { expect, test } from 'vitest';
import { drawnFor, duplicatesIn, liveRun, smallScenario } from '../../testing/live-run.ts';

test('drops hit the clients that were drawn, and all of them recover', async () => {
  const drops = '{ at: 700ms, share: 50%, drop: { code: 1012 } }, { at: 2s, drop: reset, spread: 300ms }';
  const scenario = smallScenario('duration=60s', 'clients.count=60', `faults=[${drops}]`);
  const drawn = drawnFor(scenario, 0);
  const { outcome } = await liveRun(scenario, {
    until: ({ measurements: { curves } }) => curves.total('recovered') === drawn + 60,
  });
  const { curves } = outcome.measurements;
  expect(outcome.faults).toMatchObject([
    { kind: 'drop', planned: drawn, hit: drawn },
    { kind: 'drop', planned: 60, hit: 60 },
  ]);
  expect(curves.total('lostClosed')).toBe(drawn);
  expect(curves.total('lostDropped')).toBe(60);
  expect(curves.total('stateReady')).toBe(60);
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
