import type { BaselineValue } from '../scenario/scenario.ts';
import type { Comparison, Measure, Relative, ThresholdExpression } from '../scenario/threshold-expression.ts';
import { unknownNow } from '../metrics/unknown.ts';
import { differVisibly, durationsDiffer } from '../metrics/visible.ts';
import { metricOf } from './expression.ts';
import { between, orMore, type Bounds, type Evidence, type Metric, type MetricValue } from './metric.ts';
import { printQuantity } from './quantity.ts';

/** The outcome of a threshold. */
export interface Evaluation {
  readonly expression: string;
  /** ms, events a second, a count, a ratio, or a share in 0..1; Infinity: longer than any limit; null: no data, or not known yet */
  readonly value: number | null;
  /** the value without squall's own lateness; null: the lateness is not known, or the value is none */
  readonly intended: number | null;
  /** null: no data, or open, neither of which is a pass */
  readonly ok: boolean | null;
  /** the value with its unit, and notes beside it */
  readonly text: string;
  /** null: the threshold is decided, or there are no data */
  readonly open: Open | null;
}

/** Why a threshold that has data cannot be decided. */
export interface Open {
  /**
   * squall's own lateness, the clients that faults missed, or unknown clients could turn the outcome; `bounds`: the run shows
   * two bounds of the value, and the limit lies between them
   */
  readonly why: 'generator' | 'missed' | 'lost' | 'bounds';
  /** number of clients with which this machine would have decided it; null: unknown */
  readonly clients: number | null;
}

/** What else the evaluation of a threshold knows. */
export interface Ends {
  /** what a relative limit refers to */
  readonly baseline?: BaselineValue | undefined;
  /** the same run without squall's own lateness; null: that is not known */
  readonly intended?: Evidence | null;
  /** whether squall was still late at the end, so that both views lack events; default: false */
  readonly isCutShort?: boolean;
  /** whether clients are unknown, so that events of theirs are missing; default: false */
  readonly isPartial?: boolean;
  /** whether a loss ended the run before its time, so that what all clients would have done then is missing; default: false */
  readonly isEndedEarly?: boolean;
  /** number of connections lost by expiry that squall may have renewed too late; default: 0 */
  readonly expired?: number;
  /** number of clients that faults missed, and whose hits could have changed the value */
  readonly missed?: number;
}

/**
 * Evaluates a threshold over the measurements, at the end of a run or during it. It passes or fails only if it does so at
 * both ends of what squall's own lateness, missed faults and unknown clients leave open.
 */
export function evaluate(expression: ThresholdExpression, offered: Evidence, ends: Ends = {}): Evaluation {
  const { baseline, intended = null, missed = 0, isCutShort = false, expired = 0 } = ends;
  const { isPartial = false, isEndedEarly = false } = ends;
  const { limit, comparison, text: name } = expression;
  const metric = metricOf(expression);
  const aside = metric.aside?.(offered) ?? '';
  const print = (n: number): string => printQuantity(n, limit.measure);
  const read = (evidence: Evidence): MetricValue => inMeasure(metric, limit, evidence, metric.read(evidence));
  const reading = read(offered);
  if (!('value' in limit) && baseline === undefined) {
    const had = typeof reading === 'number' ? `, it was ${print(reading)}` : '';
    const text = `no data: there is no baseline for it${had}`;
    return { expression: name, value: null, intended: null, ok: null, text, open: null };
  }
  const held = 'value' in limit ? limit.value : limitFrom(baseline!, limit, comparison);
  const against =
    'value' in limit
      ? ''
      : `limit ${print(held)}: ${limit.times} x ${print(baseline!.value)}${toleranceText(baseline!)}`;
  const holdsFor = (value: MetricValue): boolean | null => outcome(value, comparison, held);
  const onTime = intended === null ? reading : read(intended);
  const seen = lateReading(metric, limit, reading, onTime, offered, intended);
  const lacking = isCutShort ? withMore(seen, metric) : seen;
  const late = expired > 0 ? withLess(lacking, metric, limit.measure === 'share' ? Infinity : expired) : lacking;
  const whole =
    missed === 0 || isCutShort || expired > 0
      ? late
      : spanning(
          [offered, intended].map((evidence) =>
            evidence === null ? reading : inMeasure(metric, limit, evidence, metric.missed?.(evidence, missed) ?? null),
          ),
        );
  // The bounds of a number of clients hold the unknown ones, where their number was recorded.
  const isBounded = metric.ofClients === true && unknownNow(offered.measurements.curves) > 0 && !isEndedEarly;
  const most = isPartial && !isBounded ? withUnknown(whole, metric, limit.measure) : whole;
  const ok = holdsFor(most);
  const whyOf = (): Open => {
    if (isPartial && (holdsFor(reading) === null || holdsFor(whole) !== null)) return BY_LOSS;
    return holdsFor(reading) === null ? BY_ITSELF : whyOpen(late, comparison, held, offered);
  };
  const open = ok === null && reading !== null ? whyOf() : null;
  const notes = joined(against, aside);
  return {
    expression: name,
    value: valueOf(reading, ok),
    intended: intended !== null && typeof onTime === 'number' ? onTime : null,
    ok,
    text: textOf(reading, onTime, limit.measure, open?.why === 'generator' ? late : null, notes),
    open,
  };
}

