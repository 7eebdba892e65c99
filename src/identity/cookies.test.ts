import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { CookieJar, readSetCookie } from './cookies.ts';

function jarOf(...headers: readonly string[]): CookieJar {
  const jar = new CookieJar();
  jar.keep(headers.flatMap((header) => readSetCookie(header, 0) ?? []));
  return jar;
}

describe('readSetCookie', () => {
  test.each<[string, object | null]>([
    ['sid=a', { name: 'sid', value: 'a', maxAgeMs: null }],
    [' sid = a b ; Path=/; HttpOnly', { name: 'sid', value: 'a b', maxAgeMs: null }],
    ['sid=a=b; Max-Age=900; Expires=Thu, 01 Jan 1970 00:00:01 GMT', { name: 'sid', value: 'a=b', maxAgeMs: 900_000 }],
    ['sid=a; expires=Thu, 01 Jan 1970 00:00:01 GMT', { name: 'sid', value: 'a', maxAgeMs: 1000 }],
    ['sid=; max-age=0', { name: 'sid', value: '', maxAgeMs: 0 }],
    ['sid=a; max-age=soon', { name: 'sid', value: 'a', maxAgeMs: null }],
    ['=a', null],
    ['sid', null],
    ['s id=a', null],
    ['sid=a\r\nX: 1', null],
    [`sid=${'x'.repeat(5000)}`, null],
  ])('%j', (header, cookie) => {
    expect(readSetCookie(header, 0)).toEqual(cookie);
  });
});

describe('a jar', () => {
  it('sends what it was given, changed and without what was deleted', () => {
    const jar = jarOf('a=1', 'b=2', 'a=3', 'b=; Max-Age=0', 'c=x%3D');
    expect(jar.header).toBe('a=3; c=x%3D');
    expect(jar.row).toEqual({ a: '3', c: 'x=' });
    expect(jar.has('b')).toBe(false);
  });

  it('holds fifty cookies and no more', () => {
    const jar = jarOf(...Array.from({ length: 60 }, (_, n) => `c${n}=1`), 'c0=2');
    expect(jar.header.split('; ')).toHaveLength(50);
    expect(jar.header).toContain('c0=2');
  });

  it('bounds its header', () => {
    const big = 'x'.repeat(4000);
    const jar = jarOf(...Array.from({ length: 10 }, (_, n) => `c${n}=${big}`), 'small=1', `c0=${big}y`);
    expect(jar.header.length).toBeLessThanOrEqual(16_384);
    expect(jar.has('small')).toBe(true);
    expect(jar.has('c4')).toBe(false);
  });

  it('takes any header without an exception, and keeps prototypes as they are', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.oneof(
            fc.string(),
            fc.string().map((text) => `a=${text}`),
          ),
        ),
        (headers) => {
          expect(jarOf(...headers).header).toMatch(/^[\x20-\x7e]*$/);
        },
      ),
    );
    expect(jarOf('__proto__=1').row).toHaveProperty('__proto__', '1');
  });
});
