import { MAX_EXPRESSION_CHARS } from '../scenario/limits.ts';
import { nearest } from '../core/text/nearest.ts';
import type { Comparison, ThresholdExpression } from '../scenario/threshold-expression.ts';
import { ExpressionError } from '../scenario/expression-error.ts';
import type { Metric } from './metric.ts';
import { readMultiple, readQuantity } from './quantity.ts';
import { RENAMED_METRICS } from './renamed-metrics.ts';
import { RECOVERY_FIGURES, recoveryMetrics } from './recovery-metrics.ts';
import { PARTS, SCALARS } from './scalar-metrics.ts';
import { SERIES_FIGURES, seriesMetrics } from './series-metrics.ts';
import { TIMING_FIGURES, timingMetrics } from './timing-metrics.ts';

const COMPARISONS: readonly Comparison[] = ['<=', '>=', '==', '!=', '<', '>'];

/** Comparisons allowed with a relative limit: two runs are hardly ever exactly equal. */
const RELATIVE_COMPARISONS: readonly Comparison[] = ['<', '<=', '>', '>='];
const BASELINE = 'baseline';

/** Example quantiles for messages; others are valid, too. */
const QUANTILES = ['p50', 'p90', 'p99', 'p99.9', 'p999'];
const FUNCTIONS = [...QUANTILES, ...TIMING_FIGURES, ...SERIES_FIGURES, ...RECOVERY_FIGURES, ...Object.keys(PARTS)];

const SHAPE = 'a threshold reads like p99(handshake) < 2s';

/**
 *     expression = metric comparison limit
 *     metric     = name | figure "(" name ")"
 *     comparison = "<" | "<=" | ">" | ">=" | "==" | "!="
 *     limit      = number [ "k" | "M" ] [ "ms" | "s" | "m" | "h" | "/s" | "/m" | "/h" | "%" ] | number "x" "baseline"
 *
 * @throws {ExpressionError}
 */
export function parseExpression(text: string): ThresholdExpression {
  if (text.length > MAX_EXPRESSION_CHARS) {
    throw new ExpressionError(`${text.length} characters; at most ${MAX_EXPRESSION_CHARS}`, MAX_EXPRESSION_CHARS);
  }
  const scanner = new Scanner(text);
  const { subject, metric } = readMetric(scanner);
  const comparison = readComparison(scanner);
  const limit = readLimit(scanner, subject, metric, comparison);
  const rest = scanner.take(/.*/sy);
  if (rest.found !== '') {
    throw new ExpressionError(`"${rest.found}" after the limit; ${SHAPE}, one comparison each`, rest.at);
  }
  return { text: text.trim(), subject, comparison, limit };
}

function readLimit(
  scanner: Scanner,
  subject: string,
  metric: Metric,
  comparison: Comparison,
): ThresholdExpression['limit'] {
  const { found, at } = scanner.take(/\S*/y);
  if (found.startsWith(BASELINE)) throw new ExpressionError(`${found} how often? write 1x ${BASELINE}`, at);
  const times = readMultiple(found);
  if (times === null) return readQuantity(found, at, subject, metric);
  const word = scanner.take(/\S*/y);
  if (word.found !== BASELINE) {
    const what = word.found === '' ? 'the end' : `"${word.found}"`;
    throw new ExpressionError(`${what} after ${found}; write ${found} ${BASELINE}`, word.at);
  }
  if (!RELATIVE_COMPARISONS.includes(comparison)) {
    throw new ExpressionError(`${comparison} with a ${BASELINE}; write one of ${RELATIVE_COMPARISONS.join(' ')}`, at);
  }
  return { measure: metric.dimension, times };
}

/** Metrics already looked up, by subject. */
const KNOWN = new Map<string, Metric>();

/** The metric that a parsed expression names. */
export function metricOf({ subject }: Pick<ThresholdExpression, 'subject'>): Metric {
  const metric = KNOWN.get(subject) ?? readMetric(new Scanner(subject)).metric;
  KNOWN.set(subject, metric);
  return metric;
}

