import fc from 'fast-check';
import { expect, it } from 'vitest';
import { SlotLane } from './slot-lane.ts';

const step = fc.oneof(
  { weight: 3, arbitrary: fc.record({ at: fc.nat(3), slot: fc.nat(50) }) },
  { weight: 2, arbitrary: fc.constant('drop' as const) },
);

it('has its entries in the order of their instants and slots, and takes none that is too early', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 400 }), fc.boolean(), (steps, rises) => {
      const lane = new SlotLane();
      const expected: { at: number; slot: number }[] = [];
      let base = 0;
      for (const s of steps) {
        if (s === 'drop') {
          if (expected.length === 0) continue;
          expected.shift();
          lane.dropHead();
        } else {
          if (rises) base += 1;
          const at = base + s.at;
          const isTooEarly = expected.length > 0 && at < expected.at(-1)!.at;
          expect(lane.push(at, s.slot)).toBe(!isTooEarly);
          if (!isTooEarly) expected.push({ at, slot: s.slot });
          expected.sort((a, b) => a.at - b.at || a.slot - b.slot);
        }
        expect([lane.size, lane.headAt]).toEqual([expected.length, expected[0]?.at ?? Infinity]);
        if (expected.length > 0) expect(lane.headSlot).toBe(expected[0]!.slot);
      }
    }),
  );
});
