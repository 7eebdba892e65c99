import type { Dimension } from '../scenario/threshold-expression.ts';
import { metricOf } from '../threshold/expression.ts';

const UNITS: Readonly<Record<Dimension, string>> = { rate: '/s', duration: 'ms', count: '', ratio: '' };

/**
 * A threshold as a scenario has it, with the limit in the unit of the metric.
 *
 * @example thresholdText('p99(recovery)', '<', 200) // 'p99(recovery) < 200.000ms'
 */
export function thresholdText(subject: string, comparison: '<' | '>=', limit: number): string {
  return `${subject} ${comparison} ${limit.toFixed(3)}${UNITS[metricOf({ subject }).dimension]}`;
}
