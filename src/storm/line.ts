import { delayMs } from '../core/policy/delay.ts';
import type { BackoffPolicy } from '../core/policy/backoff.ts';
import type { Scenario } from '../scenario/scenario.ts';

/** The waiting line before the gateways, and the behaviour of clients in it. */
export interface Line {
  /** handshake capacity of all gateways together; Infinity: no limit */
  readonly capacityPerSecond: number;
  /** longest possible wait in the line; Infinity: the line has no bound */
  readonly longestWaitMs: number;
  /** wait after which a client gives up, to join the end of the line later */
  readonly retryAfterMs: number;
  /** mean delay between giving up and joining again, after many failures; Infinity: the client stops */
  readonly returnMs: number;
}

/** Computes the line from the model, whose default capacities are the embedded target's. */
export function lineOf({ model, clients }: Pick<Scenario, 'model' | 'clients'>): Line {
  return {
    capacityPerSecond: model.gateways * model.handshakesPerSecond,
    longestWaitMs: model.handshakesPerSecond === Infinity ? 0 : (model.queue / model.handshakesPerSecond) * 1000,
    retryAfterMs: clients.connectTimeoutMs,
    returnMs: meanReturnMs(clients.backoff),
  };
}

/**
 * The number of clients that can be lost at once and still all recover; a larger storm sustains itself. Infinity: every
 * storm drains.
 *
 * The line is first come, first served, does C handshakes a second, and also works for clients that have left it, as a
 * server does that has not noticed. Of N clients that arrive at once, the first C*T are served within their time-out T.
 * The other M = N - C*T give up, and return after a delay D to a line of M - C*D jobs without a waiting client. From
 * there on M clients add a job each every T + D, while C*(T + D) are done:
 *
 * - M > C*(T + D): the line grows. It began with more than C*T, so no client in it is ever served in time.
 * - M < C*(T + D): the line shrinks. It began with less than C*T, so some are served in time in each period until all are.
 *
 * So storms of fewer than N = C*(2*T + D) drain, where D is the mean delay in the long run, at the backoff's cap. In a
 * bounded line, clients that find it full return after D alone: it stays full if (M - C*T) / D > C, which is the same M.
 * But with a bound that keeps the wait below T no client in the line gives up, and every storm drains.
 */
export function drainsBelow({ capacityPerSecond, longestWaitMs, retryAfterMs, returnMs }: Line): number {
  if (longestWaitMs <= retryAfterMs) return Infinity;
  return (capacityPerSecond * (2 * retryAfterMs + returnMs)) / 1000;
}

/** Retries after which delays no longer grow, and the number of further retries whose mean is taken. */
const SETTLED_AFTER = 500;
/** The golden ratio, whose multiples modulo 1 fill the unit interval evenly in any number (H. Weyl, 1916). */
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
