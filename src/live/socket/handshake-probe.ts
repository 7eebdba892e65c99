import { NETWORK, type Signal } from '../../core/signal.ts';
import { type Codec, INBOUND } from '../../protocols/codec.ts';
import { newInbound, resetInbound } from '../../protocols/inbound.ts';
import { newView } from '../../protocols/registry.ts';
import { Connection } from './connection.ts';
import type { Endpoint } from '../network/endpoint.ts';
import { dialPath, type UpgradeForm } from './upgrade-form.ts';

export interface ProbeParts {
  /** tried in turn, by the client's number; at least one */
  readonly gateways: readonly Endpoint[];
  readonly form: UpgradeForm;
  readonly codec: Codec;
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
  const { gateways, form, codec, timeoutMs } = parts;
  const gateway = gateways[client % gateways.length]!;
  const view = newView(client);
  view.holes.token = token;
  const { handshake } = codec.shape;
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
  const follow = (data: Buffer, isBinary: boolean): void => {
    const into = newInbound();
    for (let from = 0; ;) {
      resetInbound(into);
      const next = codec.decode(data, isBinary, view, into, from);
      if (into.reply !== null) connection.send(into.reply);
      if (into.kind === INBOUND.greeting) connection.send(codec.authenticate(token, view));
      else if (into.kind === INBOUND.authenticated || into.kind === INBOUND.joined) {
        const step = codec.join(view);
        if (step === null) end(null);
        else connection.send(step);
      } else if (into.kind === INBOUND.refused || into.kind === INBOUND.closing) return fail(into.signal);
      if (next >= data.length || next <= from) return;
      from = next;
    }
  };
  const timer = setTimeout(() => fail(NETWORK.timeout), timeoutMs);
  const { holes } = view;
  const path = codec.path(dialPath(form, gateway, holes), view);
  const tokenSubprotocol = codec.tokenSubprotocol?.(token, view, gateway.authority);
  const connection: Connection = new Connection(
    form,
    { client, endpoint: gateway, path, token, tokenSubprotocol, holes },
    {
      opened() {
        if (handshake === 'none') end(null);
        else if (handshake === 'client-first') connection.send(codec.authenticate(token, view));
      },
      heard: () => {},
      message: (_client, data, isBinary) => follow(data, isBinary),
      ended: (_client, signal) => end(signal),
      closed: resolveGone,
    },
  );
  return { outcome, gone, hangUp: () => fail(NETWORK.windDown) };
}
