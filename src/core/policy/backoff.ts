import type { SignalRule } from './advice.ts';

/** Growth of the delay with the retry number `n`, from 0, in milliseconds. `policy/delay.ts` computes it. */
export type Growth =
  /** constant; delayMs 0: no backoff */
  | { readonly kind: 'fixed'; readonly delayMs: number }
  | { readonly kind: 'linear'; readonly baseMs: number; readonly stepMs: number }
  /** growsFrom `previous`: each delay grows from the one before it, jitter and cap included; absent: from the base */
  | {
      readonly kind: 'exponential';
      readonly baseMs: number;
      readonly factor: number;
      readonly growsFrom?: 'base' | 'previous';
    }
  /** delays one by one; past the end the last one repeats, or the client gives up */
  | { readonly kind: 'table'; readonly delaysMs: readonly number[]; readonly then: 'repeat' | 'give-up' };

/** Deliberate randomness in a delay. `v` is the grown delay, `u` uniform in [0,1). `policy/delay.ts` has the sources. */
export type Jitter =
  | { readonly kind: 'none' }
  /** floor + u*v: the whole delay is random above a floor (AWS "full jitter" with floorMs 0) */
  | { readonly kind: 'full'; readonly floorMs: number }
  /** v/2 + u*v/2 */
  | { readonly kind: 'equal' }
  /** base + u*(3*previous - base), where previous starts at base: of the growth only the base is used, and v is 3*previous */
  | { readonly kind: 'decorrelated' }
  /** min + u*(v-min): all of the delay is random above a minimum that is part of it */
  | { readonly kind: 'above'; readonly minMs: number }
  /**
   * v + min + u*(max-min); redrawn: the client draws again after each wait, and goes on waiting for as long as the draw
   * is longer than what it has waited
   */
  | { readonly kind: 'additive'; readonly minMs: number; readonly maxMs: number; readonly redrawn?: boolean }
  /** v * (low + u*(high-low)) */
  | { readonly kind: 'proportional'; readonly low: number; readonly high: number }
  /** v * a factor drawn from the distribution with these quantiles, which are at equal steps of probability */
  | { readonly kind: 'quantiles'; readonly factors: readonly number[] }
  /** v * (1 + sd*z), where z is standard normal */
  | { readonly kind: 'gaussian'; readonly sd: number }
  /** the npm package backo2: size floor(u*ratio*v), subtracted when floor(10u) is even */
  | { readonly kind: 'backo2'; readonly ratio: number };

/** The delay of retry 0 where it differs from the growth: uniform in [minMs, maxMs), or given by its distribution. */
export type FirstDelay =
  | { readonly minMs: number; readonly maxMs: number }
  /** quantiles at equal steps of probability, from the least delay to the longest, with straight lines between them */
  | { readonly quantilesMs: readonly number[] };

/** A delay that replaces all others once a client has been without a connection for `afterMs`, the one under way included. */
export interface BackoffStage {
  readonly afterMs: number;
  readonly delayMs: number;
}

/**
 * Retries that come in rounds: the first round begins `afterMs` after the first failure since the client was last ready, and
 * each of the others a multiple of `everyMs` later. Within a round of `size` retries, the second one waits for the first delay
 * of the growth.
 */
export interface RetryRounds {
  readonly size: number;
  readonly afterMs: number;
  readonly everyMs: number;
}

/** When the retry number goes back to 0. `stable`: the connection stayed open for `afterMs`, measured when it is lost. */
export type ResetRule =
  | { readonly on: 'open' | 'ready' | 'first-message' }
  | { readonly on: 'stable'; readonly afterMs: number };

/** The policy that decides when a client tries again, as plain data. A preset is a value of this type. */
export interface BackoffPolicy {
  /**
   * delay of retry 0 where it differs from the growth, with neither jitter, cap nor floor; the growth then starts at
   * retry 1 as its own n = 0
   */
  readonly first?: FirstDelay;
  readonly growth: Growth;
  readonly jitter: Jitter;
  /** `client`: one draw for all retries of a client, as in libraries that draw at start-up; `retry`: one each */
  readonly jitterDrawn: 'retry' | 'client';
  /** longest delay; Infinity: no limit */
  readonly capMs: number;
  /** whether the cap bounds the grown delay, the jittered one, or each */
  readonly capOn: 'before-jitter' | 'after-jitter' | 'both';
  /** shortest delay; it wins over the cap */
  readonly floorMs: number;
  /** delays by the time since the first failure after the client was last ready, in the order of that time */
  readonly stages: readonly BackoffStage[];
  /** rounds of retries; absent: the growth goes on from retry to retry */
  readonly rounds?: RetryRounds;
  /** start of a delay other than the first: the failure, or the dial of the attempt or connection that failed */
  readonly measuredFrom: 'failure' | 'dial';
  /** a connection that was lost before it had been ready for this long ends the client; 0: none does */
  readonly minUptimeMs: number;
  /** retries in a row before the client stops; Infinity: no limit */
  readonly maxRetries: number;
  /** false: a client whose very first attempt fails does not try again */
  readonly retryInitial: boolean;
  readonly reset: ResetRule;
  /** whether a server's Retry-After (RFC 9110 section 10.2.3) that is longer than the delay replaces it */
  readonly retryAfter: 'ignore' | 'heed';
  /** the library's rules by close code or HTTP status */
  readonly rules: readonly SignalRule[];
}
