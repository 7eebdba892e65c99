import fc from 'fast-check';
import { expect, it } from 'vitest';
import { PlainHeap } from './plain-heap.ts';

it('gives alarms back in the order of their instants, and then nothing', () => {
  fc.assert(
    fc.property(fc.array(fc.double({ noNaN: true })), (instants) => {
      const heap = new PlainHeap();
      for (const [slot, at] of instants.entries()) heap.push({ at, slot });
      const popped = instants.map(() => heap.pop()?.at);
      expect(popped).toEqual(instants.toSorted((a, b) => a - b));
      expect(heap.pop()).toBeUndefined();
    }),
  );
});
