import { describe, expect, it } from 'vitest';
import { TargetStarvation } from './target-starvation.ts';

/** CPU time a second: of the target, its time without a core, of squall, and of everything else. */
interface Second {
  readonly cpu: number;
  readonly starved: number;
  readonly own: number;
  readonly other: number;
}

const CALM: Second = { cpu: 100, starved: 0, own: 300, other: 50 };
/** The target waits for squall's own clients. */
const STORM: Second = { cpu: 900, starved: 800, own: 1000, other: 100 };
/** The target waits for other work. */
const HOGGED: Second = { cpu: 100, starved: 700, own: 400, other: 1500 };

function worstOf(seconds: readonly Second[]): number {
  const starvation = new TargetStarvation();
  let [cpuMs, starvedMs, ownMs, machineMs] = [0, 0, 0, 0];
  const look = (atMs: number): void => starvation.look({ atMs, target: { cpuMs, starvedMs }, ownMs, machineMs });
  look(0);
  for (const [n, { cpu, starved, own, other }] of seconds.entries()) {
    cpuMs += cpu;
    starvedMs += starved;
    ownMs += own;
    machineMs += cpu + own + other;
    look((n + 1) * 1000);
  }
  return starvation.worst;
}

describe('the largest share of a stretch in which other work starved the target', () => {
  it.each([
    ['of a calm run', [CALM, CALM, CALM], 0],
    ['of a run whose own clients took the cores', [CALM, STORM, STORM, CALM], 0.1],
    ['of a run with other work all the time', [HOGGED, HOGGED, HOGGED], 0.7],
    ['of a run with other work for a while', [CALM, CALM, HOGGED, HOGGED, CALM, CALM], 0.7],
    ['of a run with other work for a second', [CALM, CALM, HOGGED, CALM, CALM], 0.35],
    ['of other work that the target did not need', [{ ...CALM, other: 1500 }, CALM], 0],
    ['of a short run', [HOGGED], 0.7],
  ] as const)('%s', (_title, seconds, expected) => {
    expect(worstOf(seconds)).toBeCloseTo(expected, 10);
  });
});
