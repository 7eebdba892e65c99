import type { Signal } from '../signal.ts';

/**
 * The next step of a client after a signal. The server may advise it (a close reason, an error frame), the client
 * library may decide it by the code, or the scenario may overrule both.
 *
 * - `retry`      wait for the backoff delay, then connect
 * - `retry-now`  connect at once
 * - `refresh`    get a new token first, then connect
 * - `login`      the session is over: only a login by a person helps
 * - `stop`       never connect again
 */
export type Advice = 'retry' | 'retry-now' | 'refresh' | 'login' | 'stop';

/** One row of a client library's table of close codes; the first row that covers the signal wins. */
export interface SignalRule {
  /** first signal covered, inclusive */
  readonly from: Signal;
  /** last signal covered, inclusive */
  readonly to: Signal;
  readonly action: Advice;
  /** a delay that replaces the backoff's, milliseconds */
  readonly delayMs?: number;
  /** delays that replace the backoff's, one by one from retry 0; past the end the last one repeats */
  readonly delaysMs?: readonly number[];
  /** true: the server's advice goes before this rule, whatever its action */
  readonly unlessAdvised?: boolean;
  /** false: this failure does not count as a retry of the backoff */
  readonly counted?: boolean;
}
