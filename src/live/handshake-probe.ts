import { NETWORK, type Signal } from '../core/signal.ts';
import type { Carrier } from '../core/token/carrier.ts';
import { Connection } from './connection.ts';
import type { Messages } from './messages.ts';
import type { Endpoint } from './upgrade.ts';

export interface ProbeParts {
  readonly gateway: Endpoint;
  readonly carrier: Carrier;
  /** messages that present the token; null: an open socket is ready */
  readonly messages: Messages | null;
  /** longest time from dial to ready, ms */
  readonly timeoutMs: number;
}

/** One handshake with promises that never reject; the connection is held until `hangUp`. */
export interface HandshakeProbe {
  /** Resolves to null when the connection is ready, or to the reason of its failure. */
  readonly outcome: Promise<Signal | null>;
  /** Resolves when the socket is gone. */
  readonly gone: Promise<void>;
  hangUp(): void;
}

export function probeHandshake(parts: ProbeParts, token: string, client: number): HandshakeProbe {
  const { gateway, carrier, messages, timeoutMs } = parts;
  let settle!: (outcome: Signal | null) => void;
  let resolveGone!: () => void;
  const outcome = new Promise<Signal | null>((resolve) => (settle = resolve));
  const gone = new Promise<void>((resolve) => (resolveGone = resolve));
  /** Sets the outcome; only the first call counts, since a promise resolves once. */
  const end = (how: Signal | null): void => {
    clearTimeout(timer);
    settle(how);
  };
  const fail = (how: Signal): void => {
    connection.hangUp();
    end(how);
  };
  const timer = setTimeout(() => fail(NETWORK.timeout), timeoutMs);
  const connection: Connection = new Connection(client, gateway, carrier, token, {
    opened: () => (messages === null ? end(null) : connection.send(messages.authenticate(token))),
    heard: () => {},
    message(_client, data) {
      const kind = messages?.decode(data, client).kind;
      if (kind === 'authenticated') end(null);
      else if (kind === 'auth-refused') fail(NETWORK.authRefused);
    },
    ended: (_client, signal) => end(signal),
    closed: resolveGone,
  });
  return { outcome, gone, hangUp: () => fail(NETWORK.windDown) };
}
