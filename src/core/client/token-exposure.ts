import { mono, type MonoMs } from '../time/instant.ts';
import { FLAG, has, lower, raise, type ClientColumns } from './columns.ts';
import type { ClientContext } from './context.ts';
import type { Observer } from './observer.ts';

/**
 * The account of one connection's token: which one it was given, whether the client was told when it ran out, and
 * how long the connection went on regardless; and how long it went on after its session was revoked.
 */
export class TokenExposure {
  readonly #columns: ClientColumns;
  readonly #observer: Observer;

  constructor(life: ClientContext) {
    this.#columns = life.columns;
    this.#observer = life.observer;
  }

  /** The token in hand is what the gateway now knows. */
  present(client: number): void {
    this.#columns.presentedExpiresAt[client] = this.#columns.expiresAt[client]!;
  }

  /** The client has learned that its token ran out; it counts once a connection. */
  noticeExpiry(client: number, now: MonoMs): void {
    if (has(this.#columns, client, FLAG.expiryNoticed)) return;
    raise(this.#columns, client, FLAG.expiryNoticed);
    this.#observer.expiryNoticed(now, mono(this.#columns.presentedExpiresAt[client]!));
  }

  /** Adds up the time spent ready on a token past its `exp`, when that time ends. */
  settle(client: number, now: MonoMs): void {
    const f = this.#columns;
    const exposedMs = now - Math.max(f.readyAt[client]!, f.presentedExpiresAt[client]!);
    if (exposedMs > 0) this.#observer.exposed(exposedMs);
  }

  /** The session of a ready connection was revoked. If it had been before, that counts. */
  revoke(client: number, now: MonoMs): void {
    if (has(this.#columns, client, FLAG.revoked)) return;
    raise(this.#columns, client, FLAG.revoked);
    this.#columns.revokedAt[client] = now;
  }

  /** The run is over while the connection is still ready. */
  breakOff(client: number, now: MonoMs): void {
    if (has(this.#columns, client, FLAG.revoked)) {
      lower(this.#columns, client, FLAG.revoked);
      this.#observer.revocationUnclosed();
    }
    this.close(client, false, now);
  }

  /** A ready connection ended; `expired` when it was ended because its token had run out. */
  close(client: number, expired: boolean, now: MonoMs): void {
    this.settle(client, now);
    if (has(this.#columns, client, FLAG.revoked)) {
      lower(this.#columns, client, FLAG.revoked);
      this.#observer.revocationClosed(now, mono(this.#columns.revokedAt[client]!));
    }
    if (expired) return this.noticeExpiry(client, now);
    const silent = now > this.#columns.presentedExpiresAt[client]! && !has(this.#columns, client, FLAG.expiryNoticed);
    if (silent) this.#observer.expiryUnnoticed(now);
  }
}
