import { describe, expect, it } from 'vitest';
import { LEAST } from '../testing/expected-problems.ts';
import { parseExpression } from '../threshold/expression.ts';
import { ExpressionError } from './expression-error.ts';
import { readScenarioText } from './load.ts';
import type { ThresholdExpression } from './threshold-expression.ts';

/** Refuses everything from the first exclamation mark on. */
function withoutShouting(text: string): ThresholdExpression {
  const position = text.indexOf('!');
  if (position >= 0) throw new ExpressionError('no shouting', position);
  return parseExpression(text);
}

describe('thresholds', () => {
  it('stand in the scenario as parsed', () => {
    const text = `${LEAST}thresholds: [' ready > 5k', { expression: peak(attempts) < 1.2x baseline, abort: true, grace: 5s }]`;
    expect(readScenarioText(text, 's.yaml', { parseExpression }).thresholds).toEqual([
      {
        expression: ' ready > 5k',
        abort: false,
        graceMs: 0,
        parsed: { text: 'ready > 5k', subject: 'ready', comparison: '>', limit: { measure: 'count', value: 5000 } },
      },
      {
        expression: 'peak(attempts) < 1.2x baseline',
        abort: true,
        graceMs: 5000,
        parsed: {
          text: 'peak(attempts) < 1.2x baseline',
          subject: 'peak(attempts)',
          comparison: '<',
          limit: { measure: 'rate', times: 1.2 },
        },
      },
    ]);
  });

  it.each([
    ['thresholds:\n  - ready! > 5', '4:10: thresholds.0: no shouting (ready! > 5)'],
    ['thresholds:\n  - "ready! > 5"', '4:5: thresholds.0: no shouting (ready! > 5)'],
    ['thresholds:\n  - expression: ready! > 5', '4:22: thresholds.0.expression: no shouting (ready! > 5)'],
  ])('are refused with line and column: %s', (text, line) => {
    const parse = () => readScenarioText(LEAST + text, 's.yaml', { parseExpression: withoutShouting });
    expect(parse).toThrow(`s.yaml:${line}`);
  });

  it('do not hide a defect in the parser', () => {
    expect(readWithDefect).toThrow(TypeError);
  });
});

function readWithDefect(): void {
  readScenarioText(`${LEAST}thresholds: [a]`, 's.yaml', {
    parseExpression: () => {
      throw new TypeError('a defect');
    },
  });
}
