import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Lib0Reader, Lib0Writer } from './lib0.ts';

const reader = new Lib0Reader();

function begun(...bytes: readonly number[]): Lib0Reader {
  reader.begin(Buffer.from(bytes));
  return reader;
}

describe('the encoding of lib0', () => {
  it('reads what it writes', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.maxSafeNat(), fc.string({ unit: 'grapheme', maxLength: 300 }))), (values) => {
        const writer = new Lib0Writer();
        for (const value of values)
          if (typeof value === 'number') writer.uint(value);
          else writer.text(value);
        reader.begin(writer.take());
        const read = values.map((value) => (typeof value === 'number' ? reader.uint() : reader.text(10_000)));
        return JSON.stringify(read) === JSON.stringify(values) && reader.uint() === -1;
      }),
    );
  });

  it('writes as lib0 does', () => {
    const inner = new Lib0Writer().uint(2);
    const written = new Lib0Writer()
      .uint(300)
      .byte(7)
      .text('é')
      .nested(inner)
      .uint(2 ** 32)
      .take();
    expect([...written]).toEqual([172, 2, 7, 2, 0xc3, 0xa9, 1, 2, 128, 128, 128, 128, 16]);
  });

  it.each([
    [[0x80]],
    [[0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x01]],
    [[0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f]],
    [[]],
  ])('reads no integer from %j', (bytes) => {
    expect(begun(...bytes).uint()).toBe(-1);
    expect(reader.uint()).toBe(-1);
  });

  it('reads no text beyond the end, and no more of one than it may', () => {
    expect(begun(5, 0x61).skip()).toBe(false);
    expect(begun(5, 0x61).text(9)).toBe('');
    expect(begun(3, 0x61, 0x62, 0x63, 4).text(2)).toBe('ab');
    expect(reader.uint()).toBe(4);
  });
});
