import type { Machine } from '../../core/client/machine.ts';
import { NETWORK } from '../../core/signal.ts';
import { Abort } from '../abort.ts';
import type { NoteSighting } from './client-sightings.ts';
import type { RunClock } from '../time/clock.ts';
import type { Credentials } from './credentials.ts';
import type { LateEvents } from '../time/late-events.ts';
import { retryAfterOf } from '../http/retry-after.ts';
import type { TokenSource } from './token-source.ts';

export interface TokenClientParts {
  readonly source: TokenSource;
  /** as of `ComposedTokens` */
  readonly isShared: ((client: number) => boolean) | null;
  readonly clock: RunClock;
  readonly credentials: Credentials;
  readonly noteSighting: NoteSighting;
  readonly late: LateEvents;
  /** whether refresh tokens come from the user's file, which an earlier run may have used */
  readonly ownRefreshTokens: boolean;
  /** called after each event, since alarms may have been set */
  readonly nudge: () => void;
}

/** Requests the clients' tokens, one at a time for each client, and passes the answers to the machine. */
export class TokenClient {
  readonly #parts: TokenClientParts;
  readonly #requests: (Abort | undefined)[] = [];
  /** clients that have used the refresh token from the user's file */
  readonly #asked = new Set<number>();
  #machine!: Machine;
  #refusedAtFirstUse = 0;

  constructor(parts: TokenClientParts) {
    this.#parts = parts;
  }

  attach(machine: Machine): void {
    this.#machine = machine;
  }

  /** Number of requests that the rate cap has delayed. */
  get delayed(): number {
    return this.#parts.source.delayed;
  }

  /** Number of refresh tokens of the user's file that the endpoint refused as invalid at their first use. */
  get refusedAtFirstUse(): number {
    return this.#refusedAtFirstUse;
  }

  /**
   * @param first whether the client asks for its first token: it logs in
   * @returns whether the request is the client's own, as of `Port.requestToken`
   */
  request(client: number, first: boolean): boolean {
    const isOwn = this.#parts.isShared?.(client) !== true;
    const abort = new Abort();
    this.#requests[client] = abort;
    this.#parts.late.asksForToken(client);
    void this.#request(client, first, isOwn, abort);
    return isOwn;
  }

  abandon(client: number): void {
    this.#requests[client]?.abort();
    this.#requests[client] = undefined;
  }

  close(): Promise<void> {
    return this.#parts.source.close();
  }

  async #request(client: number, first: boolean, isOwn: boolean, abort: Abort): Promise<void> {
    const { source, clock, credentials, noteSighting, late, ownRefreshTokens, nudge } = this.#parts;
    const isFirstUse = ownRefreshTokens && !this.#asked.has(client);
    if (isFirstUse) this.#asked.add(client);
    const answer = first ? await source.first(client, abort) : await source.next(client, abort);
    if (this.#requests[client] !== abort) return;
    this.#requests[client] = undefined;
    const now = clock.now();
    late.answered(client, now, answer.ok);
    if (answer.ok) {
      credentials.access[client] = answer.access;
      if (answer.refresh !== null) credentials.refresh[client] = answer.refresh;
      const { issuedAt, expiresAt } = answer.validity;
      this.#machine.onToken(client, clock.monoAt(issuedAt), clock.monoAt(expiresAt), now);
    } else {
      const { signal, said, retryAfter = null } = answer;
      if (said !== undefined && isOwn) {
        noteSighting('token', client, signal, said);
        if (isFirstUse && signal === NETWORK.invalidGrant) this.#refusedAtFirstUse += 1;
      }
      this.#machine.onTokenFailed(client, signal, now, retryAfterOf(this.#machine, clock, client, retryAfter, now));
    }
    nudge();
  }
}
