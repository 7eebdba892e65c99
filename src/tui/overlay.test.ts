import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { overlay, type Run } from './overlay.ts';

const M: Omit<Run, 'text'> = { shaded: false, predicted: false };
const P: Omit<Run, 'text'> = { shaded: false, predicted: true };

function cells(columns: number): fc.Arbitrary<string> {
  return fc.string({ unit: fc.constantFrom(' ', '⣿'), minLength: columns, maxLength: columns });
}

describe('overlay', () => {
  it.each<[string, string, string, Run[]]>([
    ['leaves a row alone that nothing was predicted for', '⣿ ⣿', '', [{ text: '⣿ ⣿', ...M }]],
    [
      'shows the prediction where nothing was measured',
      '⣿⣿  ',
      '  ⠂⠂',
      [
        { text: '⣿⣿', ...M },
        { text: '⠂⠂', ...P },
      ],
    ],
    ['shows what was measured where there are both', '⣿⣿⣿', '⠂⠂⠂', [{ text: '⣿⣿⣿', ...M }]],
    [
      'does not cut at what is empty in both',
      '⣿  ',
      ' ⠂ ',
      [
        { text: '⣿', ...M },
        { text: '⠂ ', ...P },
      ],
    ],
    ['has nothing of an empty row', '', '', []],
  ])('%s', (_title, row, behind, runs) => {
    expect(overlay(row, behind, [])).toEqual(runs);
  });

  it('cuts where a window begins and ends', () => {
    expect(overlay('⣿⣿⣿', '', [false, true, false]).map(({ shaded }) => shaded)).toEqual([false, true, false]);
  });

  it('loses no character, and cuts only where the kind changes', () => {
    fc.assert(
      fc.property(
        cells(20),
        cells(20),
        fc.array(fc.boolean(), { minLength: 20, maxLength: 20 }),
        (row, behind, shaded) => {
          const runs = overlay(row, behind, shaded);
          const both = Array.from(row, (cell, i) => (cell === ' ' ? behind[i] : cell));
          expect(runs.map(({ text }) => text).join('')).toBe(both.join(''));
          for (const [i, run] of runs.entries()) {
            const { shaded: before, predicted } = runs[i - 1] ?? {};
            expect([before, predicted]).not.toEqual([run.shaded, run.predicted]);
          }
        },
      ),
    );
  });
});