function readMetric(scanner: Scanner): { readonly subject: string; readonly metric: Metric } {
  const name = scanner.take(NAME);
  if (name.found === '') throw new ExpressionError(`${scanner.next()} where a metric was expected; ${SHAPE}`, name.at);
  if (scanner.take(/\(/y).found === '') return { subject: name.found, metric: scalarNamed(name) };

  const metrics = metricsOf(name);
  const argument = scanner.take(NAME);
  const metric = Object.hasOwn(metrics, argument.found) ? metrics[argument.found] : undefined;
  if (metric === undefined) {
    const now = RENAMED_METRICS[`${name.found}(${argument.found})`];
    if (now !== undefined) throw new ExpressionError(`${name.found}(${argument.found}) is now called ${now}`, name.at);
    const what = argument.found === '' ? scanner.next() : `"${argument.found}"`;
    const expected = `${name.found}(…) takes ${Object.keys(metrics).join(', ')}`;
    throw new ExpressionError(
      `${what} in ${name.found}(…)${hint(argument.found, Object.keys(metrics))}; ${expected}`,
      argument.at,
    );
  }
  const close = scanner.take(/\)/y);
  if (close.found === '') throw new ExpressionError(`${scanner.next()} where ")" was expected`, close.at);
  return { subject: `${name.found}(${argument.found})`, metric };
}

function scalarNamed({ found, at }: Taken): Metric {
  const metric = Object.hasOwn(SCALARS, found) ? SCALARS[found] : undefined;
  if (metric !== undefined) return metric;
  const metrics = figureNamed(found);
  if (metrics !== undefined) {
    const [first = ''] = Object.keys(metrics);
    throw new ExpressionError(`${found} of what? write ${found}(${first})`, at);
  }
  const names = Object.keys(SCALARS);
  throw new ExpressionError(
    `unknown metric "${found}"${hint(found, [...names, ...FUNCTIONS])}; there are ${names.join(', ')}, and ${FUNCTIONS.map((name) => `${name}(…)`).join(', ')}`,
    at,
  );
}

function metricsOf({ found, at }: Taken): Readonly<Record<string, Metric>> {
  const metrics = figureNamed(found);
  if (metrics !== undefined) return metrics;
  if (Object.hasOwn(SCALARS, found)) throw new ExpressionError(`${found} stands alone; write it without brackets`, at);
  throw new ExpressionError(
    `unknown figure "${found}"${hint(found, FUNCTIONS)}; there are ${FUNCTIONS.join(', ')}`,
    at,
  );
}

function figureNamed(name: string): Readonly<Record<string, Metric>> | undefined {
  if (Object.hasOwn(PARTS, name)) return PARTS[name];
  return recoveryMetrics(name) ?? seriesMetrics(name) ?? timingMetrics(name);
}

function readComparison(scanner: Scanner): Comparison {
  const { found, at } = scanner.take(/[<>=!]+/y);
  const comparison = COMPARISONS.find((symbol) => symbol === found);
  if (comparison !== undefined) return comparison;
  const what = found === '' ? scanner.next() : `"${found}"`;
  const write = found === '=' ? '; write ==' : '';
  throw new ExpressionError(`${what} where a comparison was expected (${COMPARISONS.join(' ')})${write}`, at);
}

function hint(word: string, candidates: readonly string[]): string {
  const near = nearest(word, candidates);
  return near === undefined ? '' : `; did you mean ${near}?`;
}

const NAME = /[A-Za-z][A-Za-z0-9.-]*/y;

interface Taken {
  readonly found: string;
  readonly at: number;
}

class Scanner {
  readonly #text: string;
  #position = 0;

  constructor(text: string) {
    this.#text = text;
  }

  /** Skips blanks, then takes the match of the sticky pattern; '' without a match. */
  take(pattern: RegExp): Taken {
    while (/\s/.test(this.#text.charAt(this.#position))) this.#position++;
    const at = this.#position;
    pattern.lastIndex = at;
    const found = pattern.exec(this.#text)?.[0] ?? '';
    this.#position += found.length;
    return { found, at };
  }

  /** The next character, for a message. */
  next(): string {
    const character = this.#text.charAt(this.#position);
    return character === '' ? 'the end' : `"${character}"`;
  }
}
