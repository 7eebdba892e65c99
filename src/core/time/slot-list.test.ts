import fc from 'fast-check';
import { expect, it } from 'vitest';
import { SlotList, SpareChunks } from './slot-list.ts';

/** Lengths around the ends of chunks, and any others. */
const length = fc.oneof(fc.nat(100), fc.constantFrom(4095, 4096, 4097, 8192, 8193), fc.nat(20_000));

it('lists that share chunks keep what was pushed, each slot after the first chunk with its mark, filled and emptied in any order', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(2), length), { maxLength: 12 }), (fillings) => {
      const spare = new SpareChunks();
      const lists = [0, 1, 2].map(() => ({ list: new SlotList(spare), expected: [] as number[] }));
      for (const [turn, [which, count]] of fillings.entries()) {
        const { list, expected } = lists[which]!;
        if (turn % 3 === 2) {
          list.empty();
          expected.length = 0;
        }
        for (let i = 0; i < count; i++) {
          list.push(turn * 100_000 + i, markOf(turn * 100_000 + i));
          expected.push(turn * 100_000 + i);
        }
        for (const each of lists) expect(contentOf(each.list)).toEqual(each.expected);
      }
    }),
    { numRuns: 20 },
  );
});

function markOf(slot: number): number {
  return (slot * 7) & 0xffff;
}

function contentOf(list: SlotList): number[] {
  const content: number[] = [];
  for (let n = 0; n < list.chunks; n++) {
    const { slots, marks } = list.chunk(n);
    for (let i = 0; i < list.sizeOf(n); i++) {
      content.push(slots[i]!);
      if (n > 0 && marks[i] !== markOf(slots[i]!)) throw new Error(`slot ${slots[i]} has the mark ${marks[i]}`);
    }
  }
  expect(list.size).toBe(content.length);
  return content;
}
