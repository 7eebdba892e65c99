import { NETWORK, type Signal } from '../../core/signal.ts';
import { tlsWords } from './tls-words.ts';

const BY_CODE = new Map<string, Signal>(
  Object.entries({
    ECONNREFUSED: NETWORK.refused,
    ECONNRESET: NETWORK.reset,
    EPIPE: NETWORK.reset,
    ECONNABORTED: NETWORK.reset,
    UND_ERR_SOCKET: NETWORK.reset,
    ETIMEDOUT: NETWORK.timeout,
    UND_ERR_CONNECT_TIMEOUT: NETWORK.timeout,
    UND_ERR_HEADERS_TIMEOUT: NETWORK.timeout,
    UND_ERR_BODY_TIMEOUT: NETWORK.timeout,
    ENOTFOUND: NETWORK.dns,
    EAI_AGAIN: NETWORK.dns,
    EHOSTUNREACH: NETWORK.unreachable,
    ENETUNREACH: NETWORK.unreachable,
    ENETDOWN: NETWORK.unreachable,
    EMFILE: NETWORK.localLimit,
    ENFILE: NETWORK.localLimit,
    EADDRNOTAVAIL: NETWORK.localLimit,
    EADDRINUSE: NETWORK.localLimit,
    ENOBUFS: NETWORK.localLimit,
    ENOMEM: NETWORK.localLimit,
    EPROTO: NETWORK.tls,
  }),
);

/** The error for a tunnel that a proxy did not open. */
export class TunnelError extends Error {
  override readonly name = 'TunnelError';
  readonly signal: Signal;

  /** @param said what the proxy answered, or why nothing came */
  constructor(signal: Signal, said: string) {
    super(said);
    this.signal = signal;
  }
}

/** Returns the client's signal for an I/O error of Node or undici. */
export function signalOf(error: unknown): Signal {
  if (error instanceof TunnelError) return error.signal;
  const code = codeOf(error);
  const known = BY_CODE.get(code);
  if (known !== undefined) return known;
  if (TLS.test(code)) return NETWORK.tls;
  // Most parser errors of undici have no code.
  return error instanceof Error && error.name === 'HTTPParserError' ? NETWORK.malformed : NETWORK.other;
}

/** Describes a TLS failure in words, and any other error by its code where its signal's name does not suffice. */
export function ioErrorWords(error: unknown): string {
  if (error instanceof TunnelError) return error.message;
  const code = codeOf(error);
  const signal = signalOf(error);
  if (signal === NETWORK.tls) return tlsWords(code);
  return signal === NETWORK.other && /^[A-Z][A-Z0-9_]{2,80}$/.test(code) ? code : '';
}

const TLS = /^(ERR_TLS|ERR_SSL|CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO_|HOSTNAME_)/;

function codeOf(error: unknown): string {
  if (typeof error !== 'object' || error === null) return '';
  if ('code' in error && typeof error.code === 'string') return error.code;
  return 'cause' in error ? codeOf(error.cause) : '';
}
