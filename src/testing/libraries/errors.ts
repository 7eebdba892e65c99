import type { BackoffPolicy, FirstDelay, Growth, Jitter } from '../../core/policy/backoff.ts';

/** Errors that a preset could have: each makes one part of its delays larger by a share. */
export const ERRORS = ['base', 'growth', 'jitter', 'cap', 'first', 'stages'] as const;

export type ErrorKind = (typeof ERRORS)[number];

/** The policy with one part that is too large by a share; null: it has no such part. */
export function withError(policy: BackoffPolicy, kind: ErrorKind, share: number): BackoffPolicy | null {
  const more = 1 + share;
  switch (kind) {
    case 'base': {
      const growth = higher(policy.growth, more);
      return growth === null ? null : { ...policy, growth };
    }
    case 'growth': {
      const growth = steeper(policy.growth, more);
      return growth === null ? null : { ...policy, growth };
    }
    case 'jitter': {
      const jitter = wider(policy.jitter, more);
      return jitter === null ? null : { ...policy, jitter };
    }
    case 'cap':
      return policy.capMs === Infinity ? null : { ...policy, capMs: policy.capMs * more };
    case 'first':
      return laterFirst(policy, more);
    case 'stages':
      return laterStages(policy, more);
  }
}

/** Longer delays from the first retry on; null: a growth from 0, or one delay that is 0. */
function higher(growth: Growth, more: number): Growth | null {
  switch (growth.kind) {
    case 'fixed':
      return growth.delayMs === 0 ? null : { ...growth, delayMs: growth.delayMs * more };
    case 'table':
      return { ...growth, delaysMs: growth.delaysMs.map((ms) => ms * more) };
    default:
      return growth.baseMs === 0 ? null : { ...growth, baseMs: growth.baseMs * more };
  }
}

/** Longer delays from the second retry on; null: the delay is constant. */
function steeper(growth: Growth, more: number): Growth | null {
  switch (growth.kind) {
    case 'fixed':
      return null;
    case 'table':
      return { ...growth, delaysMs: growth.delaysMs.map((ms, n) => (n === 0 ? ms : ms * more)) };
    case 'linear':
      return { ...growth, stepMs: growth.stepMs * more };
    case 'exponential':
      return { ...growth, factor: growth.factor * more };
  }
}

/** The same jitter over a larger range, or above a higher floor; null: there is none. */
function wider(jitter: Jitter, more: number): Jitter | null {
  switch (jitter.kind) {
    case 'full':
      return { ...jitter, floorMs: jitter.floorMs * more };
    case 'above':
      return { ...jitter, minMs: jitter.minMs * more };
    case 'additive':
      return { ...jitter, maxMs: jitter.minMs + (jitter.maxMs - jitter.minMs) * more };
    case 'proportional':
      return { ...jitter, high: jitter.low + (jitter.high - jitter.low) * more };
    case 'quantiles': {
      const [least = 1] = jitter.factors;
      return { ...jitter, factors: jitter.factors.map((factor) => least + (factor - least) * more) };
    }
    case 'gaussian':
      return { ...jitter, sd: jitter.sd * more };
    case 'backo2':
      return { ...jitter, ratio: jitter.ratio * more };
    default:
      return null;
  }
}

function laterFirst({ first, rounds, ...policy }: BackoffPolicy, more: number): BackoffPolicy | null {
  if (rounds !== undefined) return { ...policy, rounds: { ...rounds, afterMs: rounds.afterMs * more } };
  if (first === undefined || ('maxMs' in first && first.maxMs === 0)) return null;
  return { ...policy, first: later(first, more) };
}

function later(first: FirstDelay, more: number): FirstDelay {
  if ('quantilesMs' in first) return { quantilesMs: first.quantilesMs.map((ms) => ms * more) };
  return { minMs: first.minMs * more, maxMs: first.maxMs * more };
}

function laterStages({ stages, rounds, ...policy }: BackoffPolicy, more: number): BackoffPolicy | null {
  if (rounds !== undefined) return { ...policy, stages, rounds: { ...rounds, everyMs: rounds.everyMs * more } };
  if (stages.length === 0) return null;
  const delayed = stages.map(({ afterMs, delayMs }) => ({ afterMs: afterMs * more, delayMs: delayMs * more }));
  return { ...policy, stages: delayed };
}
