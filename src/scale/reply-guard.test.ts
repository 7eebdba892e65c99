import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ReplyGuard } from './reply-guard.ts';

type Reply = string | number | null | Error | readonly Reply[];

const { reply } = fc.letrec<{ reply: Reply }>((tie) => ({
  reply: fc.oneof(
    { maxDepth: 4 },
    fc.string({ unit: 'binary', maxLength: 40 }),
    fc.integer(),
    fc.constant(null),
    fc.constant(new Error('ERR no')),
    fc.array(tie('reply'), { maxLength: 4 }),
  ),
}));

function resp(value: Reply): string {
  if (value === null) return '$-1\r\n';
  if (typeof value === 'number') return `:${value}\r\n`;
  if (value instanceof Error) return `-${value.message}\r\n`;
  if (typeof value === 'string') return `$${Buffer.byteLength(value)}\r\n${value}\r\n`;
  return `*${value.length}\r\n${value.map(resp).join('')}`;
}

/** Hands bytes to a guard in pieces; returns whether it took all of them. */
function accepts(text: string, guard = new ReplyGuard(), piece = Infinity): boolean {
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; at += Math.min(piece, bytes.length))
    if (!guard.accepts(bytes.subarray(at, at + piece))) return false;
  return true;
}

describe('ReplyGuard', () => {
  it('accepts any well-formed replies, cut anywhere', () => {
    fc.assert(
      fc.property(fc.array(reply), fc.integer({ min: 1, max: 50 }), (replies, piece) => {
        expect(accepts(`+PONG\r\n${replies.map(resp).join('')}*-1\r\n`, new ReplyGuard(), piece)).toBe(true);
      }),
    );
  });

  it('refuses lengths and numbers that are none, or absurd, and types that do not exist', () => {
    for (const text of [
      '$99999999999\r\n',
      '*99999999999\r\n',
      '*4294967296\r\n',
      '$-2\r\n',
      '$1e3\r\n',
      '*\r\n',
      ':one\r\n',
      'HTTP/1.1 200 OK\r\n',
      '+a\rb\r\n',
      '+a\n',
      '>2\r\n',
    ])
      expect([text, accepts(text)]).toEqual([text, false]);
  });

  it('refuses arrays within arrays without end, lines without end, and replies that are too long in sum', () => {
    expect(accepts('*1\r\n'.repeat(17))).toBe(false);
    expect(accepts(`+${'a'.repeat(70_000)}`)).toBe(false);
    expect(accepts(`+${'a'.repeat(70_000)}`, new ReplyGuard(), 1000)).toBe(false);
    const bounds = { bytes: 1000, elements: 10, depth: 3, lineBytes: 100 };
    const small = `*3\r\n${'$300\r\n'.padEnd(306, 'a')}\r\n`;
    expect(accepts(small, new ReplyGuard(bounds))).toBe(true);
    expect(accepts(`${small}$800\r\n`, new ReplyGuard(bounds))).toBe(false);
    expect(accepts('*6\r\n*5\r\n', new ReplyGuard(bounds))).toBe(false);
  });

  it('counts each reply for itself', () => {
    const guard = new ReplyGuard({ bytes: 100, elements: 10, depth: 3, lineBytes: 100 });
    expect(accepts('*2\r\n$3\r\nabc\r\n:7\r\n'.repeat(1000), guard)).toBe(true);
  });

  it('never throws, whatever arrives', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array()), (chunks) => {
        const guard = new ReplyGuard();
        for (const chunk of chunks) expect(typeof guard.accepts(chunk)).toBe('boolean');
      }),
    );
  });
});
