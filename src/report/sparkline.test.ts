import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { sparkline, windowMarks } from './sparkline.ts';

describe('sparkline', () => {
  test('one event shows in an hour of nothing', () => {
    const bins = new Int32Array(36_000);
    bins[17_000] = 1;
    const [row = ''] = sparkline(bins, 60, 1);
    expect(row.trim()).toBe('█');
    expect(row.indexOf('█')).toBe(Math.floor((17_000 / 36_000) * 60));
  });

  test('the height is the count of the last second, so a steady rate is level', () => {
    const bins = new Int32Array(100).fill(3);
    expect(sparkline(bins.subarray(10), 10, 2)[1]).toBe('██████████');
  });

  test('half of the greatest rate fills half of the rows', () => {
    const bins = new Int32Array(40);
    bins.fill(1, 0, 20);
    bins.fill(2, 20, 40);
    const [upper = '', lower = ''] = sparkline(bins, 4, 2);
    expect(upper.at(-1)).toBe('█');
    expect(upper[0]).toBe(' ');
    expect(lower).toBe('████');
  });

  test('whatever the bins, it has the size that was asked for', () => {
    const bins = fc.int32Array({ min: 0, max: 1_000_000, minLength: 1, maxLength: 500 });
    fc.assert(
      fc.property(bins, fc.integer({ min: 1, max: 120 }), fc.integer({ min: 1, max: 6 }), (values, columns, rows) => {
        const lines = sparkline(values, columns, rows);
        expect(lines).toHaveLength(rows);
        for (const line of lines) expect(line).toMatch(new RegExp(`^[ ▁-█]{${columns}}$`));
        const drawn = lines.join('').trim() !== '';
        expect(drawn).toBe(values.some((value) => value > 0));
      }),
    );
  });
});

describe('the marks of fault windows', () => {
  test.each([
    ['a window covers its time', [{ atMs: 2000, forMs: 3000 }], '  ▒▒▒     '],
    ['an instant is one column', [{ atMs: 9999, forMs: 0 }], '         ▒'],
    ['what lies past the end is left out', [{ atMs: 10_000, forMs: 5000 }], '          '],
    ['a window is cut at the end', [{ atMs: 8000, forMs: 60_000 }], '        ▒▒'],
    [
      'several windows share the line',
      [
        { atMs: 0, forMs: 1000 },
        { atMs: 5000, forMs: 0 },
      ],
      '▒    ▒    ',
    ],
  ])('%s', (_title, windows, marks) => {
    expect(windowMarks(windows, 10_000, 10)).toBe(marks);
  });
});
