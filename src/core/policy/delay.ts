import { normalQuantile } from '../random/normal.ts';
import { recordQuantile } from '../random/record.ts';
import { NEVER } from '../time/instant.ts';
import type { SignalRule } from './advice.ts';
import type { BackoffPolicy, FirstDelay, Growth, RetryRounds } from './backoff.ts';

/**
 * The delay before retry number `retry`, in milliseconds, or NEVER when the policy gives up: `maxRetries` are used up,
 * a table that gives up has ended, or an uncapped growth has left the range of doubles.
 *
 * The order of operations, each on the result of the one before:
 *
 * 1. growth: v from the retry number, or from the previous delay: 3 * previous for decorrelated jitter, factor * previous
 *    for a growth from it
 * 2. cap, if it bounds the grown delay
 * 3. jitter
 * 4. cap, if it bounds the jittered delay
 * 5. floor, which therefore always holds
 *
 * @param retry retries since the last reset, from 0
 * @param previousMs result for the previous retry; ignored for the first
 * @param u draw in [0, 1), of this retry or of the client, by `jitterDrawn`
 */
export function delayMs(policy: BackoffPolicy, retry: number, previousMs: number, u: number): number {
  if (retry >= policy.maxRetries) return NEVER;
  const { first, growth, capMs, capOn } = policy;
  if (first !== undefined && retry === 0) return firstMs(first, u);
  const n = first === undefined ? retry : retry - 1;
  const v = needsPrevious(policy) ? fedBackMs(policy, n === 0, previousMs) : grownMs(growth, n);
  if (growth.kind === 'table' && v === NEVER) return NEVER;
  const jittered = jitteredMs(policy, capOn === 'after-jitter' ? v : Math.min(v, capMs), u);
  const delay = capOn === 'before-jitter' ? jittered : Math.min(jittered, capMs);
  // An overflow can give NaN (Infinity - Infinity, or 0 * Infinity). This comparison turns it into the floor, as the
  // `| 0` at the end of backo2 turns it into 0.
  return delay > policy.floorMs ? delay : policy.floorMs;
}

/** Whether each delay depends on the one before it. */
export function needsPrevious({ jitter, growth }: BackoffPolicy): boolean {
  return jitter.kind === 'decorrelated' || (growth.kind === 'exponential' && growth.growsFrom === 'previous');
}

/**
 * The delay after the stages of the policy: a stage that has begun replaces it, and one that begins within it breaks it off.
 *
 * @param downMs time since the first failure after the client was last ready
 */
export function stagedMs({ stages }: BackoffPolicy, downMs: number, ownMs: number): number {
  let delay = ownMs;
  for (const { afterMs, delayMs: stageMs } of stages) {
    if (downMs + delay > afterMs) delay = Math.max(0, afterMs - downMs) + stageMs;
  }
  return delay;
}

/**
 * The delay of a policy with rounds. A round that lasts longer than the time between rounds is followed by the next
 * one that has not been missed.
 *
 * @param downMs time since the first failure after the client was last ready
 */
export function delayInRoundsMs(
  policy: BackoffPolicy,
  { size, afterMs, everyMs }: RetryRounds,
  retry: number,
  previousMs: number,
  u: number,
  downMs: number,
): number {
  if (retry >= policy.maxRetries) return NEVER;
  const place = retry % size;
  if (place > 0) return delayMs(policy, place - 1, previousMs, u);
  if (retry === 0) return Math.max(0, afterMs - downMs);
  const passed = Math.max(retry / size, 1 + Math.floor((downMs - afterMs) / everyMs));
  return Math.max(0, afterMs + passed * everyMs - downMs);
}

/** The delay of a rule that has its own; null: it has none. */
export function ruleDelayMs({ delayMs: fixedMs, delaysMs }: SignalRule, retry: number): number | null {
  if (delaysMs === undefined) return fixedMs ?? null;
  return delaysMs[Math.min(retry, delaysMs.length - 1)] ?? null;
}

