import { expect, test } from 'vitest';
import { failuresOf, liveRun, smallScenario } from '../testing/live-run.ts';

const COMPROMISED = 'faults=[{ at: 1s, spread: 500ms, session: compromised }]';
const COMMANDS = 'clients.commands={ rate: 5/s }';

test('where a gateway is told at once, every revoked session is closed, and it is measured how long that took', async () => {
  const { outcome } = await liveRun(smallScenario(COMPROMISED, COMMANDS, 'target.embedded.revocation=push'));
  const { timings, counts, unauthorized, sessions } = outcome.measurements;
  expect(outcome.faults).toMatchObject([{ planned: 30, hit: 30, missed: {} }]);
  expect(timings.revocation.count).toBe(30);
  expect(timings.revocation.failures.size).toBe(0);
  expect(counts.stoppedLoggedOut).toBe(30);
  expect(unauthorized).toEqual({ beforeAuth: 0, expired: 0, revoked: 0, forbidden: 0 });
  expect(sessions).toEqual({ anonymous: 0, downgraded: 0 });
});

test('where nobody tells it, they go on to the end, and so do their commands', async () => {
  const run = await liveRun(smallScenario(COMPROMISED, COMMANDS, 'target.embedded.revocation=none'));
  const { timings, unauthorized } = run.outcome.measurements;
  expect(timings.revocation.count).toBe(0);
  expect(failuresOf(run, 'revocation')).toEqual({ 'never-closed': 30 });
  expect(unauthorized?.revoked).toBeGreaterThan(100);
});

test('a logout hits the siblings, and is no revocation for the device that leaves', async () => {
  const faults = 'faults=[{ at: 1s, session: logout }]';
  const { outcome } = await liveRun(smallScenario(faults, 'clients.perUser=3', 'target.embedded.revocation=push'));
  expect(outcome.faults).toMatchObject([{ planned: 20, hit: 20, missed: {} }]);
  expect(outcome.measurements.timings.revocation.count).toBe(20);
  expect(outcome.measurements.counts.stoppedLoggedOut).toBe(30);
});

test('a role that is taken away is counted once for each connection that goes on without it', async () => {
  const faults = 'faults=[{ at: 1s, session: role-removed }]';
  const embedded = ['target.embedded.authorization=connect', 'target.embedded.revocation=push'];
  const { outcome } = await liveRun(smallScenario(faults, COMMANDS, ...embedded));
  const { unauthorized, sessions, timings } = outcome.measurements;
  expect(sessions).toEqual({ anonymous: 0, downgraded: 30 });
  expect(unauthorized?.forbidden).toBeGreaterThan(100);
  expect(timings.revocation.count).toBe(0);
});
