import type { DropMode } from '../../core/fault/drop.ts';
import type { Miss } from '../../core/fault/fault.ts';
import type { Signal } from '../../core/signal.ts';
import type { Codec } from '../../protocols/codec.ts';
import type { NoteSighting } from '../tokens/client-sightings.ts';
import type { ClientViews } from './client-views.ts';
import { Connection, type ConnectionEvents } from '../socket/connection.ts';
import type { Credentials } from '../tokens/credentials.ts';
import type { DialEvents, DroppingDialler, FrameEvents } from '../socket/dialler.ts';
import type { Endpoint } from '../network/endpoint.ts';
import type { Gateways } from './gateways.ts';
import { dialPath, type UpgradeForm } from '../socket/upgrade-form.ts';
import type { TlsSessions } from '../network/tls-sessions.ts';
import type { WireTap } from '../socket/wire-tap.ts';

const NO_REASON = Buffer.alloc(0);
/** First signal that is a remote's answer: an HTTP status or a close code. */
const FIRST_ANSWER = 100;

export interface SocketParts {
  readonly gateways: Gateways;
  readonly form: UpgradeForm;
  readonly codec: Codec;
  readonly views: ClientViews;
  readonly credentials: Credentials;
  readonly noteSighting: NoteSighting;
  /** TLS sessions of the clients that resume theirs; absent: none do */
  readonly sessions?: TlsSessions | undefined;
  readonly wire?: WireTap | undefined;
  /** called after the end of each socket, since alarms may be due: thousands of sockets may end in a row */
  readonly nudge: () => void;
}

/** The clients' connections, at most one open or opening each; closing ones are only counted. */
export class Sockets implements DroppingDialler, ConnectionEvents {
  readonly delayed = 0;
  readonly wire: WireTap | undefined;
  readonly #parts: SocketParts;
  readonly #connections: (Connection | undefined)[] = [];
  /** number of open, opening and closing connections */
  #count = 0;
  #events!: DialEvents;
  #frames!: FrameEvents;
  #allClosed: () => void = () => {};

  constructor(parts: SocketParts) {
    this.#parts = parts;
    this.wire = parts.wire;
  }

  reportTo(events: DialEvents): void {
    this.#events = events;
  }

  deliverTo(frames: FrameEvents): void {
    this.#frames = frames;
  }

  dial(client: number): void {
    const { gateways, views } = this.#parts;
    this.dialAt(client, gateways.next(client, views.of(client).holes.client));
  }

  dialAt(client: number, endpoint: Endpoint): void {
    const { form, codec, views, credentials, sessions } = this.#parts;
    const view = views.of(client);
    const { holes } = view;
    const path = codec.path(dialPath(form, endpoint, holes), view);
    const token = view.ticket ?? credentials.access[client]!;
    const tokenSubprotocol = codec.tokenSubprotocol?.(token, view, endpoint.authority);
    const dial = { client, endpoint, path, token, tokenSubprotocol, sessions, holes };
    this.#count += 1;
    this.#connections[client] = new Connection(form, dial, this);
  }

  hangUp(client: number): void {
    this.#connections[client]?.hangUp();
    this.#connections[client] = undefined;
  }

  /** Returns the open or opening connection of a client. */
  connectionOf(client: number): Connection | undefined {
    return this.#connections[client];
  }

  drop(client: number, mode: DropMode): Miss | null {
    const connection = this.#connections[client];
    const isHit = connection?.endWhenHeard(() => {
      // The client may have left while the fault hid the end.
      if (this.#connections[client] === connection) this.#endAs(client, connection, mode);
    });
    return isHit === true ? null : 'not-connected';
  }

  async close(): Promise<void> {
    if (this.#count > 0) await new Promise<void>((resolve) => (this.#allClosed = resolve));
  }

  opened(client: number): void {
    this.#events.opened(client);
  }

  ended(client: number, signal: Signal, reason: Buffer, retryAfter: string | null): void {
    if (signal >= FIRST_ANSWER || reason.length > 0) this.#parts.noteSighting('end', client, signal, reason);
    this.#connections[client] = undefined;
    this.#events.ended(client, signal, reason, retryAfter);
  }

  heard(client: number): void {
    this.#frames.heard(client);
  }

  message(client: number, data: Buffer, isBinary: boolean): void {
    this.#frames.message(client, data, isBinary);
  }

  closed(): void {
    this.#count -= 1;
    if (this.#count === 0) this.#allClosed();
    this.#parts.nudge();
  }

  /** Ends the connection as if the gateway had ended it in this way. */
  #endAs(client: number, connection: Connection, mode: DropMode): void {
    if (mode.kind === 'reset') return connection.reset();
    if (mode.kind === 'garbage') return connection.garble();
    this.hangUp(client);
    this.#events.ended(client, mode.code, mode.reason === '' ? NO_REASON : Buffer.from(mode.reason), null);
  }
}
