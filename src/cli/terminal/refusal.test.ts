import { expect, it } from 'vitest';
import { RunRefused } from '../../live/refused.ts';
import { smallScenario } from '../../testing/live-run.ts';
import { withCause } from './refusal.ts';

it('names the likely cause of a refused run, where what was seen has one', () => {
  const scenario = smallScenario();
  const seen = [{ kind: 'token', what: 'HTTP 429', text: 'slow down', count: 10 }] as const;
  const refusal = new RunRefused('no-answer', 'nobody could log in', 'do something', seen);
  expect(withCause(refusal, scenario)).toMatchObject({
    message: 'nobody could log in',
    fix: 'likely cause: the token endpoint limits the rate of logins: log in more slowly — tokens.login: { rate: 5/s }',
    seen,
  });
  const other = new RunRefused('not-allowed', 'no', 'do something');
  expect(withCause(other, scenario)).toBe(other);
});
