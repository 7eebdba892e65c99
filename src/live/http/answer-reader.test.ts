import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { NETWORK } from '../../core/signal.ts';
import { AnswerReader } from './answer-reader.ts';

type Outcome = ReturnType<AnswerReader['end']>;

/** Reads an answer in pieces that end at these places, each of which is overwritten once it has been read. */
function readIn(bytes: Buffer, ends: readonly number[], ended = true): Outcome | null {
  const reader = new AnswerReader();
  let from = 0;
  for (const to of [...ends.toSorted((a, b) => a - b), bytes.length]) {
    const piece = Buffer.from(bytes.subarray(from, to));
    from = to;
    if (piece.length === 0) continue;
    const outcome = reader.read(piece);
    piece.fill(0x58);
    if (outcome !== null) return outcome;
  }
  return ended ? reader.end() : null;
}

const read = (text: string, ended = true): Outcome | null => readIn(Buffer.from(text, 'latin1'), [], ended);
const chunked = (body: string): string => `HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n${body}`;
const malformed = (said: string) => ({ signal: NETWORK.malformed, said });

describe('an answer', () => {
  test.each([
    ['of a stated length', 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}', 200, '{}'],
    ['and more after it', 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}HTTP/1.1 500 No\r\n\r\n', 200, '{}'],
    ['of length 0', 'HTTP/1.1 500 No\r\nContent-Length: 0\r\n\r\n', 500, ''],
    ['in chunks', chunked('1\r\n{\r\n001;a="b"\r\n}\r\n0\r\nX-Trailer: a\r\n\r\n'), 200, '{}'],
    ['204', 'HTTP/1.1 204 No Content\r\nContent-Length: 5\r\n\r\n', 204, ''],
    ['304', 'HTTP/1.1 304 Not Modified\r\nTransfer-Encoding: chunked\r\n\r\n', 304, ''],
    [
      'after interim ones',
      'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Hints\r\nA: b\r\n\r\nHTTP/1.1 204 No\r\n\r\n',
      204,
      '',
    ],
    ['in UTF-8', Buffer.from('HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nüß').toString('latin1'), 200, 'üß'],
  ])('%s is whole before the connection ends', (_, text, status, body) => {
    expect(read(text, false)).toMatchObject({ status, body });
  });

  test.each([
    ['without a length', 'HTTP/1.1 200 OK\r\n\r\n{}', '{}'],
    ['of HTTP/1.0', 'HTTP/1.0 200 OK\r\nConnection: close\r\n\r\n', ''],
  ])('%s ends with the connection', (_, text, body) => {
    expect(read(text, false)).toBe(null);
    expect(read(text)).toMatchObject({ status: 200, body });
  });

  test.each([
    'HTTP/1.1 200 OK\r\nContent-Le',
    'HTTP/1.1 100 Continue\r\n\r\n',
    'HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n{}',
    chunked(''),
    chunked('2\r\n{}\r\n'),
    chunked('2\r\n{}\r\n0\r\n'),
    '',
  ])('%j that ends early is a reset', (text) => {
    expect(read(text)).toEqual({ signal: NETWORK.reset });
  });

  test.each([
    ['SSH-2.0-OpenSSH_9.6\r\n', 'no HTTP'],
    ['HTTP/1.1 101 Switching Protocols\r\nUpgrade: h2c\r\n\r\n', 'HTTP 101 to a request that asked for no upgrade'],
    ['HTTP/1.1 100 Continue\r\n\r\n'.repeat(9), 'more than 8 interim answers'],
    [`HTTP/1.1 200 OK\r\nX: ${'x'.repeat(20_000)}`, 'a head of more than 16384 bytes'],
    ['HTTP/1.1 200 OK\r\nContent-Length : 2\r\n\r\n{}', 'HTTP 200 with a line that is no header'],
    ...['-2', '+2', '2, 2', '0x2', '', '1e3', '9'.repeat(16)].map((length) => [
      `HTTP/1.1 200 OK\r\nContent-Length: ${length}\r\n\r\n{}`,
      'HTTP 200 with a Content-Length that is no length',
    ]),
    [
      'HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 2\r\n\r\n{}',
      'HTTP 200 with a Content-Length that is no length',
    ],
    ...[
      'HTTP/1.1 200 OK\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n',
      'HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n',
      'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n',
      'HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n',
    ].map((text) => [text, 'HTTP 200 with a Transfer-Encoding that leaves its length open']),
    ...[
      '-2\r\n{}\r\n',
      'x\r\n',
      ' 2\r\n{}',
      '\r\n',
      '2\n{}',
      '2\r\n{}}\r\n',
      '2 2\r\n{}\r\n',
      '0'.repeat(17),
      `2;${'x'.repeat(2000)}`,
      `0\r\n${'X: a\r\n'.repeat(5000)}`,
      `1;${'x'.repeat(900)}\r\nx\r\n`.repeat(20),
    ].map((body) => [chunked(`${body}\r\n`), 'HTTP 200 with a broken chunk']),
    ['HTTP/1.1 200 OK\r\nContent-Length: 65537\r\n\r\n', 'a body of more than 65536 bytes'],
    ['HTTP/1.1 200 OK\r\nContent-Length: 999999999999999\r\n\r\n', 'a body of more than 65536 bytes'],
    [chunked('ffffffffffffffff\r\n'), 'a body of more than 65536 bytes'],
    [chunked(`ffff\r\n${'x'.repeat(65_535)}\r\n2\r\n`), 'a body of more than 65536 bytes'],
    [`HTTP/1.1 200 OK\r\n\r\n${'x'.repeat(65_537)}`, 'a body of more than 65536 bytes'],
  ] as [string, string][])('%j is malformed before the connection ends', (text, said) => {
    expect(read(text, false)).toEqual(malformed(said));
  });

  test.each([
    'HTTP/1.1 500 No\r\nContent-Length: 65537\r\n\r\n',
    'HTTP/1.1 302 Found\r\nTransfer-Encoding: chunked\r\n\r\n10001\r\n',
    `HTTP/1.1 401 No\r\n\r\n${'x'.repeat(65_537)}`,
  ])('that refuses with too large a body counts as one without', (text) => {
    expect(read(text, false)).toMatchObject({ body: '' });
  });
});

