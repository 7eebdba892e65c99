import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ExpressionError } from '../scenario/expression-error.ts';
import { parseExpression } from './expression.ts';

function errorOf(text: string): ExpressionError {
  try {
    parseExpression(text);
  } catch (error) {
    if (error instanceof ExpressionError) return error;
    throw error;
  }
  throw new Error(`${text} was understood`);
}

/** The position of a text's error; its length when it is valid. Rethrows any other error. */
function positionOf(text: string): number {
  try {
    return parseExpression(text).text.length;
  } catch (error) {
    if (error instanceof ExpressionError) return error.position;
    throw error;
  }
}

describe('parseExpression', () => {
  it.each([
    ['p99(handshake) < 2s', 'p99(handshake)', '<', 'duration', 2000],
    ['p99.9(handshake)<=250ms', 'p99.9(handshake)', '<=', 'duration', 250],
    ['p999( expiry-notice ) < 1.5m', 'p999(expiry-notice)', '<', 'duration', 90_000],
    ['  max(command)   >  1h ', 'max(command)', '>', 'duration', 3_600_000],
    ['mean(refresh) != 0ms', 'mean(refresh)', '!=', 'duration', 0],
    ['count(recovery) >= 2k', 'count(recovery)', '>=', 'count', 2000],
    ['failures(handshake) < 1%', 'failures(handshake)', '<', 'share', 0.01],
    ['peak(attempts) < 500/s', 'peak(attempts)', '<', 'rate', 500],
    ['peak(refresh-failed) < 30/m', 'peak(refresh-failed)', '<', 'rate', 0.5],
    ['peak(lost) < 1.5k/s', 'peak(lost)', '<', 'rate', 1500],
    ['total(reconnects) < 1M', 'total(reconnects)', '<', 'count', 1e6],
    ['t95(recovery) < 15s', 't95(recovery)', '<', 'duration', 15_000],
    ['failed(attempts) == 0', 'failed(attempts)', '==', 'count', 0],
    ['duplicated == 0', 'duplicated', '==', 'count', 0],
    ['ready >= 99.5%', 'ready', '>=', 'share', 0.995],
    ['least(ready) >= 100%', 'least(ready)', '>=', 'share', 1],
    ['exposure < 5s', 'exposure', '<', 'duration', 5000],
    ['loops(refresh) < 1%', 'loops(refresh)', '<', 'share', 0.01],
    ['most(refresh-failing) < 30%', 'most(refresh-failing)', '<', 'share', 0.3],
    ['amplification < 1.5', 'amplification', '<', 'ratio', 1.5],
  ])('understands %s', (text, subject, comparison, measure, value) => {
    const expression = parseExpression(text);
    expect(expression).toMatchObject({ text: text.trim(), subject, comparison, limit: { measure } });
    expect('value' in expression.limit && expression.limit.value).toBeCloseTo(value, 10);
  });

  it('understands a limit in terms of a baseline', () => {
    expect(parseExpression('peak(attempts) < 1.2x baseline')).toMatchObject({
      subject: 'peak(attempts)',
      comparison: '<',
      limit: { measure: 'rate', times: 1.2 },
    });
  });

  it.each([
    ['peak(attempts) < baseline', 17, 'baseline how often? write 1x baseline'],
    ['peak(attempts) < 1.2x', 21, 'the end after 1.2x; write 1.2x baseline'],
    ['peak(attempts) < 1.2x basline', 22, '"basline" after 1.2x; write 1.2x baseline'],
    ['duplicated == 1x baseline', 14, '== with a baseline; write one of < <= > >='],
    ['', 0, 'the end where a metric was expected'],
    ['< 2s', 0, '"<" where a metric was expected'],
    ['p99(handshke) < 2s', 4, '"handshke" in p99(…); did you mean handshake?'],
    ['p99() < 2s', 4, '")" in p99(…); p99(…) takes handshake, recovery'],
    ['p99(handshake < 2s', 14, '"<" where ")" was expected'],
    ['p99 < 2s', 0, 'p99 of what? write p99(handshake)'],
    ['p0(handshake) < 2s', 0, 'unknown figure "p0"'],
    ['p101(handshake) < 2s', 0, 'unknown figure "p101"'],
    ['peek(attempts) < 2/s', 0, 'unknown figure "peek"; did you mean peak?'],
    ['peak(state-ready) < 2/s', 5, '"state-ready" in peak(…)'],
    ['peak(condition-login) < 2/s', 5, '"condition-login" in peak(…)'],
    ['loops(reconect) == 0', 6, '"reconect" in loops(…); did you mean reconnect?'],
    ['peak(toString) < 2/s', 5, '"toString" in peak(…)'],
    ['constructor < 2', 0, 'unknown metric "constructor"'],
    ['duplicate == 0', 0, 'unknown metric "duplicate"; did you mean duplicated?'],
    ['duplicated(handshake) == 0', 0, 'duplicated stands alone'],
    ['t95(handshake) < 2s', 4, '"handshake" in t95(…); t95(…) takes recovery'],
    ['p99(handshake) 2s', 15, '"2" where a comparison was expected'],
    ['p99(handshake) = 2s', 15, '"=" where a comparison was expected (<= >= == != < >); write =='],
    ['p99(handshake) <', 16, 'the end is no number; p99(handshake) takes a duration (ms, s, m, h)'],
    ['p99(handshake) < 500/s', 17, '"500/s" is a rate; p99(handshake) takes a duration (ms, s, m, h)'],
    ['p99(handshake) < 2', 17, '2 what? p99(handshake) takes a duration (ms, s, m, h); write 2s'],
    ['p99(handshake) < 10%', 17, '"10%" is a share; p99(handshake) takes a duration'],
    ['p99(handshake) < 2sec', 17, 'unknown unit "sec"'],
    ['p99(handshake) < -2s', 17, '"-2s" is no number'],
    ['peak(attempts) < 500', 17, '500 what? peak(attempts) takes a rate (/s, /m, /h); write 500/s'],
    ['duplicated == 0s', 14, '"0s" is a duration; duplicated takes a count (no unit; k and M multiply) or a share (%)'],
    ['ready >= 150%', 9, '"150%" is more than the whole; write a share from 0% to 100%'],
    ['failures(handshake) < 101%', 22, '"101%" is more than the whole; write a share from 0% to 100%'],
    ['sent > 5%', 7, '"5%" is a share; sent takes a count'],
    ['duplicated == 0 and lost == 0', 16, '"and lost == 0" after the limit'],
    [`duplicated == ${'0'.repeat(300)}`, 200, '314 characters; at most 200'],
  ])('says where %o goes wrong, and what fits', (text, position, message) => {
    const error = errorOf(text);
    expect(error.message).toContain(message);
    expect(error.position).toBe(position);
  });

  it('answers any text with an expression or an error inside the text', () => {
    const words = fc.constantFrom('p99', '(', ')', 'handshake', 'peak', 'ready', '<', '==', '2', 's', '/s', '%', ' ');
    const text = fc.oneof(
      fc.string(),
      fc.array(words).map((all) => all.join('')),
    );
    fc.assert(
      fc.property(text, (any) => {
        const position = positionOf(any);
        expect(position).toBeGreaterThanOrEqual(0);
        expect(position).toBeLessThanOrEqual(any.length);
      }),
    );
  });
});
