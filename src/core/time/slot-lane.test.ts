import fc from 'fast-check';
import { expect, it } from 'vitest';
import { SlotLane } from './slot-lane.ts';

/** An entry; or the head is dropped. */
type Step = { readonly at: number; readonly slot: number } | null;

const step: fc.Arbitrary<Step> = fc.option(fc.record({ at: fc.nat(3), slot: fc.nat(50) }), { freq: 2 });

/** A lane that sorts whenever it takes an entry. */
class Model {
  readonly entries: { at: number; slot: number }[] = [];

  push(at: number, slot: number): boolean {
    if (at < (this.entries.at(-1)?.at ?? -Infinity)) return false;
    this.entries.push({ at, slot });
    this.entries.sort((a, b) => a.at - b.at || a.slot - b.slot);
    return true;
  }
}

it('has its entries in the order of their instants and slots, and takes none that is too early', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 400 }), fc.boolean(), (steps, rises) => {
      const lane = new SlotLane();
      const model = new Model();
      for (const [n, one] of steps.entries()) {
        const isTaken = one === null || lane.push(one.at + (rises ? n : 0), one.slot);
        expect(isTaken).toBe(one === null || model.push(one.at + (rises ? n : 0), one.slot));
        if (one === null && lane.size > 0) lane.dropHead();
        if (one === null) model.entries.shift();
        const [head] = model.entries;
        expect([lane.size, lane.headAt]).toEqual([model.entries.length, head?.at ?? Infinity]);
        expect(lane.size === 0 ? undefined : lane.headSlot).toBe(head?.slot);
      }
    }),
  );
});
