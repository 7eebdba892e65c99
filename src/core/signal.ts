import { kebab } from './kebab.ts';

/**
 * How a connection, an attempt or a token request ended, as one small integer, so that it fits a typed array and a
 * counter per reason needs no string. Three ranges share the number line and cannot collide:
 *
 * - 1..99      what squall itself saw on the network (the table below)
 * - 100..599   an HTTP status received in place of an upgrade or of a token
 * - 1000..4999 a WebSocket close code (RFC 6455 section 7.4)
 */
export type Signal = number;

/** What squall saw on the network. A new one goes at the end: the numbers appear in recorded runs. */
export const NETWORK = {
  /** the peer refused the TCP connection */ refused: 1,
  /** the connection was reset, or ended without a close frame */ reset: 2,
  /** no answer came within the time allowed */ timeout: 3,
  /** the answer to the upgrade was not a WebSocket handshake (RFC 6455 section 4.1) */ badHandshake: 4,
  /** a frame broke RFC 6455 or was larger than allowed */ badFrame: 5,
  /** the name did not resolve, or resolved to an address that is not allowed */ dns: 6,
  /** TLS could not be established */ tls: 7,
  /** no route, or the network is down */ unreachable: 8,
  /** this machine had no descriptor or port left: the generator's fault, never the target's */ localLimit: 9,
  /** the client itself hung up, to reconnect with its new token */ renewal: 10,
  /** a token response that could not be used: not JSON, no token in it, too large */ malformed: 11,
  /** the token service answered that the session is over (RFC 6749 section 5.2 invalid_grant) */ invalidGrant: 12,
  /** any other I/O error */ other: 13,
  /** the client itself hung up because its run is over */ windDown: 14,
  /** the in-band authentication was refused by an error frame */ authRefused: 15,
  /** the client itself hung up because nothing was heard for too long after a ping */ silent: 16,
  /** the server ended the session by a message of its protocol */ serverDisconnect: 17,
  /** the client's token source has no next token */ noNextToken: 18,
  /** the proxy could not be reached, or did not open a tunnel to the target */ proxy: 19,
  /** the server ended a channel that had been joined, on a socket that stayed open */ channelLost: 20,
  /** the server refused to let the client join a channel */ joinRefused: 21,
} as const;

/** One past the largest signal: the length of a table indexed by signal. */
export const SIGNALS = 5000;

/** Whether it is an HTTP status. */
export function isStatus(signal: Signal): boolean {
  return signal >= 100 && signal < 1000;
}

const NAMES = new Map<number, string>(Object.entries(NETWORK).map(([name, n]) => [n, kebab(name)]));

/** A label for people and for JSON keys: `refused`, `http-503`, `close-1012`. */
export function signalName(signal: Signal): string {
  if (isStatus(signal)) return `http-${signal}`;
  if (signal >= 1000) return `close-${signal}`;
  return NAMES.get(signal) ?? `signal-${signal}`;
}