/** Texts of the shapes that a peer may send, good and bad. */
const answers = fc
  .record({
    interim: fc.constantFrom('', 'HTTP/1.1 103 Hints\r\nA: b\r\n\r\n', 'HTTP/1.1 100 C\r\n\r\n'.repeat(9)),
    status: fc.constantFrom('HTTP/1.1 200 OK', 'HTTP/1.0 200 OK', 'HTTP/1.1 204 No', 'HTTP/1.1 503', 'HTTP/1.1 x'),
    headers: fc.array(
      fc.constantFrom(
        'Set-Cookie: a=1',
        'Content-Length: 7',
        'Transfer-Encoding: chunked',
        'Retry-After: 3',
        'bad',
        'X: ü',
      ),
      { maxLength: 3 },
    ),
    body: fc.oneof(
      fc
        .array(
          fc.string({ maxLength: 9 }).filter((text) => text !== ''),
          { maxLength: 4 },
        )
        .map(inChunks),
      fc.string({ unit: 'binary', maxLength: 40 }),
      fc.constantFrom('2\r\n{}\r\n0\r\n', '-1\r\n', 'fffff\r\n', '{"a":1}', 'x'.repeat(70_000)),
    ),
  })
  .map(({ interim, status, headers, body }) =>
    Buffer.from(`${interim}${[status, ...headers].join('\r\n')}\r\n\r\n${body}`),
  );

function inChunks(parts: readonly string[]): string {
  const chunks = parts.map((part) => `${Buffer.byteLength(part).toString(16)}\r\n${part}\r\n`);
  return `${chunks.join('')}0\r\n\r\n`;
}

describe('pieces', () => {
  test('of any size come to the same outcome', () => {
    fc.assert(
      fc.property(answers, fc.array(fc.nat({ max: 200 }), { maxLength: 12 }), (bytes, ends) => {
        const within = ends.map((end) => Math.min(end, bytes.length));
        expect(readIn(bytes, within)).toEqual(readIn(bytes, []));
      }),
      { numRuns: 2000 },
    );
  });

  test('of one byte come to the same outcome', () => {
    fc.assert(
      fc.property(answers, (bytes) => {
        const each = Array.from({ length: Math.min(bytes.length, 2000) }, (_, n) => n);
        expect(readIn(bytes, each)).toEqual(readIn(bytes, []));
      }),
      { numRuns: 200 },
    );
  });

  test('bring back a body that was sent in chunks', () => {
    const parts = fc.array(fc.string({ unit: 'binary', minLength: 1, maxLength: 300 }), { maxLength: 20 });
    fc.assert(
      fc.property(parts, fc.array(fc.nat({ max: 5000 })), (all, ends) => {
        const bytes = Buffer.from(chunked(inChunks(all)));
        const within = ends.map((end) => Math.min(end, bytes.length));
        expect(readIn(bytes, within, false)).toMatchObject({ status: 200, body: Buffer.from(all.join('')).toString() });
      }),
    );
  });

  test('of arbitrary bytes never throw', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ minLength: 1 })), fc.boolean(), (pieces, begins) => {
        const reader = new AnswerReader();
        if (begins) reader.read(Buffer.from(chunked('')));
        for (const piece of pieces) if (reader.read(Buffer.from(piece)) !== null) return;
        reader.end();
      }),
    );
  });
});
