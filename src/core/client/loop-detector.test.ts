import fc from 'fast-check';
import { COUNT_INDEX } from '../metrics.ts';
import { describe, expect, it } from 'vitest';
import { mono } from '../time/instant.ts';
import { Rig } from './rig.test.helper.ts';
import { LoopDetector } from './loop-detector.ts';

/** Which of what a client does at these instants, from 0, shows that it goes round too often; -1: none. */
function foundBy(atMs: readonly number[], rounds: number, withinMs: number): number {
  const { context, seen } = new Rig({ loop: { rounds, withinMs } });
  const kept = new LoopDetector(context, COUNT_INDEX.loopingReconnect, context.columns.reconnectsOverAt);
  for (let n = 1; n < atMs.length; n++) {
    kept.again(0, atMs[n - 1]!, mono(atMs[n]!));
    if (seen.length > 0) return n;
  }
  return -1;
}

/** The most rounds in any window: what a client did again within one. */
function fullest(atMs: readonly number[], withinMs: number): number {
  const rounds = atMs.filter((at, n) => n > 0 && at - atMs[n - 1]! < withinMs);
  return Math.max(0, ...rounds.map((from) => rounds.filter((at) => at >= from && at < from + withinMs).length));
}

const every = (ms: number, count: number): number[] => Array.from({ length: count }, (_, n) => n * ms);
/** Eleven at once, and the same after each half minute. */
const bursts = every(30_000, 20).flatMap((at) => Array<number>(11).fill(at));

describe('rounds of a loop', () => {
  it.each([
    { what: 'ten rounds at once', atMs: every(0, 11), found: -1 },
    { what: 'eleven at once', atMs: every(0, 12), found: 11 },
    { what: 'one a second', atMs: every(1000, 60), found: 16 },
    { what: 'one in three seconds, for ever', atMs: every(3000, 1000), found: -1 },
    { what: 'ten at once in each half minute', atMs: bursts, found: -1 },
  ])('$what: found by $found', ({ atMs, found }) => {
    expect(foundBy(atMs, 10, 30_000)).toBe(found);
  });

  it('are not found in a client that stays below the limit, and always in one that is at twice of it', () => {
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

  it('cost nothing to write down for those in no hurry', () => {
    const { context } = new Rig({ loop: { rounds: 1, withinMs: 1000 } });
    new LoopDetector(context, COUNT_INDEX.loopingRefresh, context.columns.refreshesOverAt).again(0, 0, mono(1000));
    expect(context.columns.refreshesOverAt[0]).toBe(0);
  });

  it('count once for each client and kind', () => {
    const rig = new Rig({ loop: { rounds: 3, withinMs: 30_000 } }, 2).ready();
    for (let n = 0; n < 6; n++) {
      rig.close(4401);
      rig.token();
      rig.machine.onOpen(0, rig.now);
    }
    expect(rig.seen.filter((line) => line.startsWith('looping'))).toEqual(['loopingReconnect 1', 'loopingRefresh 1']);
  });

  it('of reconnects do not count the arrival', () => {
    const rig = new Rig({ loop: { rounds: 1, withinMs: 1e6 } }).ready().close(1012);
    expect(rig.until(100).seen).not.toContain('loopingReconnect 1');
    rig.machine.onOpen(0, rig.now);
    expect(rig.close(1012).until(200).seen).toContain('loopingReconnect 1');
  });
});
