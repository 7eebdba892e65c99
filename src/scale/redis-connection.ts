import type { AbstractConnector, RedisOptions } from 'ioredis';
import type { Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { connect as connectTls } from 'node:tls';
import { createConnection } from 'node:net';
import { ReplyGuard } from './reply-guard.ts';

/** Longest wait for a connection, ms. */
export const CONNECT_TIMEOUT_MS = 5000;
/** Longest wait until a socket that was ended is closed, ms. */
const END_TIMEOUT_MS = 500;

type ConnectorOptions = Pick<RedisOptions, 'host' | 'port' | 'tls'>;
type Base = abstract new (endTimeoutMs: number) => AbstractConnector;

/**
 * Returns a class of connectors whose sockets are closed as soon as Redis sends what it may not: see ReplyGuard. An
 * exception of the parser closes the connection, too.
 *
 * @param base `AbstractConnector` of ioredis, which is loaded when it is needed
 */
export function guardedConnector(
  base: Base,
  { host, port, tls }: ConnectorOptions,
): NonNullable<RedisOptions['Connector']> {
  return class extends base {
    constructor() {
      super(END_TIMEOUT_MS);
    }

    override connect(): Promise<Socket | TLSSocket> {
      const to = { host: host ?? '', port: port ?? 0 };
      this.stream = tls === undefined ? createConnection(to) : connectTls({ ...to, ...tls });
      this.stream.once('error', (error: Error) => {
        this.firstError = error;
      });
      guard(this.stream);
      return Promise.resolve(this.stream);
    }
  };
}

/** Puts a guard before the parser, which ioredis adds as the first listener. */
function guard(socket: Socket): void {
  const replies = new ReplyGuard();
  const add = socket.prependListener.bind(socket);
  const guarded = (event: string, listener: (...values: unknown[]) => void): Socket => {
    if (event !== 'data') return add(event, listener);
    return add(event, (chunk) => {
      if (socket.destroyed) return;
      try {
        if (replies.accepts(chunk)) listener(chunk);
        else socket.destroy(new Error('Redis sent a reply that is malformed or too long'));
      } catch {
        socket.destroy(new Error('Redis sent a reply that nothing asked for'));
      }
    });
  };
  Object.assign(socket, { prependListener: guarded });
}
