import fc from 'fast-check';
import { COUNT_INDEX } from '../metrics.ts';
import { describe, expect, it } from 'vitest';
import { mono } from '../time/instant.ts';
import { Rig } from './rig.test.helper.ts';
import { LoopDetector } from './loop-detector.ts';

/** The index, from 0, of the repetition at which the loop is found; -1: none. */
function foundBy(atMs: readonly number[], rounds: number, withinMs: number): number {
  const { context, seen } = new Rig({ loop: { rounds, withinMs } });
  const kept = new LoopDetector(context, COUNT_INDEX.loopingReconnect, context.columns.reconnectsOverAt);
  for (let n = 1; n < atMs.length; n++) {
    kept.again(0, atMs[n - 1]!, mono(atMs[n]!));
    if (seen.length > 0) return n;
  }
  return -1;
}

/** The most repetitions in any window. */
function fullest(atMs: readonly number[], withinMs: number): number {
  const rounds = atMs.filter((at, n) => n > 0 && at - atMs[n - 1]! < withinMs);
  return Math.max(0, ...rounds.map((from) => rounds.filter((at) => at >= from && at < from + withinMs).length));
}

const every = (ms: number, count: number): number[] => Array.from({ length: count }, (_, n) => n * ms);
/** Eleven at once, in every half minute. */
const bursts = every(30_000, 20).flatMap((at) => Array<number>(11).fill(at));

describe('repetitions', () => {
  it.each([
    { what: 'ten at once', atMs: every(0, 11), found: -1 },
    { what: 'eleven at once', atMs: every(0, 12), found: 11 },
    { what: 'one a second', atMs: every(1000, 60), found: 16 },
    { what: 'one in three seconds, for ever', atMs: every(3000, 1000), found: -1 },
    { what: 'ten at once in each half minute', atMs: bursts, found: -1 },
  ])('$what: found by $found', ({ atMs, found }) => {
    expect(foundBy(atMs, 10, 30_000)).toBe(found);
  });

  it('are never a loop below the limit, and always one at twice the limit', () => {
    fc.assert(
      fc.property(
        fc.array(fc.nat(4000), { maxLength: 80 }),
        fc.integer({ min: 1, max: 12 }),
        fc.integer({ min: 1, max: 60_000 }),
        (gaps, rounds, withinMs) => {
          let now = 0;
          const atMs = gaps.map((gap) => (now += gap));
          const found = foundBy(atMs, rounds, withinMs) >= 0;
          const most = fullest(atMs, withinMs);
          expect(found).toBe(most > 2 * rounds + 1 || (most > rounds && found));
        },
      ),
    );
  });

  it('write nothing for clients that pause', () => {
    const { context } = new Rig({ loop: { rounds: 1, withinMs: 1000 } });
    new LoopDetector(context, COUNT_INDEX.loopingRefresh, context.columns.refreshesOverAt).again(0, 0, mono(1000));
    expect(context.columns.refreshesOverAt.at(0)).toBe(0);
  });

  it('are counted once for each client and kind of loop', () => {
    const rig = new Rig({ loop: { rounds: 3, withinMs: 30_000 } }, 2).ready();
    for (let n = 0; n < 6; n++) {
      rig.close(4401);
      rig.token();
      rig.machine.onOpen(0, rig.now);
    }
    expect(rig.seen.filter((line) => line.startsWith('looping'))).toEqual(['loopingReconnect 1', 'loopingRefresh 1']);
  });

  it('of reconnects do not include the arrival', () => {
    const rig = new Rig({ loop: { rounds: 1, withinMs: 1e6 } }).ready().close(1012);
    expect(rig.until(100).seen).not.toContain('loopingReconnect 1');
    rig.machine.onOpen(0, rig.now);
    expect(rig.close(1012).until(200).seen).toContain('loopingReconnect 1');
  });
});
