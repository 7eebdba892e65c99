import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { clean } from './clean.ts';

describe('clean', () => {
  test.each([
    ['plain text stays', 'going away', 'going away'],
    ['accents, emoji and wide characters stay', 'café 🌩 嵐', 'café 🌩 嵐'],
    ['an escape sequence loses its escape', '\u001B[31mred\u001B[0m', '[31mred[0m'],
    ['a C1 control sequence introducer goes', 'a\u009B2Jb', 'a2Jb'],
    ['a bidirectional override goes', 'abc\u202Etxt', 'abctxt'],
    ['isolates and zero-width characters go', '\u2066x\u2069\u200By', 'xy'],
    ['line breaks of every kind become one space', 'a\r\nb\u2028c\u0085d', 'a b c d'],
    ['a bell and a NUL go', 'a\u0007\u0000b', 'ab'],
    ['a lone surrogate goes', 'a\uD800b', 'ab'],
    ['an empty text stays empty', '', ''],
  ])('%s', (_title, text, expected) => {
    expect(clean(text)).toBe(expected);
  });

  test('a long text ends in an ellipsis at the bound', () => {
    expect(clean('x'.repeat(1000), 10)).toBe(`${'x'.repeat(9)}…`);
    expect(clean('x'.repeat(10), 10)).toBe('x'.repeat(10));
  });

  test('no input, however odd, leaves a control character or passes the bound', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 500 }), fc.integer({ min: 1, max: 300 }), (text, maxChars) => {
        const shown = clean(text, maxChars);
        expect(Array.from(shown).length).toBeLessThanOrEqual(maxChars);
        expect(shown).not.toMatch(/\p{Cc}|\p{Cf}|\p{Zl}|\p{Zp}|\p{Cs}/u);
      }),
    );
  });
});
