import { expect, it } from 'vitest';
import { limitsFor, within } from './limits.ts';

it.each([
  ['what the user allows', 100, 10_000, Infinity, 100, '--max-rate'],
  ['what this machine holds', 100, 60, Infinity, 30, 'the connections that this machine holds'],
  ['what a machine may hold for a calibration', 1e6, 1e6, Infinity, 10_000, 'the connections that this machine holds'],
  ['what the scenario allows towards a foreign host', 100, 10_000, 50, 50, 'target.rate'],
  ['the user, although the scenario allows a foreign host more', 100, 10_000, 500, 100, '--max-rate'],
])('a ramp is limited by %s', (_title, maxPerSecond, room, capPerSecond, expected, maxBy) => {
  const limits = within(limitsFor(maxPerSecond, room, 50), capPerSecond);
  expect(limits).toEqual({ maxPerSecond: expected, maxBy, maxLatenessP99Ms: 50 });
});
