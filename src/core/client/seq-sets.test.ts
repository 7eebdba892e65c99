import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SeqSets } from './seq-sets.ts';

const SETS = 3;

type Step = readonly ['add' | 'remove' | 'clear' | 'climb', number, number];

/** Numbers that mostly lie close above the first one, as commands under way do, and sometimes far above it. */
const step: fc.Arbitrary<Step> = fc.tuple(
  fc.constantFrom('add', 'add', 'add', 'remove', 'remove', 'clear', 'climb'),
  fc.nat(SETS - 1),
  fc.oneof({ weight: 4, arbitrary: fc.nat(40) }, { weight: 1, arbitrary: fc.nat(5000) }),
);

const members = (sets: SeqSets, set: number): number[] => {
  const found: number[] = [];
  for (let seq = sets.next(set, 0); seq !== -1; seq = sets.next(set, seq + 1)) found.push(seq);
  return found;
};

describe('sets of command numbers', () => {
  it('agree with a Set, however far apart and however high the numbers are', () => {
    const base = fc.constantFrom(0, 17, 2 ** 31 - 20, 2 ** 32 - 50_000);
    fc.assert(
      fc.property(base, fc.array(step, { maxLength: 120 }), (start, steps) => {
        const sets = new SeqSets(SETS);
        const plain = Array.from({ length: SETS }, () => new Set<number>());
        const bases = plain.map(() => start);
        let agree = true;
        for (const [what, set, n] of steps) {
          const seq = bases[set]! + n;
          if (what === 'add') {
            sets.add(set, seq);
            plain[set]!.add(seq);
          } else if (what === 'remove') agree &&= sets.remove(set, seq) === plain[set]!.delete(seq);
          else if (what === 'clear' && n % 5 === 0) {
            sets.clear(set);
            plain[set]!.clear();
          } else if (what === 'climb') {
            // The oldest is removed, as commands are, so that the bounds move up.
            if (!sets.isEmpty(set)) plain[set]!.delete(sets.first(set));
            if (!sets.isEmpty(set)) sets.remove(set, sets.first(set));
            if (bases[set]! < 2 ** 32 - 10_000) bases[set]! += n;
          }
          expect(sets.has(set, seq)).toBe(plain[set]!.has(seq));
        }
        expect(agree).toBe(true);
        for (const [set, all] of plain.entries()) {
          const sorted = [...all].toSorted((a, b) => a - b);
          expect(members(sets, set)).toEqual(sorted);
          expect(sets.isEmpty(set)).toBe(sorted.length === 0);
          expect(sets.isEmpty(set) ? undefined : sets.first(set)).toBe(sorted[0]);
        }
      }),
    );
  });

  it('hold a million numbers, and remove them in order', () => {
    const sets = new SeqSets(2);
    for (let seq = 0; seq < 1_000_000; seq++) sets.add(1, seq);
    for (let seq = 0; seq < 1_000_000; seq += 2) sets.remove(1, seq);
    expect([sets.first(1), sets.next(1, 2), sets.isEmpty(0)]).toEqual([1, 3, true]);
    let removed = 0;
    for (let seq = 1; seq < 1_000_000; seq += 2) removed += sets.remove(1, seq) ? 1 : 0;
    expect([removed, sets.isEmpty(1)]).toEqual([500_000, true]);
  });

  it('return their rows empty, for the next set', () => {
    const sets = new SeqSets(2);
    sets.add(0, 0);
    sets.add(0, 900);
    sets.clear(0);
    sets.add(1, 100);
    sets.add(1, 1000);
    expect(members(sets, 1)).toEqual([100, 1000]);
    expect(members(sets, 0)).toEqual([]);
  });
});
