import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { drawChart, type Chart } from './chart.ts';

const BASE: Chart = { samples: [], sampleMs: 100, spanMs: 1000, top: 8, style: 'area', columns: 5, rows: 2 };

/** Any number, also one that only a mistake could make a sample. */
const anyCharts = fc.record<Chart>({
  samples: fc.array(fc.oneof(fc.double(), fc.integer({ min: -5, max: 5_000 })), { maxLength: 400 }),
  sampleMs: fc.integer({ min: 1, max: 1_000 }),
  spanMs: fc.integer({ min: 1, max: 100_000 }),
  top: fc.integer({ min: 1, max: 5_000 }),
  style: fc.constantFrom('area', 'line', 'area-outline', 'dotted-line'),
  columns: fc.integer({ min: 1, max: 200 }),
  rows: fc.integer({ min: 1, max: 60 }),
});

describe('drawChart', () => {
  it.each<[string, Partial<Chart>, string[]]>([
    ['draws nothing where there are no samples', {}, ['     ', '     ']],
    ['leaves zeros of an area empty', { samples: [0, 0, 0] }, ['     ', '     ']],
    ['draws zeros of a line at the bottom', { samples: [0, 0, 0, 0], style: 'line' }, ['     ', '⣀⣀   ']],
    ['fills an area to its value', { samples: [8, 8, 4, 4, 2, 2] }, ['⣿    ', '⣿⣿⣤  ']],
    ['stops at the upper edge', { samples: [80, 80], style: 'area' }, ['⣿    ', '⣿    ']],
    ['joins a line across a step', { samples: [0, 8, 8, 0], style: 'line' }, ['⢸⢹   ', '⣸⢸   ']],
    ['grows with the run and leaves the future empty', { samples: [8, 8, 8, 8, 8] }, ['⣿⣿⡇  ', '⣿⣿⡇  ']],
    ['stretches few samples over many dots', { samples: [8, 8], spanMs: 200 }, ['⣿⣿⣿⣿⣿', '⣿⣿⣿⣿⣿']],
    [
      'outlines an area in one dot a column, and leaves zeros empty',
      { samples: [8, 8, 8, 8, 0, 0], style: 'area-outline' },
      ['⠅⠁⠅  ', '⠅ ⠅  '],
    ],
    [
      'joins the outline across a step',
      { samples: [0, 0, 8, 8, 4, 4, 4, 4, 0, 0], style: 'area-outline' },
      [' ⠅⠅  ', ' ⠅⠁⠁⠅'],
    ],
    ['dots a line, its zeros too', { samples: [8, 8, 8, 8, 0, 0], style: 'dotted-line' }, ['⠁⠁⡃  ', '  ⡂  ']],
    ['takes what is no number for nothing', { samples: [NaN, Infinity, -3] }, ['     ', '     ']],
  ])('%s', (_title, change, rows) => {
    expect(drawChart({ ...BASE, ...change })).toEqual(rows);
  });

  it('draws the least sample solid and the greatest in half-tone', () => {
    const samples = Array.from({ length: 100 }, (_, i) => (i % 10 === 5 ? 8 : 4));
    expect(drawChart({ ...BASE, samples, sampleMs: 10 })).toEqual(['⡫⡫⡫⡫⡫', '⣿⣿⣿⣿⣿']);
  });

  it('has exactly the rows and columns asked for, whatever the samples', () => {
    fc.assert(
      fc.property(anyCharts, (chart) => {
        const rows = drawChart(chart);
        expect(rows).toHaveLength(chart.rows);
        for (const row of rows) expect(row).toMatch(new RegExp(`^[ \u2801-\u28FF]{${chart.columns}}$`, 'u'));
      }),
    );
  });

  it('never loses a spike of one sample, however many samples lie behind a column', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('area' as const, 'line' as const, 'area-outline' as const, 'dotted-line' as const),
        fc.integer({ min: 0, max: 35_999 }),
        fc.integer({ min: 1, max: 200 }),
        (style, spikeAt, columns) => {
          const samples = new Float64Array(36_000);
          samples[spikeAt] = 100;
          const spanMs = samples.length * 100;
          const top = drawChart({ samples, sampleMs: 100, spanMs, top: 100, style, columns, rows: 6 })[0] ?? '';
          const column = Math.floor((spikeAt / samples.length) * columns);
          expect(top.slice(Math.max(0, column - 1), column + 2).trim()).not.toBe('');
        },
      ),
    );
  });

  it('never loses a dip of one sample of a line', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('line' as const, 'dotted-line' as const),
        fc.integer({ min: 0, max: 35_999 }),
        (style, dipAt) => {
          const samples = new Float64Array(36_000).fill(100);
          samples[dipAt] = 0;
          const rows = drawChart({ ...BASE, samples, spanMs: 3_600_000, top: 100, style, columns: 73, rows: 3 });
          expect(rows[2]?.trim()).not.toBe('');
        },
      ),
    );
  });
});
