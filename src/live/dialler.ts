import type { DropMode } from '../core/fault/drop.ts';
import type { Miss } from '../core/fault/fault.ts';
import type { Signal } from '../core/signal.ts';

/** Makes clients' attempts to connect, and ends them and their connections. */
export interface Dialler {
  /** attempts that the rate cap has held back so far */
  readonly delayed: number;
  /** Names who is called when an attempt or connection changes; once, before the first dial. */
  reportTo(events: DialEvents): void;
  /** Begins an attempt. Its end is reported later, never from within the call. */
  dial(client: number): void;
  /** Ends the attempt or connection as its client wants. Nothing more is reported of it. */
  hangUp(client: number): void;
  /** After every client has hung up: resolves when their sockets are gone, so that each server has seen a close frame. */
  close(): Promise<void>;
}

/** A dialler whose connections can be ended as their gateway would end them. */
export interface DroppingDialler extends Dialler {
  /** @returns null, or why there was nothing to end */
  drop(client: number, mode: DropMode): Miss | null;
}

/** What becomes of attempts and connections. */
export interface DialEvents {
  opened(client: number): void;
  /**
   * `reason` is the close frame's, or the text of a refused upgrade; `retryAfter` is the header of a refused upgrade.
   * Both are as the remote sent them, of bounded length.
   */
  ended(client: number, signal: Signal, reason: Buffer, retryAfter: string | null): void;
}

/** What comes over an open connection. */
export interface FrameEvents {
  /** Bytes came, of any kind. Called before `message`. */
  heard(client: number): void;
  message(client: number, data: Buffer): void;
}
