import { describe, expect, it } from 'vitest';
import { LEAST } from '../testing/complaints.ts';
import { parseScenario } from './load.ts';

/** Refuses everything from the first exclamation mark on. */
function checkThreshold(expression: string): void {
  const position = expression.indexOf('!');
  if (position >= 0) throw Object.assign(new Error('no shouting'), { position });
}

describe('an injected check of thresholds', () => {
  it.each([
    ['thresholds:\n  - ready! > 5', '4:10: thresholds.0: no shouting (ready! > 5)'],
    ['thresholds:\n  - "ready! > 5"', '4:5: thresholds.0: no shouting (ready! > 5)'],
    ['thresholds:\n  - expression: ready! > 5', '4:22: thresholds.0.expression: no shouting (ready! > 5)'],
  ])('%s', (text, line) => {
    const parse = () => parseScenario(LEAST + text, 's.yaml', { checkThreshold });
    expect(parse).toThrow(`s.yaml:${line}`);
  });

  it('lets a defect in the check itself through', () => {
    const options = {
      checkThreshold: () => {
        throw new TypeError('a defect');
      },
    };
    expect(() => parseScenario(`${LEAST}thresholds: [a]`, 's.yaml', options)).toThrow(TypeError);
  });
});
