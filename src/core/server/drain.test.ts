import { expect, it } from 'vitest';
import { drainsAt } from './drain.ts';

it('closes connections evenly, the last one at the end of the drain', () => {
  expect([1, 2, 3, 4].map((n) => drainsAt(n, 4, 1000, 200))).toEqual([1050, 1100, 1150, 1200]);
});

it('ends with the drain where there is no connection left to close', () => {
  expect([drainsAt(5, 4, 1000, 200), drainsAt(1, 0, 1000, 200)]).toEqual([1200, 1200]);
});
