import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Fault } from '../core/fault/fault.ts';
import { faultBand, faultLabel, faultWindows, shadedColumns } from './fault-band.ts';

const OUTAGE: Fault = { kind: 'refresh', atMs: 3_000, forMs: 2_000, share: 1, mode: { status: 503 } };
const DROP: Fault = { kind: 'drop', atMs: 9_000, spreadMs: 0, share: 1, mode: { code: 1012, reason: '' } };

describe('faultBand', () => {
  it('shades a window and names it behind', () => {
    expect(faultBand(faultWindows([OUTAGE], 10_000, 40), 40)).toBe('            ▒▒▒▒▒▒▒▒ refresh 503        ');
  });

  it('gives a fault of an instant one column, and names it in front where there is no room behind', () => {
    expect(faultBand(faultWindows([DROP], 10_000, 40), 40)).toBe(`${' '.repeat(26)}drop 1012 ▒   `);
  });

  it('leaves a name out rather than write over another fault', () => {
    const crowd = Array.from({ length: 10 }, (_, i): Fault => ({ ...DROP, atMs: i * 1_000 }));
    expect(faultBand(faultWindows(crowd, 10_000, 20), 20)).toBe('▒ ▒ ▒ ▒ ▒ ▒ ▒ ▒ ▒ ▒ ');
  });

  it('is exactly as wide as asked for, and shades what is shaded above it', () => {
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

describe('faultLabel', () => {
  it.each<[Fault, string]>([
    [OUTAGE, 'refresh 503'],
    [{ ...OUTAGE, mode: 'hang' }, 'refresh hang'],
    [DROP, 'drop 1012'],
    [{ ...DROP, mode: 'reset' }, 'drop reset'],
    [{ kind: 'clock', atMs: 0, share: 1, offsetMs: 30_000 }, 'clock +30.0s'],
    [{ kind: 'clock', atMs: 0, share: 1, offsetMs: -500 }, 'clock -500ms'],
  ])('calls %j %s', (fault, label) => {
    expect(faultLabel(fault)).toBe(label);
  });
});
