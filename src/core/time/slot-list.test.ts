import fc from 'fast-check';
import { expect, it } from 'vitest';
import { SlotList, SpareChunks } from './slot-list.ts';

/** Lengths around the ends of chunks, and any others. */
const length = fc.oneof(fc.nat(100), fc.constantFrom(4095, 4096, 4097, 8192, 8193), fc.nat(20_000));

it('lists that share chunks keep what was pushed, filled and emptied in any order', () => {
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
          list.push(turn * 100_000 + i);
          expected.push(turn * 100_000 + i);
        }
        for (const each of lists) expect(contentOf(each.list)).toEqual(each.expected);
      }
    }),
    { numRuns: 20 },
  );
});

function contentOf(list: SlotList): number[] {
  const content: number[] = [];
  for (let n = 0; n < list.chunks; n++) content.push(...list.chunk(n).subarray(0, list.sizeOf(n)));
  expect(list.size).toBe(content.length);
  return content;
}
