import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { quotable } from './quotable.ts';

const JWT = 'eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiJjbGllbnQtMSJ9.c2lnbmF0dXJl';

describe('what a remote said, as it is quoted', () => {
  test.each([
    ['stays as it is', 'no such tenant "a"', 'no such tenant "a"'],
    ['is one line', 'a\r\n\tb\u2028c', 'a b c'],
    ['has no control characters', 'a\u001B[31mb\u0007\u009Bc', 'a[31mbc'],
    ['does not change the reading order', 'a\u202Eb\u2066c\u200B', 'abc'],
    ['has no private characters', 'a\uE000b', 'ab'],
    ['loses a JWT', `bad token ${JWT}!`, 'bad token [removed]!'],
    ['loses a JWT with a character in it that is not shown', `eyJ\u200B${JWT.slice(3)}`, '[removed]'],
    ['loses a token that was handed out', 'bad token s3cret-1', 'bad token [removed]'],
    ['loses it in a URL', 'see /login?t=a%2Fb%3Dcdef', 'see /login?t=[removed]'],
    [
      'keeps the path of a URL',
      'POST http://127.0.0.1:8080/realms/shop-eu/protocol/openid-connect/token',
      'POST http://127.0.0.1:8080/realms/shop-eu/protocol/openid-connect/token',
    ],
    ['loses a path that holds random text', 'see /reset/q8fK/Zk39aLw0/x2Vb7TtR41/Qp0sYx', 'see [removed]'],
    ['loses a path of long words', `see /reset/${'abcdefgh'.repeat(4)}`, 'see [removed]'],
    ['loses it in base64', `bad ${btoa('s3cret-1')}, or ${btoa('x: s3cret-1')}`, 'bad [removed], or [removed]'],
    ['loses it in credentials of HTTP Basic', `bad Basic ${btoa('web:a%2Fb%3Dcdef')}`, 'bad Basic [removed]'],
    ['keeps words that only look like base64', 'no connection for tenants', 'no connection for tenants'],
    ['loses what is too long for a word', `id ${'0aF'.repeat(20)}`, 'id [removed]'],
  ])('%s: %j', (_, said, shown) => {
    expect(quotable(said, ['s3cret-1', 'a/b=cdef', ''])).toBe(shown);
  });

  test('is of bounded length, whatever it was', () => {
    expect(Array.from(quotable('no '.repeat(100_000), []))).toHaveLength(160);
  });

  test('is made at once, whatever it was', () => {
    // Each step that could be taken in two ways would double the time.
    expect(quotable(`${'A/a1/AA/'.repeat(2000)}=`, [])).toBe('[removed]');
  });

  test('never holds a secret, a control character or a line break', () => {
    const secret = 'q7!x-9Zk';
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (before, after) => {
        const shown = quotable(`${before}${secret}${after}${JWT}`, [secret]);
        expect(shown).not.toContain(secret);
        expect(shown).not.toContain('eyJhbGci');
        expect(shown).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u);
      }),
    );
  });
});
