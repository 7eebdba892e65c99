import type { Measurements } from '../metrics/measurements.ts';
import type { Storm } from '../storm/storm.ts';
import type { Comparison, Expression } from './expression.ts';
import type { Reading } from './metric.ts';
import { printQuantity } from './quantity.ts';

/** What came of a threshold. */
export interface Evaluation {
  readonly expression: string;
  /** ms, events a second, a count, a ratio, or a share in 0..1; null: no data */
  readonly value: number | null;
  /** null: no data, which is no pass */
  readonly ok: boolean | null;
  /** for people: the value with its unit, and what must be known beside it */
  readonly text: string;
}

/** Holds a threshold against what was measured, at the end of a run or in its midst. */
export function evaluate(expression: Expression, measurements: Measurements, storms: readonly Storm[]): Evaluation {
  const evidence = { measurements, storms };
  const { metric, limit, comparison } = expression;
  const reading = scaled(metric.read(evidence), limit.measure === 'share' ? metric.whole?.(evidence) : 1);
  const failed = metric.failed?.(evidence) ?? 0;
  const aside = failed === 0 ? '' : ` (${failed} failed and are not in it)`;
  return {
    expression: expression.text,
    ...judged(reading, comparison, limit.value, (n) => printQuantity(n, limit.measure), aside),
  };
}

function judged(
  reading: Reading,
  comparison: Comparison,
  limit: number,
  print: (value: number) => string,
  aside: string,
): Omit<Evaluation, 'expression'> {
  if (reading === null) return { value: null, ok: null, text: `no data${aside}` };
  if (typeof reading === 'number') {
    return { value: reading, ok: holds(reading, comparison, limit), text: `${print(reading)}${aside}` };
  }
  const ok = holdsFrom(reading.atLeast, comparison, limit);
  return { value: ok === null ? null : reading.atLeast, ok, text: `not yet after ${print(reading.atLeast)}${aside}` };
}

function scaled(reading: Reading, whole: number | undefined): Reading {
  if (reading === null || whole === undefined || whole === 0) return null;
  return typeof reading === 'number' ? reading / whole : { atLeast: reading.atLeast / whole };
}

function holds(value: number, comparison: Comparison, limit: number): boolean {
  switch (comparison) {
    case '<':
      return value < limit;
    case '<=':
      return value <= limit;
    case '>':
      return value > limit;
    case '>=':
      return value >= limit;
    case '==':
      return value === limit;
    case '!=':
      return value !== limit;
  }
}

/** Does the comparison hold for whatever value is `atLeast` or more? null: for some it does, for some it does not. */
function holdsFrom(atLeast: number, comparison: Comparison, limit: number): boolean | null {
  switch (comparison) {
    case '<':
      return atLeast >= limit ? false : null;
    case '<=':
      return atLeast > limit ? false : null;
    case '>':
      return atLeast > limit ? true : null;
    case '>=':
      return atLeast >= limit ? true : null;
    case '==':
      return atLeast > limit ? false : null;
    case '!=':
      return atLeast > limit ? true : null;
  }
}
