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
    { bins: Array<number>(30).fill(2), peak: { perSecond: 20, atMs: 0 } },
    { bins: [...Array<number>(15).fill(1), 9, ...Array<number>(15).fill(1)], peak: { perSecond: 18, atMs: 1500 } },
  ])('finds the fullest second of $bins', ({ bins, peak }) => {
    expect(slidingPeak(Int32Array.from(bins))).toEqual(peak);
  });

  it('agrees with adding up every window', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(100), { maxLength: 60 }), (counts) => {
        const sums = counts.map((_, i) => counts.slice(i, i + 10).reduce((a, b) => a + b, 0));
        const peak = slidingPeak(Int32Array.from(counts));
        expect(peak.perSecond).toBe(Math.max(0, ...sums));
        expect(counts[peak.atMs / 100] ?? 0).toBeGreaterThanOrEqual(peak.perSecond / 10);
      }),
    );
  });

  it('looks at nothing outside its range', () => {
    const bins = Int32Array.from({ length: 40 }, (_, i) => i);
    expect(slidingPeak(bins, 5, 8)).toEqual({ perSecond: 5 + 6 + 7, atMs: 700 });
  });
});
