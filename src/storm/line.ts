import { delayMs } from '../core/policy/delay.ts';
import type { BackoffPolicy } from '../core/policy/backoff.ts';
import type { Scenario } from '../scenario/scenario.ts';

/** The line before the gateways, and the patience of those who stand in it. */
export interface Line {
  /** handshakes that all gateways together can do; Infinity for no limit */
  readonly capacityPerSecond: number;
  /** the longest that a client can have to wait in the line; Infinity for a line without a bound */
  readonly longestWaitMs: number;
  /** a client gives up after so long, and comes back to the end of the line */
  readonly retryAfterMs: number;
  /** the mean delay between giving up and coming back, when a client has failed many times; Infinity if it stops */
  readonly returnMs: number;
}

/** The capacities are the model's, which has them from the embedded target unless it is told otherwise. */
export function lineOf({ model, clients }: Pick<Scenario, 'model' | 'clients'>): Line {
  return {
    capacityPerSecond: model.gateways * model.handshakesPerSecond,
    longestWaitMs: model.handshakesPerSecond === Infinity ? 0 : (model.queue / model.handshakesPerSecond) * 1000,
    retryAfterMs: clients.connectTimeoutMs,
    returnMs: meanReturnMs(clients.backoff),
  };
}

/**
 * How many clients can be lost at once and still all come back: a storm of more sustains itself. Infinity where every
 * storm drains.
 *
 * The line is first come, first served, does C handshakes a second, and works for those who have left it too, as a
 * server does that has not noticed. Of N clients who come at once, those at the front are served within their patience
 * T, that is C*T of them. The other M = N - C*T give up, and come back a delay D later to a line of M - C*D jobs that
 * nobody waits for. From there on M clients put in a job each every T + D, while C*(T + D) are done:
 *
 * - M > C*(T + D): the line grows. It began with more than C*T, so nobody in it is served in time, ever again.
 * - M < C*(T + D): the line shrinks, and began with less than C*T: some are served in time in every round, until all are.
 *
 * So storms of fewer than N = C*(2*T + D) drain, where D is the mean delay in the long run, at the backoff's cap. Where
 * the line is bounded, those who find it full come back after D alone: to keep it full takes (M - C*T) / D > C, which
 * is the same M. But a bound that keeps the wait below T leaves nobody in the line who gives up: every handshake counts.
 */
export function drainsBelow({ capacityPerSecond, longestWaitMs, retryAfterMs, returnMs }: Line): number {
  if (longestWaitMs <= retryAfterMs) return Infinity;
  return (capacityPerSecond * (2 * retryAfterMs + returnMs)) / 1000;
}

/** Retries until the delays have stopped growing: from there on their mean is taken, over as many again. */
const SETTLED_AFTER = 500;
/** Multiples of the golden ratio, modulo 1, fill the unit interval evenly, however many are taken (H. Weyl, 1916). */
const GOLDEN_RATIO = 0.618_033_988_749_894_8;

function meanReturnMs(policy: BackoffPolicy): number {
  let previousMs = 0;
  let sum = 0;
  for (let retry = 0; retry < 2 * SETTLED_AFTER; retry++) {
    previousMs = delayMs(policy, retry, previousMs, (retry * GOLDEN_RATIO) % 1);
    if (retry >= SETTLED_AFTER) sum += previousMs;
  }
  return sum / SETTLED_AFTER;
}
