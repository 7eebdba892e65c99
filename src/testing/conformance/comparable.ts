import type { Figures } from './figures.ts';
import type { Trial } from './trial.ts';

/**
 * The figures to compare with another world: without figures unknown there; a figure whose size depends on the machine
 * only says which of its counts are not 0.
 */
export function comparable(figures: Figures, other: Figures, { unsized }: Trial): Readonly<Record<string, unknown>> {
  const roughly = new Set<string>(unsized?.figures);
  return Object.fromEntries(
    Object.entries(figures).flatMap(([name, value]: [string, unknown]) => {
      if (value === null || Object.entries(other).some(([theirs, known]) => theirs === name && known === null))
        return [];
      const known = name === 'ledger' || name === 'unauthorized' ? onlyKnown(value, other[name]) : value;
      return [[name, roughly.has(name) ? sizeless(known) : known]];
    }),
  );
}

/** Removes what only the other world's target knows about commands. */
function onlyKnown(ledger: unknown, theirs: object): unknown {
  return isRecord(ledger) ? Object.fromEntries(Object.entries(ledger).filter(([key]) => key in theirs)) : ledger;
}

/** A value without its size: a number becomes whether it is above 0, a fault's tally its label. */
function sizeless(value: unknown): unknown {
  if (typeof value === 'number') return value > 0;
  if (typeof value === 'string') return value.split(': ', 1)[0];
  if (Array.isArray(value)) return value.map(sizeless);
  if (isRecord(value)) return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, sizeless(item)]));
  return value;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
