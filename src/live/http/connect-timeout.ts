/** Longest time of a TCP connect and TLS handshake for an HTTP request, ms: an aborted request of undici ends neither. */
export const CONNECT_TIMEOUT_MS = 60_000;