/** The reading with all that squall's own lateness leaves open. */
function lateReading(
  metric: Metric,
  limit: ThresholdExpression['limit'],
  reading: MetricValue,
  onTime: MetricValue,
  offered: Evidence,
  intended: Evidence | null,
): MetricValue {
  const ends = [reading, onTime];
  if (intended === null || metric.between === undefined || ends.includes(null)) return spanning(ends);
  return spanning([...ends, inMeasure(metric, limit, offered, metric.between(offered, intended))]);
}

/** A reading in the measure of the limit: of a count in per cent, its share of the whole. */
function inMeasure(
  metric: Metric,
  { measure }: ThresholdExpression['limit'],
  evidence: Evidence,
  reading: MetricValue,
): MetricValue {
  return scaled(reading, measure === 'share' ? metric.whole?.(evidence) : 1);
}

/** The reading between the least and the most of several; null if any has no data. */
function spanning(readings: readonly MetricValue[]): MetricValue {
  const known = readings
    .filter((reading) => reading !== null)
    .map((reading) => (typeof reading === 'number' ? { atLeast: reading, atMost: reading } : reading));
  if (known.length < readings.length) return null;
  return between(Math.min(...known.map(({ atLeast }) => atLeast)), Math.max(...known.map(({ atMost }) => atMost)));
}

/** A reading to which unknown events could be added: at least what it is if it only grows, else unknown. */
function withMore(reading: MetricValue, { grows }: Metric): MetricValue {
  return grows === true ? orMore(reading, Infinity) : null;
}

/** A reading to which events of unknown clients could be added: at least what it is if they only raise it, else unknown. */
function withUnknown(reading: MetricValue, { moreRaises }: Metric, measure: Measure): MetricValue {
  return moreRaises === true && measure !== 'share' ? orMore(reading, Infinity) : null;
}

const BY_LOSS: Open = { why: 'lost', clients: null };
const BY_ITSELF: Open = { why: 'bounds', clients: null };

/** A reading of which up to `less` events would not have happened on time; unknown if it is no number of events. */
function withLess(reading: MetricValue, { grows }: Metric, less: number): MetricValue {
  if (reading === null || grows !== true) return null;
  const { atLeast, atMost } = typeof reading === 'number' ? { atLeast: reading, atMost: reading } : reading;
  return between(Math.max(0, atLeast - less), atMost);
}

function whyOpen(late: MetricValue, comparison: Comparison, limit: number, { measurements }: Evidence): Open {
  if (outcome(late, comparison, limit) !== null) return { why: 'missed', clients: null };
  return { why: 'generator', clients: clientsDecided(late, comparison, limit, measurements.planned) };
}

/**
 * The number of clients with which the far end would have met the limit: what lateness leaves open is proportional to
 * the length of bursts, and so to the number of clients.
 */
