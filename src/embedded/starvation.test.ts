import { describe, expect, it } from 'vitest';
import { starvedMs } from './starvation.ts';

describe('the time for which a process had work and no core', () => {
  it.each([
    ['an idle process whose timer is on time', [50, 0, 0], 0],
    ['an idle process whose timer is late', [80, 0, 1], 29],
    ['a process that works all the time', [400, 400, 400], 0],
    ['a process that works all the time with half a core', [400, 400, 200], 200],
    ['a process that is busy for a part of the time, without a late timer', [50, 40, 10], 30],
    ['a process whose other threads work too', [50, 40, 90], 0],
    ['a loop that counts as busy since before the look', [50, 70, 0], 50],
  ] as const)('%s', (_title, [spanMs, busyMs, cpuMs], expected) => {
    expect(starvedMs(spanMs, busyMs, cpuMs)).toBe(expected);
  });
});
