import { isStatus, NETWORK, signalName, type Signal } from '../../core/signal.ts';

const WORDS = new Map<Signal, string>([
  [NETWORK.refused, 'nothing listens there'],
  [NETWORK.reset, 'the connection was reset'],
  [NETWORK.timeout, 'no answer in time'],
  [NETWORK.badHandshake, 'the answer is no WebSocket handshake'],
  [NETWORK.badFrame, 'a frame broke RFC 6455'],
  [NETWORK.tls, 'TLS could not be established'],
  [NETWORK.unreachable, 'no route'],
  [NETWORK.renewal, 'the client reconnects with its new token'],
  [NETWORK.silent, 'nothing was heard for too long'],
  [NETWORK.authRefused, 'auth-refused'],
]);

/**
 * Describes a signal in words.
 *
 * @example signalText(4401) // 'close 4401'
 */
export function signalText(signal: Signal): string {
  if (isStatus(signal)) return `HTTP ${signal}`;
  return signal >= 1000 ? `close ${signal}` : (WORDS.get(signal) ?? signalName(signal));
}

/**
 * Names a signal as clues and sightings do.
 *
 * @example signalWhat(NETWORK.tls) // 'TLS'
 */
export function signalWhat(signal: Signal): string {
  if (signal === NETWORK.tls) return 'TLS';
  if (isStatus(signal)) return `HTTP ${signal}`;
  return signal >= 1000 ? `close ${signal}` : signalName(signal);
}

/**
 * A time in the unit that suits it.
 *
 * @example timeText(45_000) // '45 s'
 */
export function timeText(ms: number): string {
  return ms < 1000 ? `${Math.round(ms)} ms` : `${Math.round(ms / 100) / 10} s`;
}
