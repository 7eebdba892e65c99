import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findingOf, nextStep, rateFor, responseTo, triesAt, type RampLimits } from './ramp.ts';
import type { Step } from './step.ts';

const LIMITS: RampLimits = { maxPerSecond: 1000, maxBy: '--max-rate', maxLatenessP99Ms: 50 };

/** A step that went well, but for what is said. */
function step(perSecond: number, changes: Partial<Step> = {}): Step {
  const tries = triesAt(perSecond);
  return {
    perSecond,
    startedPerSecond: perSecond,
    achievedPerSecond: perSecond,
    tries,
    succeeded: tries,
    failures: {},
    notBegun: 0,
    p50Ms: 8,
    p99Ms: 20,
    latenessP99Ms: 2,
    ...changes,
  };
}

/** The steps of a whole ramp, and its end, against a target that takes each step as `respond` says. */
function ramp(respond: (perSecond: number, n: number) => Step, limits = LIMITS) {
  const steps: Step[] = [];
  for (;;) {
    const next = nextStep(steps, limits, 0);
    if ('end' in next) return findingOf(steps, limits, next.end);
    steps.push(respond(next.perSecond, steps.length));
  }
}

const serverOf = (capacity: number) => (perSecond: number) =>
  step(perSecond, { achievedPerSecond: Math.min(capacity, perSecond) });

describe('the response of a target', () => {
  it.each<[string, Partial<Step>, string]>([
    ['completed all tries', {}, 'kept-up'],
    ['completed 9 of 10 tries', { achievedPerSecond: 90 }, 'kept-up'],
    ['completed fewer', { achievedPerSecond: 89 }, 'behind'],
    ['completed none', { achievedPerSecond: null }, 'behind'],
    ['was at most a second slower in its p99', { p99Ms: 1008 }, 'kept-up'],
    ['was more than a second slower', { p99Ms: 1009 }, 'slow'],
    ['failed 1 of 100 tries', { succeeded: 198 }, 'kept-up'],
    ['failed more', { succeeded: 197 }, 'failing'],
    ['had a late generator', { latenessP99Ms: 51, succeeded: 0 }, 'generator'],
    ['had a generator that began too few tries', { startedPerSecond: 89, achievedPerSecond: 20 }, 'generator'],
    ['had a generator without tokens for all tries', { notBegun: 1 }, 'generator'],
    [
      'completed 9 of 10 begun tries, although fewer of the intended ones',
      { startedPerSecond: 95, achievedPerSecond: 86 },
      'kept-up',
    ],
  ])('that %s is classified', (_title, changes, response) => {
    expect(responseTo(step(100, changes), [step(20)], LIMITS)).toBe(response);
  });
});

describe('a ramp', () => {
  it('begins low, rises by half, and ends at a rate that failed twice', () => {
    const { steps, end, perSecond, keptUpPerSecond } = ramp(serverOf(50));
    expect(steps.map((each) => each.perSecond)).toEqual([20, 30, 45, 67.5, 67.5]);
    expect({ end, perSecond, keptUpPerSecond }).toEqual({ end: 'knee', perSecond: 50, keptUpPerSecond: 45 });
  });

  it('finds the capacity of any server, unless its limits come first, and never exceeds them', () => {
    const rate = fc.double({ min: 1, max: 5000, noNaN: true });
    fc.assert(
      fc.property(rate, rate, (capacity, maxPerSecond) => {
        const limits = { ...LIMITS, maxPerSecond };
        const { steps, end, perSecond } = ramp(serverOf(capacity), limits);
        expect(Math.max(...steps.map((each) => each.perSecond))).toBeLessThanOrEqual(maxPerSecond);
        expect(end).toBe(capacity < Math.min(maxPerSecond, steps.at(-1)!.perSecond) * 0.9 ? 'knee' : 'max-rate');
        expect(perSecond).toBeCloseTo(Math.min(capacity, maxPerSecond), 6);
      }),
    );
  });

  it('continues if the second step at a rate goes well', () => {
    const hiccup = ramp((perSecond, n) => step(perSecond, n === 1 ? { succeeded: 0 } : {}));
    expect(hiccup.steps.slice(0, 4).map((each) => each.perSecond)).toEqual([20, 30, 30, 45]);
    expect(hiccup).toMatchObject({ end: 'max-rate', perSecond: 1000 });
  });

  it('takes the rate before a collapse under load', () => {
    const { end, perSecond } = ramp((rate) => step(rate, rate > 100 ? { achievedPerSecond: 10 } : {}));
    expect({ end, perSecond }).toEqual({ end: 'knee', perSecond: 67.5 });
  });

  it('averages the rates of the two overloaded steps', () => {
    const achieved = [20, 30, 45, 52, 54];
    expect(ramp((rate, n) => step(rate, { achievedPerSecond: achieved[n]! })).perSecond).toBe(53);
  });

  it('ends at the generator’s limit with the last rate that went well', () => {
    const { end, perSecond } = ramp((rate) => step(rate, rate > 40 ? { latenessP99Ms: 999 } : {}));
    expect({ end, perSecond }).toEqual({ end: 'generator', perSecond: 30 });
  });

  it('finds no rate if no step went well', () => {
    const { end, perSecond, keptUpPerSecond } = ramp((rate) => step(rate, { succeeded: 0, achievedPerSecond: null }));
    expect({ end, perSecond, keptUpPerSecond }).toEqual({ end: 'knee', perSecond: null, keptUpPerSecond: null });
  });

  it('ends after a maximum time and a maximum number of steps', () => {
    expect(nextStep([step(20)], LIMITS, 180_000)).toMatchObject({ perSecond: 30 });
    expect(nextStep([step(20)], LIMITS, 180_001)).toEqual({ end: 'max-time' });
    expect(
      nextStep(
        Array.from({ length: 40 }, () => step(20)),
        LIMITS,
        0,
      ),
    ).toEqual({ end: 'max-steps' });
  });

  it('makes enough tries to measure any rate', () => {
    expect([1, 10, 50, 1000].map(triesAt)).toEqual([20, 20, 100, 2000]);
    fc.assert(fc.property(fc.integer({ min: 20, max: 100_000 }), (tries) => triesAt(rateFor(tries)) === tries));
  });
});
