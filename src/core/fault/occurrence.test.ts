import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Fault } from './fault.ts';
import type { Plan, Repeat } from './plan.ts';
import { AT_ONCE } from './planned.test.helper.ts';
import { actingMs, injected, occurrenceCount, occurrencesOf } from './occurrence.ts';

const fault = (plan: Partial<Plan>): Fault => ({ ...AT_ONCE, ...plan, kind: 'drop', mode: { kind: 'reset' } });
const every = (everyMs: number, times = Infinity): Repeat => ({ everyMs, times });

const anyFault = fc
  .record({
    atMs: fc.nat(100_000),
    forMs: fc.nat(1000),
    spreadMs: fc.nat(1000),
    repeat: fc.option(
      fc.record({
        everyMs: fc.integer({ min: 1000, max: 50_000 }),
        times: fc.oneof(fc.integer({ min: 1, max: 50 }), fc.constant(Infinity)),
      }),
    ),
  })
  .map(fault);

describe('occurrences', () => {
  test.each([
    { plan: { atMs: 5000 }, begins: [5000], why: 'once without a repetition' },
    { plan: { atMs: 1000, repeat: every(4000) }, begins: [1000, 5000, 9000], why: 'until the run ends' },
    { plan: { atMs: 1000, repeat: every(4000, 2) }, begins: [1000, 5000], why: 'as often as it says' },
    {
      plan: { atMs: 2000, repeat: every(4000, 9) },
      begins: [2000, 6000],
      why: 'not at the very end, where nothing is left to measure',
    },
    {
      plan: { atMs: 1999, repeat: every(4000, 9) },
      begins: [1999, 5999, 9999],
      why: 'also a millisecond before the end',
    },
    { plan: { atMs: 0, repeat: every(10_000) }, begins: [0], why: 'once where the repetition is as long as the run' },
    {
      plan: { atMs: 20_000, repeat: every(1000) },
      begins: [20_000],
      why: 'once where it begins after the end: it is reported, and missed',
    },
  ])('in a run of 10 s, $plan begins at $begins: $why', ({ plan, begins }) => {
    expect(occurrencesOf([fault(plan)], 10_000).map(({ atMs }) => atMs)).toEqual(begins);
    expect(occurrenceCount(fault(plan), 10_000)).toBe(begins.length);
  });

  test('are numbered through the run, in the order of the faults and, of each, in time', () => {
    fc.assert(
      fc.property(fc.array(anyFault, { maxLength: 5 }), fc.integer({ min: 1, max: 200_000 }), (faults, durationMs) => {
        const occurrences = occurrencesOf(faults, durationMs);
        expect(occurrences.map(({ index }) => index)).toEqual([...occurrences.keys()]);
        for (const [faultIndex, planned] of faults.entries()) {
          const own = occurrences.filter((occurrence) => occurrence.faultIndex === faultIndex);
          expect(own.map(({ ordinal }) => ordinal)).toEqual([...own.keys()]);
          expect(own.every((occurrence) => occurrence.fault === planned)).toBe(true);
          expect(own).toHaveLength(occurrenceCount(planned, durationMs));
          const steps = own.slice(1).map(({ atMs }, n) => atMs - own[n]!.atMs);
          expect(steps.every((step) => step === planned.repeat?.everyMs)).toBe(true);
          expect(own[0]?.atMs).toBe(planned.atMs);
          expect(own.slice(1).every(({ atMs }) => atMs < durationMs)).toBe(true);
        }
      }),
    );
  });
});

test('a fault is active from its first hit until its last hit is over', () => {
  const spread = fault({ atMs: 10_000, forMs: 2000, spreadMs: 500 });
  expect(actingMs(spread)).toBe(2500);
});

test('a fault that is injected by hand has one occurrence', () => {
  const byHand = fault({ repeat: every(1000) });
  expect(injected(byHand, 3, 40, 12_345)).toEqual({
    index: 40,
    faultIndex: 3,
    ordinal: 0,
    fault: byHand,
    atMs: 12_345,
  });
});
