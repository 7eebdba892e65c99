import type { ServerOptions } from 'node:http';

/** Limits of both servers; a request that arrives too slowly is answered with 408. */
export const SERVER_LIMITS: ServerOptions = {
  headersTimeout: 5000,
  requestTimeout: 5000,
  connectionsCheckingInterval: 1000,
  keepAliveTimeout: 5000,
  maxHeaderSize: 16 * 1024,
};
