import { expect, it } from 'vitest';
import { limitsFor, within } from './limits.ts';

it.each([
  ['the rate that the user allows', 100, 10_000, Infinity, 100, '--max-rate'],
  ['the connections that this machine holds', 100, 60, Infinity, 30, 'the connections that this machine holds'],
  [
    'the connections that any calibration may hold',
    1e6,
    1e6,
    Infinity,
    10_000,
    'the connections that this machine holds',
  ],
  ['the rate that the scenario allows towards a foreign host', 100, 10_000, 50, 50, 'target.rate'],
  ['the rate that the user allows, although the scenario allows a higher one', 100, 10_000, 500, 100, '--max-rate'],
])('a ramp is limited by %s', (_title, maxPerSecond, room, capPerSecond, expected, maxBy) => {
  const limits = within(limitsFor(maxPerSecond, room, 50), capPerSecond);
  expect(limits).toEqual({ maxPerSecond: expected, maxBy, maxLatenessP99Ms: 50 });
});
