import { expect, it } from 'vitest';
import { apart } from './text.ts';

it.each([
  ['100%', 8, '    100%'],
  ['100%', 5, ' 100%'],
  ['not yet after 500ms', 10, ' not yet …'],
])('keeps %s in %i columns apart from what stands before it', (text, columns, cell) => {
  expect(apart(text, columns)).toBe(cell);
});
