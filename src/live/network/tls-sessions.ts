import type { TLSSocket } from 'node:tls';
import { type Draws, PURPOSE } from '../../core/random/draws.ts';

/** Most bytes of a session that is kept, its ticket and the server's certificate included. */
const MAX_SESSION_BYTES = 16_384;

/**
 * The TLS sessions of the clients that resume: the last one of each. They are secrets of the clients, which stay in the memory
 * of their worker. A server that does not know a session makes a full handshake.
 */
export class TlsSessions {
  readonly #share: number;
  readonly #draws: Draws;
  readonly #resumed: () => void;
  /** by the client's number in the whole population */
  readonly #sessions = new Map<number, Buffer>();

  /**
   * @param share share of the clients that resume
   * @param resumed called after each handshake that resumed a session
   */
  constructor(share: number, draws: Draws, resumed: () => void) {
    this.#share = share;
    this.#draws = draws;
    this.#resumed = resumed;
  }

  /** Whether a client resumes its sessions: the same clients for the same seed. */
  isResuming(client: number): boolean {
    return this.#draws.unit(client, PURPOSE.tlsResume, 0) < this.#share;
  }

  /** Takes the session that a client offers next; undefined: it has none. */
  take(client: number): Buffer | undefined {
    const session = this.#sessions.get(client);
    this.#sessions.delete(client);
    return session;
  }

  /**
   * Keeps the sessions that the server gives on a client's socket, and counts the handshake if it resumes one.
   *
   * @param offered the session that the client offers. It is kept again when it was resumed, since TLS 1.2 need not give another.
   */
  follow(client: number, socket: TLSSocket, offered: Buffer | undefined): void {
    const keep = (session: Buffer): void => {
      if (session.length <= MAX_SESSION_BYTES) this.#sessions.set(client, session);
    };
    // Node reports sessions only of a server whose certificate has been verified, where it is to be.
    socket.on('session', keep);
    socket.once('secureConnect', () => {
      if (!socket.isSessionReused()) return;
      this.#resumed();
      if (offered !== undefined && !this.#sessions.has(client)) keep(offered);
    });
  }
}
