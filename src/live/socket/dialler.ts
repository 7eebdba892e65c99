import type { DropMode } from '../../core/fault/drop.ts';
import type { Advice } from '../../core/policy/advice.ts';
import type { Miss } from '../../core/fault/fault.ts';
import type { Signal } from '../../core/signal.ts';

/** Makes clients' attempts to connect, and ends them and their connections. */
export interface Dialler {
  /** number of attempts that the rate cap has delayed so far */
  readonly delayed: number;
  /** Sets the receiver of events, once, before the first dial. */
  reportTo(events: DialEvents): void;
  /** Begins an attempt, whose end is reported later, never within the call. */
  dial(client: number): void;
  /** Ends the attempt or connection for its client; nothing more is reported of it. */
  hangUp(client: number): void;
  /** Resolves when all sockets are gone, after every client has hung up, so that each server has received a close frame. */
  close(): Promise<void>;
}

/** A dialler whose connections can be ended as their gateway would end them. */
export interface DroppingDialler extends Dialler {
  /** @returns null: the connection ends; otherwise the reason of the miss */
  drop(client: number, mode: DropMode): Miss | null;
}

/** Events of attempts and connections. */
export interface DialEvents {
  opened(client: number): void;
  /**
   * `reason` is the close frame's, or the text of a refused upgrade; `retryAfter` is the header of a refused upgrade.
   * Both are as the remote sent them, of bounded length.
   *
   * @param advice advice of the protocol; absent: what the reason says
   */
  ended(client: number, signal: Signal, reason: Buffer, retryAfter: string | null, advice?: Advice | null): void;
}

/** Events of open connections. */
export interface FrameEvents {
  /** Reports bytes of any kind, before `message`. */
  heard(client: number): void;
  /** @param isBinary whether the message came in binary frames, not as text */
  message(client: number, data: Buffer, isBinary: boolean): void;
}
