import { byName as byEach } from '../core/metrics.ts';
import { COMPARED, type ComparedName, type FigureName, type Figures } from '../storm/figures.ts';

const OF_STORMS: ReadonlySet<FigureName> = new Set(['spikeFactor', 't95RecoveryMs', 'amplification']);

/**
 * A run's figure as something that can be ranked: -Infinity where there was no storm, which is better than any, and
 * Infinity for a recovery that never came. null where the run has nothing to tell.
 */
export function comparableFigure(name: ComparedName, figures: Figures): number | null {
  const value = figures[name];
  if (value !== null || !OF_STORMS.has(name)) return value;
  if (figures.storms === 0) return -Infinity;
  // A storm that kept somebody down lost somebody; without a time of its own, it never got 95 % of them back.
  return name === 't95RecoveryMs' && (figures.downtimeClientSeconds ?? 0) > 0 ? Infinity : null;
}

export function byName<T>(value: (name: ComparedName) => T): Record<ComparedName, T> {
  return byEach(COMPARED, value);
}

/** The readings of those runs that have one. */
export function known(values: readonly (number | null)[]): readonly number[] {
  return values.filter((value) => value !== null);
}
