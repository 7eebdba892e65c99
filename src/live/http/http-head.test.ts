import { describe, expect, test } from 'vitest';
import { MAX_HEAD_BYTES, readHead } from './http-head.ts';

const head = (...lines: readonly string[]): Buffer => Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1');

describe('a head', () => {
  test('has a status, headers by name in lower case, and an end', () => {
    const bytes = head('HTTP/1.1 200 OK', 'Content-Type:application/json ', 'SET-COOKIE: a=1', 'Set-Cookie: b=2', 'X:');
    expect(readHead(Buffer.concat([bytes, Buffer.from('{}')]), 0)).toEqual({
      status: 200,
      minor: 1,
      headers: { 'content-type': 'application/json', 'set-cookie': ['a=1', 'b=2'], x: '' },
      flaw: null,
      end: bytes.length,
    });
  });

  test('is the same for the same bytes, whatever was read in between, and none of an empty one', () => {
    const bytes = head('HTTP/1.1 200 OK', 'X: 1');
    const first = readHead(bytes, 0);
    expect(readHead(head(''), 0)).toBe('no-http');
    expect(readHead(Buffer.from('\r\n\r\n'), 0)).toBe('no-http');
    expect(readHead(head('HTTP/1.1 200 OK', 'X: 2'), 0)).toMatchObject({ headers: { x: '2' } });
    expect(readHead(head('HTTP/1.1 299 OK', 'X: 1'), 0)).toMatchObject({ status: 299, headers: { x: '1' } });
    const interim = head('HTTP/1.1 100');
    expect(readHead(Buffer.concat([interim, bytes]), interim.length)).toEqual({
      ...Object(first),
      end: interim.length + bytes.length,
    });
    expect(readHead(bytes, 0)).toEqual(first);
  });

  test('may begin after another one', () => {
    const interim = head('HTTP/1.1 103 Early Hints', 'Link: </a>');
    const bytes = Buffer.concat([interim, head('HTTP/1.0 503')]);
    expect(readHead(bytes, interim.length)).toMatchObject({ status: 503, minor: 0, headers: {}, end: bytes.length });
  });

  test('may name a header as objects name what they inherit', () => {
    const lines = ['__proto__: a', 'constructor: b', '__proto__: c', 'constructor: d'];
    expect(readHead(head('HTTP/1.1 200', ...lines), 0)).toMatchObject({
      headers: { constructor: ['b', 'd'] },
      flaw: null,
    });
  });

  test.each([
    'Content-Length : 5',
    ' folded: 1',
    '\tfolded',
    'no colon',
    ': no name',
    'a\0b: c',
    'X: a\rY: b',
    'X: a\nY: b',
    'X: \0',
    'ü: 1',
  ])('with the line %j has a flaw', (line) => {
    expect(readHead(head('HTTP/1.1 200 OK', 'A: 1', line), 0)).toMatchObject({
      status: 200,
      headers: { a: '1' },
      flaw: 'with a line that is no header',
    });
  });

  test.each(['', 'H', 'HTTP/1.', 'HTTP/1.1 200 OK\r\nA: 1', 'HTTP/1.1 200 OK\r\n\r'])(
    'of which %j has arrived is incomplete',
    (text) => {
      expect(readHead(Buffer.from(text), 0)).toBe('incomplete');
    },
  );

  test.each([
    'SSH-2.0-OpenSSH_9.6\r\n',
    'HTTP/2 200 OK\r\n\r\n',
    'HTTP/1.2 200 OK\r\n\r\n',
    'HTTP/1.1 20 OK\r\n\r\n',
    'HTTP/1.1 600 No\r\n\r\n',
    'HTTP/1.1  200 OK\r\n\r\n',
    'http/1.1 200 OK\r\n\r\n',
    '\r\nHTTP/1.1 200 OK\r\n\r\n',
  ])('%j is none', (text) => {
    expect(readHead(Buffer.from(text), 0)).toBe('no-http');
  });

  test('is bounded, whether its end has arrived or not', () => {
    const start = 'HTTP/1.1 200 OK\r\nX: ';
    const fits = Buffer.from(`${start}${'x'.repeat(MAX_HEAD_BYTES - start.length)}\r\n\r\n`);
    expect(readHead(fits, 0)).toMatchObject({ status: 200 });
    expect(readHead(Buffer.from(`${start}${'x'.repeat(MAX_HEAD_BYTES - start.length + 1)}\r\n\r\n`), 0)).toBe(
      'too-large',
    );
    expect(readHead(Buffer.from(start + 'x'.repeat(MAX_HEAD_BYTES)), 0)).toBe('too-large');
  });
});
