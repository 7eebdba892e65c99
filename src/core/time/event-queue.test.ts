import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Records } from '../client/records.ts';
import { Draws, PURPOSE } from '../random/draws.ts';
import { GROUP } from './board.ts';
import { EventQueue } from './event-queue.ts';

const SLOTS = 50;

type Step =
  | { readonly do: 'set' | 'note'; readonly slot: number; readonly at: number }
  | { readonly do: 'clear'; readonly slot: number }
  | { readonly do: 'pop' };

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 5, arbitrary: fc.record({ do: fc.constant('set' as const), slot: fc.nat(SLOTS - 1), at: fc.nat(20) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('note' as const), slot: fc.nat(SLOTS - 1), at: fc.nat(20) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('clear' as const), slot: fc.nat(SLOTS - 1) }) },
  { weight: 3, arbitrary: fc.constant({ do: 'pop' as const }) },
);

const howSet = fc.constantFrom('set' as const, 'note' as const);

/** A board with the same behaviour, written in the simplest way. */
class Model {
  readonly due = new Map<number, number>();
  readonly #first: number;

  constructor(first: number) {
    this.#first = first;
  }

  #rank(slot: number): number {
    return slot >= SLOTS - this.#first ? slot - SLOTS : slot;
  }

  /** Carries a step out; for `pop`, returns the slot that rang. */
  take(s: Step): number | undefined {
    if (s.do === 'set' || s.do === 'note') this.due.set(s.slot, s.at);
    else if (s.do === 'clear') this.due.delete(s.slot);
    else return this.#pop();
    return undefined;
  }

  #pop(): number {
    const next = this.next();
    if (next === null) return -1;
    this.due.delete(next.slot);
    return next.slot;
  }

  next(): { slot: number; at: number } | null {
    let best: { slot: number; at: number } | null = null;
    for (const [slot, at] of this.due) {
      if (best === null || at < best.at || (at === best.at && this.#rank(slot) < this.#rank(best.slot)))
        best = { slot, at };
    }
    return best;
  }
}

describe('EventQueue', () => {
  it('rings nothing when nothing is set', () => {
    const queue = new EventQueue(3);
    expect([queue.nextAt(), queue.pop(), queue.armed]).toEqual([Infinity, -1, 0]);
  });

  it('rings alarms in the order of their instants, and at one instant in the order of their slots', () => {
    const queue = new EventQueue(4);
    queue.set(3, 10);
    queue.set(1, 20);
    queue.set(2, 10);
    queue.set(0, 10);
    expect([queue.pop(), queue.pop(), queue.pop(), queue.pop(), queue.pop()]).toEqual([0, 2, 3, 1, -1]);
  });

  it('rings the alarms that go first before all others of an instant', () => {
    const queue = new EventQueue(4, 2);
    for (const slot of [0, 1, 2, 3]) queue.set(slot, 10);
    queue.set(1, 9);
    expect([queue.pop(), queue.pop(), queue.pop(), queue.pop(), queue.pop()]).toEqual([1, 2, 3, 0, -1]);
  });

  it('keeps an alarm at its latest setting, whichever way it moved', () => {
    const queue = new EventQueue(2);
    queue.set(0, 10);
    queue.set(0, 30);
    queue.set(1, 20);
    expect([queue.nextAt(), queue.pop(), queue.nextAt(), queue.pop(), queue.pop()]).toEqual([20, 1, 30, 0, -1]);
  });

  it('rings once when an alarm is cleared and set to the same instant again', () => {
    const queue = new EventQueue(1);
    queue.set(0, 5);
    queue.clear(0);
    queue.set(0, 5);
    expect([queue.pop(), queue.pop()]).toEqual([0, -1]);
  });

  it('takes Infinity for clearing', () => {
    const queue = new EventQueue(1);
    queue.set(0, 5);
    queue.set(0, Infinity);
    expect([queue.dueAt(0), queue.armed, queue.pop()]).toEqual([Infinity, 0, -1]);
  });

  it('agrees with a simple board under any sequence of settings', () => {
    fc.assert(fc.property(fc.array(step, { maxLength: 400 }), fc.nat(SLOTS), agreesWithModel));
  });

  it('agrees also when alarms lie far apart, beyond one turn of the wheel', () => {
    const at = fc.oneof(fc.nat(100), fc.nat(100_000), fc.nat(10_000_000), fc.double({ min: 0, max: 1e6, noNaN: true }));
    const far = fc.record({ do: howSet, slot: fc.nat(SLOTS - 1), at });
    const mixed = fc.oneof({ weight: 3, arbitrary: far }, { weight: 1, arbitrary: step });
    fc.assert(fc.property(fc.array(mixed, { maxLength: 300 }), fc.nat(SLOTS), agreesWithModel));
  });

  it('agrees also where a large population has narrow buckets', () => {
    const at = fc.oneof(fc.double({ min: 0, max: 3, noNaN: true }), fc.nat(300), fc.nat(100_000));
    const close = fc.record({ do: howSet, slot: fc.nat(SLOTS - 1), at });
    const mixed = fc.oneof({ weight: 3, arbitrary: close }, { weight: 1, arbitrary: step });
    fc.assert(fc.property(fc.array(mixed, { maxLength: 300 }), agreesAmongMany), { numRuns: 5 });
  });

  it('rings many alarms of few turns in order, the ones that were set anew or cleared at their latest setting', () => {
    const count = 30_000;
    const draws = new Draws(1);
    const queue = new EventQueue(count, 100);
    const due = new Map<number, number>();
    for (let n = 0; n < 2 * count; n++) {
      const slot = Math.floor(count * draws.unit(0, PURPOSE.arrive, n));
      const u = draws.unit(0, PURPOSE.backoff, n);
      const at = u < 0.1 ? Infinity : Math.floor(u * 100_000) / 16;
      queue.set(slot, at);
      if (at === Infinity) due.delete(slot);
      else due.set(slot, at);
    }
    const rank = (slot: number): number => (slot < count - 100 ? slot : slot - count);
    const expected = [...due.keys()].toSorted((a, b) => due.get(a)! - due.get(b)! || rank(a) - rank(b));
    const rung: number[] = [];
    for (let slot = queue.pop(); slot !== -1; slot = queue.pop()) rung.push(slot);
    expect(rung).toEqual(expected);
  });

  it('rings in order where a turn has more alarms than the first part of its list', () => {
    const count = 12_000;
    const queue = new EventQueue(count);
    const due = Array.from({ length: count }, (_, slot) => 5000 + ((slot * 7919) % 1000) + (slot % 3) * 2048);
    for (const [slot, at] of due.entries()) {
      queue.set(slot, 5000 + ((slot * 104_729) % 3000));
      queue.set(slot, at);
    }
    const rung = Array.from({ length: count }, () => queue.pop());
    expect(rung).toEqual([...due.keys()].toSorted((a, b) => due[a]! - due[b]! || a - b));
  });

  it('knows whether any of some alarms is due by an instant', () => {
    const queue = new EventQueue(20, 2);
    queue.set(9, 5);
    expect([queue.isClear(8, 8, 4), queue.isClear(8, 8, 5), queue.isClear(0, 8, 5)]).toEqual([true, false, true]);
  });

  it('announces alarms before they ring', () => {
    const queue = new EventQueue(20, 2);
    const announced: number[] = [];
    queue.announceTo((places, from, to) => {
      for (let i = from; i < to; i++) announced.push(queue.slotAt(places[i]!));
    });
    for (const slot of [3, 7, 19]) queue.set(slot, 100);
    expect([queue.nextAt(), ...announced]).toEqual([100, 3, 7, 19]);
  });

  it('does not grow when alarms are set repeatedly', () => {
    const queue = new EventQueue(2);
    queue.set(1, 1e9);
    for (let i = 0; i < 400_000; i++) queue.set(0, i);
    expect(queue.entries).toBeLessThan(70_000);
    expect([queue.pop(), queue.pop(), queue.pop()]).toEqual([0, 1, -1]);
  });

  it('has no entry of an alarm that was noted and set anew, and rings one that was noted and entered', () => {
    const queue = new EventQueue(2);
    queue.set(1, 10);
    queue.note(0, 30_000);
    queue.set(0, 20);
    expect([queue.armed, queue.entries, queue.pop(), queue.pop()]).toEqual([2, 2, 1, 0]);
    queue.set(1, 40);
    queue.note(0, 30_000);
    expect([queue.dueAt(0), queue.pop()]).toEqual([30_000, 1]);
    queue.enter(0);
    queue.enter(1);
    expect([queue.nextAt(), queue.pop(), queue.pop()]).toEqual([30_000, 0, -1]);
  });

  it('rings no alarm that is only noted, and one that is entered late', () => {
    const queue = new EventQueue(2);
    queue.note(0, 20);
    expect([queue.armed, queue.nextAt(), queue.pop()]).toEqual([1, Infinity, -1]);
    queue.set(1, 30_000_000_000);
    expect(queue.nextAt()).toBe(30_000_000_000);
    queue.enter(0);
    expect([queue.nextAt(), queue.pop(), queue.pop(), queue.pop()]).toEqual([20, 0, 1, -1]);
  });

  it('rings an alarm that is set earlier than the next one already found', () => {
    const queue = new EventQueue(2);
    queue.set(0, 1_000_000);
    expect(queue.nextAt()).toBe(1_000_000);
    queue.set(1, 5);
    expect([queue.pop(), queue.pop()]).toEqual([1, 0]);
  });
});

function agreesWithModel(steps: readonly Step[], first: number): void {
  compare(new EventQueue(SLOTS, first), steps, first);
  const records = new Records(Math.ceil(SLOTS / GROUP), 2 * 8 * GROUP);
  compare(new EventQueue(SLOTS, first, records.board()), steps, first);
}

function agreesAmongMany(steps: readonly Step[]): void {
  compare(new EventQueue(1 << 22), steps, 0);
}

/** Carries the steps out on both boards and compares them after each. */
function compare(queue: EventQueue, steps: readonly Step[], first: number): void {
  const model = new Model(first);
  for (const s of steps) {
    expect(take(queue, s)).toBe(model.take(s));
    expect(queue.armed).toBe(model.due.size);
    expect(queue.nextAt()).toBe(model.next()?.at ?? Infinity);
  }
}

function take(queue: EventQueue, s: Step): number | undefined {
  if (s.do === 'set') queue.set(s.slot, s.at);
  else if (s.do === 'note') {
    queue.note(s.slot, s.at);
    queue.enter(s.slot);
  } else if (s.do === 'clear') queue.clear(s.slot);
  else return queue.pop();
  return undefined;
}
