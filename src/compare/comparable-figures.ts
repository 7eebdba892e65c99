import type { FigureName, Figures } from '../storm/figures.ts';

/** The figures by which settings are compared, in the order of the tables. Of each of them less is better. */
export const COMPARED = [
  'peakAttemptsPerSecond',
  'spikeFactor',
  't95RecoveryMs',
  'amplification',
  'downtimeClientSeconds',
  'lockedOut',
  'peakRefreshesPerSecond',
  'lost',
  'duplicated',
  'exposureClientSeconds',
] as const satisfies readonly FigureName[];

export type ComparedName = (typeof COMPARED)[number];

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

export function byName<T>(value: (name: ComparedName) => T): Record<ComparedName, T>;
export function byName(value: (name: ComparedName) => unknown): Readonly<Record<string, unknown>> {
  return Object.fromEntries(COMPARED.map((name) => [name, value(name)]));
}

/** The readings of those runs that have one. */
export function known(values: readonly (number | null)[]): readonly number[] {
  return values.filter((value) => value !== null);
}
