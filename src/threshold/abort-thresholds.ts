import type { Measurements } from '../metrics/measurements.ts';
import type { BaselineValue, Scenario } from '../scenario/scenario.ts';
import { analyse } from '../storm/analyse.ts';
import { evaluate } from './evaluate.ts';
import { parseExpression, type Expression } from './expression.ts';

interface Wire {
  readonly expression: Expression;
  readonly graceMs: number;
  readonly baseline: BaselineValue | undefined;
}

/** The thresholds that end a run as soon as they fail. */
export class AbortThresholds {
  readonly #scenario: Scenario;
  readonly #wires: readonly Wire[];

  constructor(scenario: Scenario) {
    this.#scenario = scenario;
    this.#wires = scenario.thresholds
      .filter(({ abort }) => abort)
      .map(({ expression, graceMs, baseline }) => ({ expression: parseExpression(expression), graceMs, baseline }));
  }

  /** The first one that has failed by now, in words; null while all hold. */
  tripped(measurements: Measurements): string | null {
    const armed = this.#wires.filter(({ graceMs }) => measurements.elapsedMs >= graceMs);
    if (armed.length === 0) return null;
    const storms = analyse(measurements, this.#scenario);
    for (const { expression, baseline } of armed) {
      const { ok, text } = evaluate(expression, measurements, storms, baseline);
      if (ok === false) return `${expression.text} failed: ${text}`;
    }
    return null;
  }
}
