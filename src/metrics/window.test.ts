import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mostAtOnce, peakBetween, slidingPeak } from './window.ts';

describe('mostAtOnce', () => {
  it.each([
    { changes: [], most: 0 },
    { changes: [3, 0, 2, -4, 3, -4], most: 5 },
    { changes: [0, -1, 1], most: 0 },
  ])('is $most after $changes', ({ changes, most }) => {
    expect(mostAtOnce(Int32Array.from(changes))).toBe(most);
  });
});

describe('slidingPeak', () => {
  it.each([
    { bins: [], peak: { perSecond: 0, atMs: 0 } },
    { bins: [0, 0, 0], peak: { perSecond: 0, atMs: 0 } },
    { bins: [0, 0, 7, 0], peak: { perSecond: 7, atMs: 200 } },
    { bins: Array<number>(30).fill(2), peak: { perSecond: 20, atMs: 1500 } },
    { bins: [5], peak: { perSecond: 5, atMs: 0 } },
    { bins: [...Array<number>(12).fill(0), 4, 0, 0, 0, 4], peak: { perSecond: 8, atMs: 1400 } },
    { bins: [...Array<number>(15).fill(1), 9, ...Array<number>(15).fill(1)], peak: { perSecond: 18, atMs: 1500 } },
  ])('finds the fullest second of $bins', ({ bins, peak }) => {
    expect(slidingPeak(Int32Array.from(bins))).toEqual(peak);
  });

  it('agrees with the sums of all windows', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(100), { maxLength: 60 }), (counts) => {
        const sums = counts.map((_, i) => counts.slice(i, i + 10).reduce((a, b) => a + b, 0));
        const peak = slidingPeak(Int32Array.from(counts));
        expect(peak.perSecond).toBe(Math.max(0, ...sums));
        const middle = peak.atMs / 100;
        const around = counts.slice(Math.max(0, middle - 5), middle + 5);
        expect(around.reduce((a, b) => a + b, 0)).toBe(peak.perSecond);
      }),
    );
  });

  it('uses whole seconds, also at the edges of its range', () => {
    const bins = new Int32Array(60);
    bins[20] = 5;
    bins[28] = 3;
    bins[40] = 9;
    expect(slidingPeak(bins, 19, 22)).toEqual({ perSecond: 8, atMs: 2400 });
    expect(slidingPeak(bins, 45, 46)).toEqual({ perSecond: 9, atMs: 4300 });
    expect(slidingPeak(bins, 50, 51)).toEqual({ perSecond: 0, atMs: 0 });
  });
});

describe('peakBetween', () => {
  const BINS = 40;
  const curve = (bins: readonly number[]): Int32Array => {
    const counts = new Int32Array(BINS);
    for (const bin of bins) counts[bin]! += 1;
    return counts;
  };
  const bin = fc.nat(BINS - 1);

  it('holds for every choice of instants between the earliest and the latest ones', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(bin, bin, bin), { maxLength: 30 }), (events) => {
        const sorted = events.map((three) => three.toSorted((a, b) => a - b));
        const [earliest, actual, latest] = [0, 1, 2].map((nth) => curve(sorted.map((three) => three[nth]!)));
        const { atLeast, atMost } = peakBetween(earliest!, latest!);
        const { perSecond } = slidingPeak(actual!);
        expect(perSecond).toBeGreaterThanOrEqual(atLeast);
        expect(perSecond).toBeLessThanOrEqual(atMost);
      }),
    );
  });

  it('holds within a range, too', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(bin, bin, bin), { maxLength: 30 }), fc.tuple(bin, bin), (events, ends) => {
        const sorted = events.map((three) => three.toSorted((a, b) => a - b));
        const [earliest, actual, latest] = [0, 1, 2].map((nth) => curve(sorted.map((three) => three[nth]!)));
        const [from, to] = [Math.min(...ends), Math.max(...ends) + 1];
        const { atLeast, atMost } = peakBetween(earliest!, latest!, from, to);
        const { perSecond } = slidingPeak(actual!, from, to);
        expect(perSecond).toBeGreaterThanOrEqual(atLeast);
        expect(perSecond).toBeLessThanOrEqual(atMost);
      }),
    );
  });

  it('is the peak where the instants are known', () => {
    fc.assert(
      fc.property(fc.array(bin, { maxLength: 30 }), (bins) => {
        const { perSecond } = slidingPeak(curve(bins));
        expect(peakBetween(curve(bins), curve(bins))).toEqual({ atLeast: perSecond, atMost: perSecond });
      }),
    );
  });

  it('leaves open how close together events were that were read at once, long after they could have arrived', () => {
    const spread = { atLeast: 0, atMost: 20 };
    expect(peakBetween(curve(Array<number>(20).fill(3)), curve(Array<number>(20).fill(30)))).toEqual(spread);
  });
});
