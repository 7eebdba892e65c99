import type { SignalRule } from '../core/policy/advice.ts';
import type { BackoffPolicy, Growth, Jitter } from '../core/policy/backoff.ts';
import { printSpan } from './schema/rules.ts';
import { printDuration } from '../core/units/duration.ts';

/** A backoff with every key that its growth heeds. */
export function printBackoff(policy: BackoffPolicy): Readonly<Record<string, unknown>> {
  const {
    first,
    growth,
    jitter,
    jitterDrawn,
    capMs,
    capOn,
    floorMs,
    maxRetries,
    retryInitial,
    reset,
    retryAfter,
    rules,
  } = policy;
  return {
    first: first === undefined ? 'none' : [printDuration(first.minMs), printDuration(first.maxMs)],
    ...printGrowth(growth),
    cap: capMs === Infinity ? 'none' : printDuration(capMs),
    capOn,
    jitter: printJitter(jitter),
    jitterDrawn,
    floor: printDuration(floorMs),
    max: maxRetries === Infinity ? 'unlimited' : maxRetries,
    retryInitial,
    reset: reset.on === 'stable' ? { stable: printDuration(reset.afterMs) } : reset.on,
    retryAfter,
    rules: rules.map(printRule),
  };
}

function printGrowth(growth: Growth): Readonly<Record<string, unknown>> {
  switch (growth.kind) {
    case 'fixed':
      return { growth: growth.kind, base: printDuration(growth.delayMs) };
    case 'linear':
      return { growth: growth.kind, base: printDuration(growth.baseMs), step: printDuration(growth.stepMs) };
    case 'exponential':
      return { growth: growth.kind, base: printDuration(growth.baseMs), factor: growth.factor };
    case 'table':
      return { growth: growth.kind, delays: growth.delaysMs.map(printDuration), then: growth.then };
  }
}

function printJitter(jitter: Jitter): unknown {
  switch (jitter.kind) {
    case 'none':
    case 'equal':
    case 'decorrelated':
      return jitter.kind;
    case 'full':
      return jitter.floorMs === 0 ? jitter.kind : { full: printDuration(jitter.floorMs) };
    case 'additive':
      return { additive: [printDuration(jitter.minMs), printDuration(jitter.maxMs)] };
    case 'proportional':
      return { proportional: [jitter.low, jitter.high] };
    case 'backo2':
      return { backo2: jitter.ratio };
  }
}

function printRule(rule: SignalRule): Readonly<Record<string, unknown>> {
  return {
    on: printSpan(rule),
    action: rule.action,
    ...(rule.delayMs === undefined ? {} : { delay: printDuration(rule.delayMs) }),
    ...(rule.counted === undefined ? {} : { counted: rule.counted }),
  };
}
