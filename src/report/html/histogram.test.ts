import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { histogramPlot } from './histogram.ts';
import { percentilePlot } from './percentiles.ts';

/** The heights of the bars, in hundredths of the plot. */
function barsOf(text: string): readonly number[] {
  const path = /<path\s+class="bars"\s+d="([^"]*)"/.exec(text)?.[1] ?? '';
  return [...path.matchAll(/v-([\d.]+)/g)].map(([, high]) => Number(high));
}

describe('a histogram', () => {
  test('the fullest bar fills the plot, and one latency among many still shows', () => {
    const latencies = [
      { ms: 10, count: 100_000 },
      { ms: 5000, count: 1 },
    ];
    const { text } = histogramPlot({ name: 'refresh', latencies, count: 100_001 });
    expect(barsOf(text)).toEqual([100, 1]);
    expect(text).toContain('Histogram of 100001 latencies (refresh) from 10ms to 5.0s, most between 10ms and 13ms.');
  });

  test('every latency from the shortest to the longest that is kept has a bar', () => {
    const latency = fc.record({ ms: fc.double({ min: 0.001, max: 3_600_000, noNaN: true }), count: fc.constant(1) });
    fc.assert(
      fc.property(fc.array(latency, { minLength: 1, maxLength: 50 }), (all) => {
        const latencies = all.toSorted((a, b) => a.ms - b.ms);
        const bars = barsOf(histogramPlot({ name: 'command', latencies, count: latencies.length }).text);
        const most = Math.max(...bars);
        expect(most).toBe(100);
        expect(bars.length).toBeLessThanOrEqual(latencies.length);
        expect(bars.every((high) => high >= 1)).toBe(true);
      }),
    );
  });
});

describe('the percentiles', () => {
  test('a line goes from the shortest to the longest latency, and never down', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 1_000_000 }), { minLength: 1, maxLength: 300 }), (list) => {
        const latencies = list.toSorted((a, b) => a - b).map((ms) => ({ ms, count: 1 }));
        const { text } = percentilePlot([{ name: 'handshake', latencies, count: list.length }]);
        const path = /<path\s+class="l0"\s+d="M([^"]*)"/.exec(text)?.[1] ?? '';
        const points = path
          .replace('Z', '')
          .split('L')
          .map((point) => point.split(',').map(Number));
        const down = points.filter(([, y = 0], i) => i > 0 && y > (points[i - 1]?.[1] ?? 0));
        expect(down).toEqual([]);
        expect(points[0]?.[0]).toBe(0);
      }),
    );
  });

  test('99 of 100 latencies are at most the value at 99 %', () => {
    const latencies = [
      { ms: 1, count: 98 },
      { ms: 10, count: 1 },
      { ms: 1000, count: 1 },
    ];
    const { text } = percentilePlot([{ name: 'handshake', latencies, count: 100 }]);
    // Two decades of percentiles and three of latency: 99 % is the right edge, where the longest stands, at the top.
    expect(text).toMatch(/class="l0"\s+d="M0,100[^"]*L796,66\.7L800,0"/);
    expect(text).toContain('>99%<');
  });
});
