import { expect, test } from 'vitest';
import { ALL_RIGHTS, mayCommand, rightsClaims } from './rights.ts';

test.each([
  ['both', rightsClaims(ALL_RIGHTS), true],
  ['no role', rightsClaims({ role: false, tenant: true }), false],
  ['no tenant', rightsClaims({ role: true, tenant: false }), false],
  ['neither', rightsClaims({ role: false, tenant: false }), false],
  ['nothing about either, as foreign tokens do', {}, true],
  ['a scope of another kind', { scope: 'read', tenant: 't1' }, false],
])('a token that says %s', (_, claims, expected) => {
  expect(mayCommand(claims)).toBe(expected);
});
