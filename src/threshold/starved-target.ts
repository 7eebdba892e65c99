import type { GeneratorHealth } from '../metrics/run.ts';

/** Largest share of two seconds for which the embedded target may lack a core that other work has, with no effect on a verdict. */
const MOST_STARVED = 0.5;

/** Why what a run shows may be due to other work on this machine, which took the embedded target's cores; null: it did not. */
export function starvedReason({ targetStarved }: Pick<GeneratorHealth, 'targetStarved'>): string | null {
  if (targetStarved <= MOST_STARVED) return null;
  const share = `${Math.round(targetStarved * 100)} %`;
  return `other work on this machine took the cores of the embedded target, which waited for one for ${share} of two seconds`;
}
