import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { wrap } from './wrap.ts';

describe('wrap', () => {
  test.each([
    ['a text that fits is one line', 'one two', 10, '', ['one two']],
    ['it breaks at a space, and indents what follows', 'one two three', 8, '  ', ['one two', '  three']],
    ['a word that is too long is cut', 'abcdefgh', 5, '', ['abcde', 'fgh']],
    ['the indent of the first line stays', '    one two', 9, '', ['    one', 'two']],
    ['an empty text is one empty line', '', 5, '', ['']],
  ])('%s', (_title, text, columns, indent, lines) => {
    expect(wrap(text, columns, indent)).toEqual(lines);
  });

  test('no line is too long and no character but spaces is lost', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 300 }), fc.integer({ min: 6, max: 80 }), (text, columns) => {
        const lines = wrap(text, columns, '  ');
        expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(columns);
        expect(lines.join('').replaceAll(' ', '')).toBe(text.replaceAll(' ', ''));
      }),
    );
  });
});
