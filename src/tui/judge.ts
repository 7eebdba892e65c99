import type { Progress } from '../metrics/run.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { analyse } from '../storm/analyse.ts';
import { evaluate } from '../threshold/evaluate.ts';
import { parseExpression } from '../threshold/expression.ts';
import type { ThresholdRow } from './view-model.ts';

/** Reads a scenario's thresholds once; the function says where each of them stands. */
export function judgeOf(scenario: Scenario): (progress: Progress | null) => ThresholdRow[] {
  const { thresholds } = scenario;
  const expressions = thresholds.map(({ expression }) => parseExpression(expression));
  return (progress) => {
    if (progress === null || expressions.length === 0) return [];
    const storms = analyse(progress.measurements, scenario);
    return expressions.map((expression, i) => {
      const { ok, text } = evaluate(expression, progress.measurements, storms, thresholds[i]?.baseline);
      return {
        status: ok === null ? 'no data' : ok ? 'ok' : 'failing',
        expression: thresholds[i]?.expression ?? '',
        value: text,
      };
    });
  };
}
