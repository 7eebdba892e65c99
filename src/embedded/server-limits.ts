import type { ServerOptions } from 'node:http';

/** How long a request's head, and the whole of it, may take to arrive: slow senders are cut off with 408. */
export const SERVER_LIMITS: ServerOptions = {
  headersTimeout: 5000,
  requestTimeout: 5000,
  connectionsCheckingInterval: 1000,
  keepAliveTimeout: 5000,
  maxHeaderSize: 16 * 1024,
};
