import fc from 'fast-check';
import { expect, it } from 'vitest';
import { nearest } from './nearest.ts';

const keys = ['jitter', 'lead', 'retry', 'count', 'connectTimeout', 'at'];

it.each([
  ['jiter', 'jitter'],
  ['jittre', 'jitter'],
  ['cuont', 'count'],
  ['connecttimeout', 'connectTimeout'],
  ['connect-timeout', 'connectTimeout'],
  ['ta', 'at'],
  ['connect', 'connectTimeout'],
  ['jitter.uniform', 'jitter'],
])('takes %s for %s', (word, meant) => {
  expect(nearest(word, keys)).toBe(meant);
});

it.each(['latency', 'x', '', 'description', 'j'.repeat(1000)])('knows nothing near %s', (word) => {
  expect(nearest(word, keys)).toBeUndefined();
});

it('prefers the word itself', () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.string({ minLength: 1, maxLength: 20 }), { minLength: 1 }), (words) => {
      const found = nearest(words[0] ?? '', words);
      expect(found?.toLowerCase()).toBe(words[0]?.toLowerCase());
    }),
  );
});
