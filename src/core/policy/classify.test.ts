import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { NETWORK, SIGNALS } from '../signal.ts';
import type { Advice, SignalRule } from './advice.ts';
import type { BackoffPolicy } from './backoff.ts';
import { decide, defaultAdvice, ruleFor, usualAdvice } from './classify.ts';
import { LIBRARIES } from './libraries/index.ts';
import { rfc6455 } from './libraries/rfc6455.ts';

const signals = fc.integer({ min: 1, max: SIGNALS - 1 });
const advice = fc.constantFrom<Advice>('retry', 'retry-now', 'refresh', 'login', 'stop');

function withRules(...rules: SignalRule[]): BackoffPolicy {
  return { ...rfc6455.policy, rules };
}

describe('defaultAdvice', () => {
  test.each([
    [401, 'refresh'],
    [4401, 'refresh'],
    [NETWORK.authRefused, 'refresh'],
    [403, 'retry'],
    [4403, 'login'],
    [NETWORK.invalidGrant, 'login'],
    [NETWORK.refused, 'retry'],
    [NETWORK.timeout, 'retry'],
    [429, 'retry'],
    [503, 'retry'],
    [1000, 'retry'],
    [1012, 'retry'],
    [4400, 'retry'],
  ])('signal %d: %s', (signal, expected) => {
    expect(defaultAdvice(signal)).toBe(expected);
  });
});

describe('ruleFor', () => {
  const narrow: SignalRule = { from: 4109, to: 4109, action: 'refresh' };
  const wide: SignalRule = { from: 4100, to: 4199, action: 'stop' };

  test('takes the first rule that covers the signal, both ends included', () => {
    expect(ruleFor([narrow, wide], 4109)).toBe(narrow);
    expect(ruleFor([wide, narrow], 4109)).toBe(wide);
    expect(ruleFor([wide], 4100)).toBe(wide);
    expect(ruleFor([wide], 4199)).toBe(wide);
    expect(ruleFor([wide], 4200)).toBeUndefined();
    expect(ruleFor([wide], 4099)).toBeUndefined();
  });
});

describe('decide', () => {
  test('follows the default without a rule or advice', () => {
    fc.assert(
      fc.property(signals, (signal) => {
        expect(decide(withRules(), signal, null).action).toBe(defaultAdvice(signal));
      }),
    );
  });

  test('follows the server where the library has no rule', () => {
    fc.assert(
      fc.property(signals, advice, (signal, advised) => {
        expect(decide(withRules(), signal, advised).action).toBe(advised);
      }),
    );
  });

  test('follows a rule with an action other than retry, whatever the server says', () => {
    fc.assert(
      fc.property(signals, advice, fc.option(advice), (signal, action, advised) => {
        fc.pre(action !== 'retry');
        const rule: SignalRule = { from: signal, to: signal, action };
        expect(decide(withRules(rule), signal, advised)).toBe(rule);
      }),
    );
  });

  test('lets the server overrule a mere retry, but keeps the delay and the count of the rule', () => {
    const rule: SignalRule = { from: 1013, to: 1013, action: 'retry', delayMs: 5000, counted: false };
    expect(decide(withRules(rule), 1013, 'refresh')).toEqual({ ...rule, action: 'refresh' });
    expect(decide(withRules(rule), 1013, 'retry')).toBe(rule);
  });

  test('lets a rule to retry keep a 401 from refreshing', () => {
    expect(decide(withRules({ from: 401, to: 401, action: 'retry' }), 401, null).action).toBe('retry');
  });

  test('lets a rule of the scenario, which stands in front, overrule the library', () => {
    const library = LIBRARIES['graphql-ws']!.policy;
    expect(decide(library, 4401, 'refresh').action).toBe('stop');
    const overruled = { ...library, rules: [{ from: 4401, to: 4401, action: 'refresh' as const }, ...library.rules] };
    expect(decide(overruled, 4401, null).action).toBe('refresh');
  });

  test('lets a rule of the protocol replace the default, and everything else overrule it', () => {
    fc.assert(
      fc.property(signals, advice, advice, (signal, action, advised) => {
        const final: SignalRule = { from: signal, to: signal, action };
        const library: SignalRule = { from: signal, to: signal, action: 'retry' };
        expect(decide(withRules(), signal, null, [final]).action).toBe(action);
        expect(decide(withRules(), signal, advised, [final]).action).toBe(advised);
        expect(decide(withRules(library), signal, null, [final])).toBe(library);
        expect(usualAdvice([final], signal)).toBe(action);
        expect(usualAdvice([], signal)).toBe(defaultAdvice(signal));
      }),
    );
  });

  test('allocates nothing where no rule is changed', () => {
    fc.assert(
      fc.property(signals, fc.option(advice), (signal, advised) => {
        expect(decide(withRules(), signal, advised)).toBe(decide(withRules(), signal, advised));
      }),
    );
  });
});

describe('a rule for servers without advice', () => {
  const policy = {
    ...rfc6455.policy,
    rules: [{ from: 17, to: 17, action: 'stop', unlessAdvised: true }],
  } as const;

  test.each([
    [null, 'stop'],
    ['refresh', 'refresh'],
    ['retry', 'retry'],
    ['stop', 'stop'],
  ] as const)('with the advice %s: %s', (advised, action) => {
    expect(decide(policy, 17, advised).action).toBe(action);
  });
});