function clientsDecided(late: MetricValue, comparison: Comparison, limit: number, clients: number): number | null {
  if (late === null || typeof late === 'number') return null;
  const { atLeast, atMost } = late;
  const [near, far] = holds(atLeast, comparison, limit) ? [atLeast, atMost] : [atMost, atLeast];
  const share = (limit - near) / (far - near);
  return Number.isFinite(far) && share >= 0 && share <= 1 ? Math.max(1, Math.floor(clients * share)) : null;
}

/** Raises an upper limit by the tolerance, and lowers a lower one: even runs of one setting differ. */
function limitFrom({ value, tolerance }: BaselineValue, { times }: Relative, comparison: Comparison): number {
  const leeway = comparison === '<' || comparison === '<=' ? tolerance : -tolerance;
  return Number((times * value * (1 + leeway)).toPrecision(12));
}

function toleranceText({ tolerance }: BaselineValue): string {
  return tolerance === 0 ? '' : `, and ${printQuantity(tolerance, 'share')} tolerance`;
}

/**
 * The reading in words; both readings where squall's lateness makes a visible difference, or leaves the outcome open.
 *
 * @param open what lateness leaves open, where that is the outcome; else null
 */
function textOf(reading: MetricValue, onTime: MetricValue, measure: Measure, open: MetricValue, notes: string): string {
  const body = wordsOf(reading, measure);
  const onTimeBody = wordsOf(onTime, measure);
  const bounds = wordsOf(open, measure);
  const isWider = isKnown(open) && bounds !== wordsOf(spanning([reading, onTime]), measure);
  const beyond = isWider ? `, from ${bounds} by what lateness leaves open` : '';
  const differs = open !== null || isVisible(reading, onTime, measure);
  if (!differs || body === onTimeBody) return withNotes(`${body}${beyond}`, reading, notes);
  const [first, second] =
    measure === 'duration' ? [" without squall's lateness", ' with it'] : [' intended', ' offered'];
  return withNotes(`${onTimeBody}${first}, ${body}${second}${beyond}`, reading, notes);
}

/** Whether a reading has data, and bounds on either side. */
function isKnown(reading: MetricValue): boolean {
  return reading !== null && (typeof reading === 'number' || reading.atMost < Infinity);
}

function isVisible(reading: MetricValue, onTime: MetricValue, measure: Measure): boolean {
  if (typeof reading !== 'number' || typeof onTime !== 'number') return false;
  return measure === 'duration' ? durationsDiffer(reading, onTime) : differVisibly(reading, onTime);
}

function wordsOf(reading: MetricValue, measure: Measure): string {
  const print = (n: number): string => printQuantity(n, measure);
  if (reading === null) return 'no data';
  if (typeof reading === 'number') return print(reading);
  const { atLeast, atMost } = reading;
  if (atLeast === Infinity) return 'longer than any limit';
  return atMost < Infinity ? `${print(atLeast)} to ${print(atMost)}` : `not yet after ${print(atLeast)}`;
}

function withNotes(text: string, reading: MetricValue, notes: string): string {
  if (notes === '') return text;
  return isNever(reading) ? `${text}: ${notes}` : `${text} (${notes})`;
}

/** The value for machines: a bound of a value that is not known but decides the outcome. */
function valueOf(reading: MetricValue, ok: boolean | null): number | null {
  if (isNever(reading)) return Infinity;
  if (typeof reading === 'number') return reading;
  if (reading === null || ok === null) return null;
  return reading.atMost < Infinity ? reading.atMost : reading.atLeast;
}

function isNever(reading: MetricValue): boolean {
  return reading !== null && typeof reading !== 'number' && reading.atLeast === Infinity;
}

function joined(text: string, aside: string): string {
  return text === '' || aside === '' ? `${text}${aside}` : `${text}; ${aside}`;
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

/** Whether a threshold holds; null: no data, or it depends on what is not known. */
function outcome(reading: MetricValue, comparison: Comparison, limit: number): boolean | null {
  if (reading === null) return null;
  return typeof reading === 'number' ? holds(reading, comparison, limit) : holdsBetween(reading, comparison, limit);
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
