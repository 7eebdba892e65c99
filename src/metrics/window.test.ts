import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mostAtOnce, slidingPeak } from './window.ts';

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
