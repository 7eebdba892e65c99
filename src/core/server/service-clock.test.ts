import fc from 'fast-check';
import { expect, it } from 'vitest';
import { ServiceClock } from './service-clock.ts';

it('jumps, drifts, adds several faults up, and is corrected again', () => {
  const clock = new ServiceClock();
  expect(clock.at(1000)).toBe(1000);
  clock.begin(1, { offsetMs: -2000, driftPerMs: 0.1 }, 0);
  expect([0, 1000].map((now) => clock.errorMs(now))).toEqual([-2000, -1900]);
  clock.begin(2, { offsetMs: 500, driftPerMs: 0 }, 1000);
  expect(clock.at(1000)).toBe(-400);
  expect(clock.end(1)).toBe(true);
  expect(clock.end(1)).toBe(false);
  expect(clock.at(2000)).toBe(2500);
  clock.end(2);
  expect(clock.at(2000)).toBe(2000);
});

it('shows an instant at the predicted time, whatever its drift', () => {
  const drift = fc.double({ min: -0.5, max: 0.5, noNaN: true });
  fc.assert(
    fc.property(drift, fc.integer({ min: -5000, max: 5000 }), fc.nat(10_000), (driftPerMs, offsetMs, aheadMs) => {
      const clock = new ServiceClock();
      clock.begin(1, { offsetMs, driftPerMs }, 100);
      const shown = clock.at(500) + aheadMs;
      const at = clock.whenItShows(shown, 500);
      expect(at).toBeGreaterThanOrEqual(500 - 1e-6);
      expect(Math.abs(clock.at(at) - shown)).toBeLessThan(1e-6);
    }),
  );
});

it('is checked again after a while where several drifts nearly stop it', () => {
  const clock = new ServiceClock();
  for (const occurrence of [1, 2]) clock.begin(occurrence, { offsetMs: 0, driftPerMs: -0.5 }, 0);
  expect(clock.whenItShows(100, 0)).toBe(1000);
});
