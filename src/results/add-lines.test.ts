import { describe, expect, it } from 'vitest';
import { HEALTHY } from '../testing/written-run.ts';
import { measured } from '../testing/measured.ts';
import { addLines } from './add-lines.ts';
import type { TimelineLine } from './timeline.ts';
import { timelineLine } from './timeline-lines.ts';

type Pairs = readonly [number, number][];

/** The first second of a shard. @param shifts what its lateness moved of the attempts, by bin; null: not known */
function lineOf(attempts: Pairs, shifts: Pairs | null, targetStarved = 0): TimelineLine {
  const measurements = measured({ elapsedMs: 1000, planned: 10 });
  const progress = { measurements, faults: [], generator: { ...HEALTHY, targetStarved } };
  const moved = shifts === null ? null : { attempts: [...shifts] };
  const line = timelineLine({ startMs: 0, endMs: 1000 }, progress, { attempts: [...attempts] }, moved);
  return { shifts: null, ...(JSON.parse(line) as Omit<TimelineLine, 'shifts'>) };
}

describe('the lines of shards that were late', () => {
  const early = lineOf(
    [[3, 5]],
    [
      [2, 1],
      [3, -1],
    ],
  );
  const late = lineOf(
    [
      [3, 2],
      [9, 4],
    ],
    [
      [3, 4],
      [9, -4],
    ],
    0.7,
  );

  it('add their shifts bin by bin, as their curves', () => {
    const { changes, shifts } = addLines([early, late], [early, late]);
    expect([changes.attempts, shifts?.attempts]).toEqual([
      [
        [3, 7],
        [9, 4],
      ],
      [
        [2, 1],
        [3, 3],
        [9, -4],
      ],
    ]);
  });

  it('count the shifts of the lines that were written at that time only', () => {
    expect(addLines([early, late], [late]).shifts?.attempts).toEqual([
      [3, 4],
      [9, -4],
    ]);
  });

  it('leave the shifts unknown where one shard does not know its own', () => {
    expect(addLines([early, lineOf([[3, 5]], null)], [early]).shifts).toBeNull();
  });

  it('have the target as starved as the shard that saw it worst', () => {
    expect(addLines([early, late], []).generator.targetStarved).toBe(0.7);
  });
});