/**
 * The delay after a Retry-After (RFC 9110 section 10.2.3): the longer of the two, if the policy heeds it. No jitter is
 * added: clients that get the same Retry-After come back at the same time.
 *
 * @param ownMs result of `delayMs`
 * @param retryAfterMs 0: the server sent none
 */
export function withRetryAfterMs({ retryAfter }: BackoffPolicy, ownMs: number, retryAfterMs: number): number {
  return retryAfter === 'heed' ? Math.max(ownMs, retryAfterMs) : ownMs;
}

function firstMs(first: FirstDelay, u: number): number {
  if (!('quantilesMs' in first)) return first.minMs + u * (first.maxMs - first.minMs);
  return between(first.quantilesMs, u);
}

/** The value at `u` of the straight lines between quantiles at equal steps of probability. */
function between(quantiles: readonly number[], u: number): number {
  const place = u * (quantiles.length - 1);
  const index = Math.floor(place);
  const low = quantiles[index] ?? 0;
  return low + (place - index) * ((quantiles[index + 1] ?? low) - low);
}

/** The grown delay where it depends on the previous one. */
function fedBackMs({ growth, jitter }: BackoffPolicy, isFirst: boolean, previousMs: number): number {
  if (jitter.kind === 'decorrelated') return 3 * (isFirst ? baseMs(growth) : previousMs);
  return isFirst || growth.kind !== 'exponential' ? baseMs(growth) : previousMs * growth.factor;
}

function grownMs(growth: Growth, n: number): number {
  switch (growth.kind) {
    case 'fixed':
      return growth.delayMs;
    case 'linear':
      return growth.baseMs + n * growth.stepMs;
    case 'exponential':
      return growth.baseMs * power(growth.factor, n);
    case 'table': {
      const { delaysMs } = growth;
      if (n >= delaysMs.length && growth.then === 'give-up') return NEVER;
      return delaysMs[Math.min(n, delaysMs.length - 1)] ?? NEVER;
    }
  }
}

/** The first `previous` of decorrelated jitter. */
function baseMs(growth: Growth): number {
  return growth.kind === 'linear' || growth.kind === 'exponential' ? growth.baseMs : grownMs(growth, 0);
}

/**
 * Full, equal and decorrelated jitter: Marc Brooker, "Exponential Backoff And Jitter", AWS Architecture Blog, 2015.
 * backo2: the npm package of that name, as socket.io-client 4.8.4 carries it in build/esm/contrib/backo2.js.
 */
function jitteredMs(policy: BackoffPolicy, v: number, u: number): number {
  const { jitter } = policy;
  switch (jitter.kind) {
    case 'none':
      return v;
    case 'full':
      return jitter.floorMs + u * v;
    case 'equal':
      return v / 2 + (u * v) / 2;
    case 'decorrelated': {
      const base = baseMs(policy.growth);
      return base + u * (v - base);
    }
    case 'above':
      return jitter.minMs + u * (v - jitter.minMs);
    case 'additive':
      return v + jitter.minMs + (jitter.redrawn === true ? recordQuantile(u) : u) * (jitter.maxMs - jitter.minMs);
    case 'proportional':
      return v * (jitter.low + u * (jitter.high - jitter.low));
    case 'quantiles':
      return v * between(jitter.factors, u);
    case 'gaussian':
      return v * (1 + jitter.sd * normalQuantile(u));
    case 'backo2': {
      // One draw gives the size and, by its first decimal digit, the sign.
      const sizeMs = Math.floor(u * jitter.ratio * v);
      return Math.floor(u * 10) % 2 === 0 ? v - sizeMs : v + sizeMs;
    }
  }
}

/** `factor` to the whole power `n`, by squaring: at most 53 steps, and the same bits on every engine. */
function power(factor: number, n: number): number {
  let product = 1;
  let square = factor;
  for (let rest = n; rest > 0; rest = Math.floor(rest / 2)) {
    if (rest % 2 === 1) product *= square;
    square *= square;
  }
  return product;
}
