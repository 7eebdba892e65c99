import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Fault } from '../core/fault/fault.ts';
import { outcomeOf, type FaultOutcome } from '../core/fault/outcome.ts';
import { AT_ONCE } from '../core/fault/planned.test.helper.ts';
import { faultBand, faultWindows, shadedColumns } from './fault-band.ts';

const outcome = (fault: Fault): FaultOutcome => outcomeOf(fault, 10_000);

const OUTAGE = outcome({
  ...AT_ONCE,
  kind: 'refresh',
  atMs: 3_000,
  forMs: 2_000,
  mode: { kind: 'status', status: 503, retryAfter: null },
});
const DROP = outcome({
  ...AT_ONCE,
  kind: 'drop',
  atMs: 9_000,
  mode: { kind: 'close', code: 1012, reason: '' },
});

describe('faultBand', () => {
  it('shades a window and names it behind', () => {
    expect(faultBand(faultWindows([OUTAGE], 10_000, 40), 40)).toBe('            ▒▒▒▒▒▒▒▒ refresh 503        ');
  });

  it('gives a fault of an instant one column, and names it in front where there is no room behind', () => {
    expect(faultBand(faultWindows([DROP], 10_000, 40), 40)).toBe(`${' '.repeat(26)}drop 1012 ▒   `);
  });

  it('shades each occurrence of a fault that repeats', () => {
    const deploys = outcome({
      ...AT_ONCE,
      kind: 'gateway',
      atMs: 1_000,
      forMs: 1_000,
      repeat: { everyMs: 5_000, times: Infinity },
      mode: { kind: 'crash', memory: 'kept' },
    });
    expect(faultBand(faultWindows([deploys], 10_000, 40), 40)).toBe('    ▒▒▒▒ gateway crash  ▒▒▒▒            ');
  });

  it('leaves a name out rather than write over another fault', () => {
    const crowd = Array.from({ length: 10 }, (_, i): FaultOutcome => ({ ...DROP, atMs: i * 1_000 }));
    expect(faultBand(faultWindows(crowd, 10_000, 20), 20)).toBe('▒ ▒ ▒ ▒ ▒ ▒ ▒ ▒ ▒ ▒ ');
  });

  it('has exactly the given width, and shades the same columns as the curve above it', () => {
    const anyFaults = fc.array(
      fc.record({ atMs: fc.integer({ min: 0, max: 200_000 }), forMs: fc.integer({ min: 0, max: 200_000 }) }),
      { maxLength: 20 },
    );
    fc.assert(
      fc.property(anyFaults, fc.integer({ min: 1, max: 200 }), (faults, columns) => {
        const windows = faultWindows(
          faults.map((times) => ({ ...OUTAGE, ...times })),
          100_000,
          columns,
        );
        const band = faultBand(windows, columns);
        expect(band).toHaveLength(columns);
        expect(Array.from(band, (cell) => cell === '▒')).toEqual(shadedColumns(windows, columns));
      }),
    );
  });
});
