import type { Measurements } from '../metrics/measurements.ts';
import type { Storm } from '../storm/storm.ts';
import type { BaselineValue } from '../scenario/scenario.ts';
import type { Comparison, Quantity, Relative, ThresholdExpression } from '../scenario/threshold-expression.ts';
import { metricOf } from './expression.ts';
import { between, type Bounds, type MetricValue } from './metric.ts';
import { printQuantity } from './quantity.ts';

/** The outcome of a threshold. */
export interface Evaluation {
  readonly expression: string;
  /** ms, events a second, a count, a ratio, or a share in 0..1; Infinity: longer than any limit; null: no data */
  readonly value: number | null;
  /** null: no data, which is no pass */
  readonly ok: boolean | null;
  /** the value with its unit, and notes beside it */
  readonly text: string;
}

/**
 * Evaluates a threshold over the measurements, at the end of a run or during it.
 *
 * @param baseline what a relative limit refers to
 */
export function evaluate(
  expression: ThresholdExpression,
  measurements: Measurements,
  storms: readonly Storm[],
  baseline?: BaselineValue,
): Evaluation {
  const evidence = { measurements, storms };
  const { limit, comparison } = expression;
  const metric = metricOf(expression);
  const reading = scaled(metric.read(evidence), limit.measure === 'share' ? metric.whole?.(evidence) : 1);
  const aside = metric.aside?.(evidence) ?? '';
  const print = (n: number): string => printQuantity(n, limit.measure);
  if ('value' in limit) return { expression: expression.text, ...compared(reading, comparison, limit, print, aside) };
  if (baseline === undefined) {
    const had = typeof reading === 'number' ? `, it was ${print(reading)}` : '';
    return { expression: expression.text, value: null, ok: null, text: `no data: there is no baseline for it${had}` };
  }
  const held = { measure: limit.measure, value: limitFrom(baseline, limit, comparison) };
  const against = `limit ${print(held.value)}: ${limit.times} x ${print(baseline.value)}${toleranceText(baseline)}`;
  return { expression: expression.text, ...compared(reading, comparison, held, print, joined(against, aside)) };
}

/** Raises an upper limit by the tolerance, and lowers a lower one: even runs of one setting differ. */
function limitFrom({ value, tolerance }: BaselineValue, { times }: Relative, comparison: Comparison): number {
  const leeway = comparison === '<' || comparison === '<=' ? tolerance : -tolerance;
  return Number((times * value * (1 + leeway)).toPrecision(12));
}

function toleranceText({ tolerance }: BaselineValue): string {
  return tolerance === 0 ? '' : `, and ${printQuantity(tolerance, 'share')} tolerance`;
}

function compared(
  reading: MetricValue,
  comparison: Comparison,
  { value: limit }: Quantity,
  print: (value: number) => string,
  aside: string,
): Omit<Evaluation, 'expression'> {
  const beside = aside === '' ? '' : ` (${aside})`;
  if (reading === null) return { value: null, ok: null, text: `no data${beside}` };
  if (typeof reading === 'number') {
    return { value: reading, ok: holds(reading, comparison, limit), text: `${print(reading)}${beside}` };
  }
  const { atLeast, atMost } = reading;
  const ok = holdsBetween(reading, comparison, limit);
  if (atLeast === Infinity) return { value: atLeast, ok, text: joined('longer than any limit', aside, ': ') };
  if (atMost < Infinity) {
    return { value: ok === null ? null : atMost, ok, text: `${print(atLeast)} to ${print(atMost)}${beside}` };
  }
  return { value: ok === null ? null : atLeast, ok, text: `not yet after ${print(atLeast)}${beside}` };
}

function joined(text: string, aside: string, by = '; '): string {
  return aside === '' ? text : `${text}${by}${aside}`;
}

function scaled(reading: MetricValue, whole: number | undefined): MetricValue {
  if (reading === null || whole === undefined || whole === 0) return null;
  return typeof reading === 'number' ? reading / whole : between(reading.atLeast / whole, reading.atMost / whole);
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

/** Whether the comparison holds for all values between the bounds; null: only for some. */
function holdsBetween({ atLeast, atMost }: Bounds, comparison: Comparison, limit: number): boolean | null {
  switch (comparison) {
    case '<':
    case '<=':
      return holds(atMost, comparison, limit) || (holds(atLeast, comparison, limit) ? null : false);
    case '>':
    case '>=':
      return holds(atLeast, comparison, limit) || (holds(atMost, comparison, limit) ? null : false);
    case '==':
      return atLeast > limit || atMost < limit ? false : null;
    case '!=':
      return atLeast > limit || atMost < limit ? true : null;
  }
}
