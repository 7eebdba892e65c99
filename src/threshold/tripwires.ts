import type { Measurements } from '../metrics/measurements.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { analyse } from '../storm/analyse.ts';
import { evaluate } from './evaluate.ts';
import { parseExpression, type Expression } from './expression.ts';

/** The thresholds that end a run as soon as they fail. */
export class Tripwires {
  readonly #scenario: Scenario;
  readonly #wires: readonly { readonly expression: Expression; readonly graceMs: number }[];

  constructor(scenario: Scenario) {
    this.#scenario = scenario;
    this.#wires = scenario.thresholds
      .filter(({ abort }) => abort)
      .map(({ expression, graceMs }) => ({ expression: parseExpression(expression), graceMs }));
  }

  /** The first one that has failed by now, in words; null while all hold. */
  tripped(measurements: Measurements): string | null {
    const armed = this.#wires.filter(({ graceMs }) => measurements.elapsedMs >= graceMs);
    if (armed.length === 0) return null;
    const storms = analyse(measurements, this.#scenario);
    for (const { expression } of armed) {
      const { ok, text } = evaluate(expression, measurements, storms);
      if (ok === false) return `${expression.text} failed: ${text}`;
    }
    return null;
  }
}
