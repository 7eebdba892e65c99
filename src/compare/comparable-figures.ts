import { byName as byEach } from '../core/metrics.ts';
import { COMPARED, type ComparedName, type FigureName, type Figures } from '../storm/figures.ts';

const OF_STORMS: ReadonlySet<FigureName> = new Set(['spikeFactor', 't95RecoveryMs', 'amplification']);

/**
 * A run's figure as a number that can be ranked: -Infinity without a storm, which is better than any number, and Infinity
 * for a recovery that never came; null: no data.
 */
export function comparableFigure(name: ComparedName, figures: Figures): number | null {
  const value = figures[name];
  if (value !== null || !OF_STORMS.has(name)) return value;
  if (figures.storms === 0) return -Infinity;
  // A storm with downtime had losses; if it has no recovery time, 95 % of its clients never came back.
  return name === 't95RecoveryMs' && (figures.downtimeClientSeconds ?? 0) > 0 ? Infinity : null;
}

export function byName<T>(value: (name: ComparedName) => T): Record<ComparedName, T> {
  return byEach(COMPARED, value);
}

/** The values that are not null. */
export function known(values: readonly (number | null)[]): readonly number[] {
  return values.filter((value) => value !== null);
}
