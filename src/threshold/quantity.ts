import { ExpressionError } from '../scenario/expression-error.ts';
import type { Dimension, Measure, Quantity } from '../scenario/threshold-expression.ts';
import type { Metric } from './metric.ts';

const UNITS: Readonly<Record<string, { readonly measure: Measure; readonly factor: number }>> = {
  ms: { measure: 'duration', factor: 1 },
  s: { measure: 'duration', factor: 1000 },
  m: { measure: 'duration', factor: 60_000 },
  h: { measure: 'duration', factor: 3_600_000 },
  '/s': { measure: 'rate', factor: 1 },
  '/m': { measure: 'rate', factor: 1 / 60 },
  '/h': { measure: 'rate', factor: 1 / 3600 },
  '%': { measure: 'share', factor: 1 / 100 },
};

const MULTIPLIERS: Readonly<Record<string, number>> = { '': 1, k: 1e3, M: 1e6 };

/** Example limits of each dimension. */
const EXAMPLES: Readonly<Record<Dimension, { readonly unit: string; readonly words: string }>> = {
  duration: { unit: 's', words: 'a duration (ms, s, m, h)' },
  rate: { unit: '/s', words: 'a rate (/s, /m, /h)' },
  count: { unit: '', words: 'a count (no unit; k and M multiply)' },
  ratio: { unit: '', words: 'a plain number' },
};

const QUANTITY = /^(\d+(?:\.\d+)?)([kM]?)(\S*)$/;

/**
 * Reads the limit of an expression: `2s`, `500/s`, `1.5k`, `30%`.
 *
 * @param subject the metric as the expression names it
 */
export function readQuantity(text: string, position: number, subject: string, metric: Metric): Quantity {
  const fits = EXAMPLES[metric.dimension].words + (metric.whole === undefined ? '' : ' or a share (%)');
  const [, digits, multiplier = '', unit = ''] = QUANTITY.exec(text) ?? [];
  if (digits === undefined)
    throw new ExpressionError(`${found(text)} is no number; ${subject} takes ${fits}`, position);
  const number = withoutRounding(Number(digits) * MULTIPLIERS[multiplier]!);
  if (unit === '') {
    if (metric.dimension !== 'count' && metric.dimension !== 'ratio') {
      const write = `${digits}${multiplier}${EXAMPLES[metric.dimension].unit}`;
      throw new ExpressionError(`${text} what? ${subject} takes ${fits}; write ${write}`, position);
    }
    return { measure: metric.dimension, value: number };
  }
  const known = Object.hasOwn(UNITS, unit) ? UNITS[unit] : undefined;
  if (known === undefined) throw new ExpressionError(`unknown unit ${found(unit)}; ${subject} takes ${fits}`, position);
  if (known.measure !== metric.dimension && !(known.measure === 'share' && metric.whole !== undefined)) {
    throw new ExpressionError(`${found(text)} is a ${known.measure}; ${subject} takes ${fits}`, position);
  }
  const value = withoutRounding(number * known.factor);
  if (known.measure === 'share' && value > 1) {
    throw new ExpressionError(`${found(text)} is more than the whole; write a share from 0% to 100%`, position);
  }
  return { measure: known.measure, value };
}

/** `1.2x` is 1.2; null for anything else. */
export function readMultiple(text: string): number | null {
  const digits = /^(\d+(?:\.\d+)?)x$/.exec(text)?.[1];
  return digits === undefined ? null : Number(digits);
}

/** 95 % is 0.95, the same number as 190 / 200, although 95 * 0.01 is a little more. */
function withoutRounding(value: number): number {
  return Number(value.toPrecision(15));
}

/** A value for people, with its unit. */
export function printQuantity(value: number, measure: Measure): string {
  switch (measure) {
    case 'duration':
      return value < 1000 ? `${short(value)}ms` : `${short(value / 1000)}s`;
    case 'rate':
      return `${short(value)}/s`;
    case 'share':
      return `${short(value * 100)}%`;
    case 'count':
    case 'ratio':
      return short(value);
  }
}

/** At least three digits, and all digits before the point. */
function short(value: number): string {
  return Math.abs(value) >= 100 ? value.toFixed(0) : String(Number(value.toPrecision(3)));
}

function found(text: string): string {
  return text === '' ? 'the end' : `"${text}"`;
}
