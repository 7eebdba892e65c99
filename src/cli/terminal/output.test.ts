import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sanitized } from './output.ts';

const GITHUB = { GITHUB_ACTIONS: 'true' };

describe('text for a terminal or a log', () => {
  it.each([
    ['a colour of its own stays', '\u001B[1;31mFAIL\u001B[0m\n', '\u001B[1;31mFAIL\u001B[0m\n'],
    ['a tab and a line feed stay', 'a\tb\n', 'a\tb\n'],
    ['a command to the terminal loses its escape', '\u001B]0;title\u0007\u009B2J', ']0;title2J'],
    ['no other control makes a colour', '\u0007[31mred', '[31mred'],
    ['a carriage return goes', 'safe\rover', 'safeover'],
    ['overrides, isolates and marks go', '\u202Eabc\u2066\u2069\u200F\u061C', 'abc'],
  ])('%s', (_, text, expected) => {
    expect(sanitized(text, {})).toBe(expected);
  });

  it.each([
    ['at the start', '::error::no', ': :error::no'],
    ['behind blanks', 'a\n  ::set-output name=x::y', 'a\n  : :set-output name=x::y'],
    ['behind a colour', '\u001B[1m::error::no', '\u001B[1m: :error::no'],
    ['of the older kind, anywhere', 'a ##[error]b', 'a ## [error]b'],
  ])('breaks up a workflow command %s, on GitHub alone', (_, text, expected) => {
    expect(sanitized(text, GITHUB)).toBe(expected);
    expect(sanitized(text, {})).toBe(text);
  });

  it('takes time in proportion to the text, however many lines are empty', () => {
    const steps = sanitized('\n'.repeat(2_000_000), GITHUB);
    expect(steps.length).toBe(2_000_000);
  });

  it('leaves no line that GitHub would take for a command, whatever the text', () => {
    const piece = fc.constantFrom(':', '::', '::error::', ' ', '\t', '\n', '##', '[', '\u001B[0m', '\u200E', 'x', '\v');
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
        for (const line of sanitized(pieces.join(''), GITHUB).split('\n')) {
          expect(line.replaceAll('\u001B[0m', '').trimStart().startsWith('::')).toBe(false);
          expect(line).not.toContain('##[');
        }
      }),
    );
  });
});
