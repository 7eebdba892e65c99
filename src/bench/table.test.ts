import { expect, it } from 'vitest';
import { figure, ratioText, table } from './table.ts';

it('a table is as wide as its widest cells, its first column flush left and the others flush right', () => {
  const rows = [
    ['', 'ns'],
    ['draw', '7'],
    ['observation', '123'],
  ];
  expect(table(rows).split('\n')).toEqual(['              ns', 'draw           7', 'observation  123']);
});

it.each([
  [0.012345, '0.0123'],
  [7, '7'],
  [26.54, '26.5'],
  [11_437.5, '11,400'],
  [128_205_128, '128,000,000'],
])('%d is shown with three digits, as %s', (value, text) => {
  expect(figure(value)).toBe(text);
});

it('a ratio is shown with how far its measurements lay apart', () => {
  expect(ratioText({ median: 0.8, min: 0.716, max: 1 })).toBe('0.80 (0.72 - 1.00)');
});
