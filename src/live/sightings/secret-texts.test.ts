import fc from 'fast-check';
import { expect, test } from 'vitest';
import { quotable } from './quotable.ts';
import { SecretTexts } from './secret-texts.ts';

test('finds exactly the secrets that stand within a text', () => {
  const secret = fc.string({ minLength: 6, maxLength: 9, unit: fc.constantFrom('a', 'b') });
  fc.assert(
    fc.property(
      fc.array(secret, { maxLength: 9 }),
      fc.string({ unit: fc.constantFrom('a', 'b', ' ') }),
      (all, text) => {
        expect([...new SecretTexts(all).within(text)].toSorted()).toEqual(
          [...new Set(all)].filter((each) => text.includes(each)).toSorted(),
        );
      },
    ),
  );
});

test('values of users are not quoted, as they are or in a URL, and short ones do not blank everything', () => {
  const texts = new SecretTexts(['hunter2!', 'pass word', 'a', '']);
  expect(quotable('user a has no password hunter2!, nor pass%20word', [], texts)).toBe(
    'user a has no password [removed], nor [removed]',
  );
});
