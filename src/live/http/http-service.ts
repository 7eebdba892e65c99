import { NETWORK, type Signal } from '../../core/signal.ts';
import { ioErrorWords, signalOf } from '../network/io-error.ts';
import type { ProxyPlan } from '../network/proxy-plan.ts';

/** Service that requests may address, at the addresses that were checked. */
export interface HttpService {
  /** scheme, host and port */
  readonly origin: string;
  /** addresses to which its host resolved when it was checked, taken in turn; behind a proxy, the name that it resolves */
  readonly addresses: readonly string[];
  /** null: none */
  readonly proxy: ProxyPlan | null;
}

/** How a request failed without an answer. */
export interface HttpFailure {
  readonly signal: Signal;
  /** words about it; absent: the signal says it all */
  readonly said?: string;
}

/** Outcome of a request whose client gave it up. */
export const GIVEN_UP: HttpFailure = { signal: NETWORK.other };

/** Describes an error of Node or undici as the outcome of a request. */
export function failureOf(error: unknown): HttpFailure {
  const words = ioErrorWords(error);
  return words === '' ? { signal: signalOf(error) } : { signal: signalOf(error), said: words };
}
