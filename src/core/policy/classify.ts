import { NETWORK, SIGNALS, type Signal } from '../signal.ts';
import type { Advice, SignalRule } from './advice.ts';
import type { BackoffPolicy } from './backoff.ts';

/** Plain rules, one for each advice, so that none is allocated for an event. */
const PLAIN: Readonly<Record<Advice, SignalRule>> = {
  retry: plain('retry'),
  'retry-now': plain('retry-now'),
  refresh: plain('refresh'),
  login: plain('login'),
  stop: plain('stop'),
};

/**
 * Decides the step after `signal`, given the advice that the server sent with it (null: none). The first that applies:
 *
 * 1. A rule of the policy with an action other than retry: a library that stops, or reconnects at once, does so
 *    whatever the server advises, unless the rule holds for a server without advice only. The scenario's rules stand before the preset's, so they overrule it.
 * 2. The server's advice. Where a rule says retry, advice changes the action; the rule's delay, and whether the failure
 *    counts, still hold.
 * 3. A rule to retry: it prevents the protocol and the default from refreshing or giving up.
 * 4. The rule of the protocol.
 * 5. The default for the signal.
 *
 * @param closeRules rules of the protocol
 */
export function decide(
  policy: BackoffPolicy,
  signal: Signal,
  advice: Advice | null,
  closeRules: readonly SignalRule[] = [],
): SignalRule {
  const rule = ruleFor(policy.rules, signal);
  if (rule === undefined) return PLAIN[advice ?? usualAdvice(closeRules, signal)];
  if (advice === null || advice === rule.action) return rule;
  if (rule.action !== 'retry' && rule.unlessAdvised !== true) return rule;
  return { ...rule, action: advice };
}

/** The step after a signal without a rule of the policy and without advice: the protocol's, or the default. */
export function usualAdvice(closeRules: readonly SignalRule[], signal: Signal): Advice {
  // Most protocols have no rules, and this runs for each end of a connection.
  if (closeRules.length === 0) return defaultAdvice(signal);
  return ruleFor(closeRules, signal)?.action ?? defaultAdvice(signal);
}

/** The first rule that covers the signal. */
export function ruleFor(rules: readonly SignalRule[], signal: Signal): SignalRule | undefined {
  // Hot. An iterator would be allocated for each call.
  for (let i = 0; i < rules.length; i++) {
    const rule = rules[i]!;
    if (signal >= rule.from && signal <= rule.to) return rule;
  }
  return undefined;
}

/**
 * The step without a rule and without advice: a refused token is renewed, a session that is over needs a login, and any
 * other failure is retried. HTTP 403 does not mean that the session is over: a gateway, a proxy or a rate limit may send
 * it, and clients in browsers cannot distinguish it from any other failed upgrade. 4401 and 4403 are the customary close
 * codes of a bad token and of a session that is over.
 */
export function defaultAdvice(signal: Signal): Advice {
  switch (signal) {
    case 401:
    case 4401:
    case NETWORK.authRefused:
      return 'refresh';
    case 4403:
    case NETWORK.invalidGrant:
      return 'login';
    default:
      return 'retry';
  }
}

function plain(action: Advice): SignalRule {
  return { from: 0, to: SIGNALS - 1, action };
}
