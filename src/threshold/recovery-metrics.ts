import type { Storm } from '../storm/storm.ts';
import type { Evidence, Metric, Reading } from './metric.ts';
import { lossesOf } from '../metrics/lost.ts';

type Back = 't50Ms' | 't95Ms' | 't99Ms' | 't100Ms';

const FIGURES: Readonly<Record<string, { readonly field: Back; readonly share: number }>> = {
  t50: { field: 't50Ms', share: 0.5 },
  t95: { field: 't95Ms', share: 0.95 },
  t99: { field: 't99Ms', share: 0.99 },
  t100: { field: 't100Ms', share: 1 },
};

export const RECOVERY_FIGURES = Object.keys(FIGURES);

/**
 * `t95(recovery)`: the time until 95 % of the clients lost in a storm were back, in the worst of the storms. Clients
 * that were lost without a storm each stand alone: then it is the time in which 95 % of the recoveries were done.
 */
export function recoveryMetrics(figure: string): Readonly<Record<string, Metric>> | undefined {
  const known = Object.hasOwn(FIGURES, figure) ? FIGURES[figure] : undefined;
  if (known === undefined) return undefined;
  return { recovery: { dimension: 'duration', read: (evidence) => backAfter(evidence, known.field, known.share) } };
}

function backAfter(evidence: Evidence, field: Back, share: number): Reading {
  const storms = evidence.storms.filter((storm) => storm.lost > 0);
  return storms.length > 0 ? worst(evidence, storms, field) : alone(evidence, share);
}

function worst({ measurements }: Evidence, storms: readonly Storm[], field: Back): Reading {
  const times = storms.map((storm) => storm[field] ?? measurements.elapsedMs - storm.startMs);
  const longest = Math.max(...times);
  return storms.some((storm) => storm[field] === null) ? { atLeast: longest } : longest;
}

/** Those who never came back stand behind all others. */
function alone({ measurements: { curves, timings } }: Evidence, share: number): Reading {
  const wanted = share * lossesOf(curves);
  const recovered = timings.recovery.count;
  return wanted === 0 || recovered < wanted ? null : timings.recovery.quantileMs(wanted / recovered);
}
