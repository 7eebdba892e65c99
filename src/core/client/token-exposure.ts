import { COUNT_INDEX, REASON, TIMING_INDEX } from '../metrics.ts';
import type { MonoMs } from '../time/instant.ts';
import { FLAG, has, lower, raise, type ClientColumns } from './columns.ts';
import type { ClientContext } from './context.ts';
import type { Observer } from './observer.ts';
import { isReady, type State } from './states.ts';

/**
 * Measures the time that a connection stays open after its token's `exp` and after the revocation of its session, and
 * whether the client learns of the expiry.
 */
export class TokenExposure {
  readonly #columns: ClientColumns;
  readonly #observer: Observer;

  constructor({ columns, observer }: ClientContext) {
    this.#columns = columns;
    this.#observer = observer;
  }

  /** Records that the gateway now has the token in hand. */
  present(client: number): void {
    this.#columns.presentedExpiresAt.set(client, this.#columns.expiresAt.at(client));
  }

  /** Records that the token in hand is on its way to the gateway in band. */
  offer(client: number): void {
    this.#columns.offeredExpiresAt[client] = this.#columns.expiresAt.at(client);
  }

  /** Records that the gateway has accepted the offered token, in place of the connection's last one. */
  renew(client: number, now: MonoMs): void {
    this.settle(client, now);
    this.#columns.renewedAt[client] = now;
    this.#columns.presentedExpiresAt.set(client, this.#columns.offeredExpiresAt[client]!);
  }

  /** Records that the client learned of its token's expiry, once a connection. */
  noticeExpiry(client: number, now: MonoMs): void {
    if (has(this.#columns, client, FLAG.expiryNoticed)) return;
    raise(this.#columns, client, FLAG.expiryNoticed);
    this.#observer.timed(TIMING_INDEX.expiryNotice, Math.max(0, now - this.#columns.presentedExpiresAt.at(client)));
  }

  /** Adds the time spent ready on a token past its `exp`, at the end of that time. */
  settle(client: number, now: MonoMs): void {
    const { readyAt, renewedAt, presentedExpiresAt } = this.#columns;
    // A token may have expired before the gateway accepted it.
    const since = Math.max(readyAt.at(client), renewedAt[client]!);
    const exposedMs = now - Math.max(since, presentedExpiresAt.at(client));
    if (exposedMs > 0) this.#observer.count(COUNT_INDEX.exposureMs, exposedMs);
  }

  /** Records a revocation, as `Machine.revoked`. The first of several revocations counts. */
  revoked(client: number, at: MonoMs): boolean {
    const { state, lostAt, revokedAt } = this.#columns;
    if (isReady(state.at(client) as State)) {
      if (has(this.#columns, client, FLAG.revoked)) return true;
      raise(this.#columns, client, FLAG.revoked);
      revokedAt[client] = at;
      return true;
    }
    if (!(lostAt.at(client) >= at)) return false;
    this.#observer.timed(TIMING_INDEX.revocation, lostAt.at(client) - at);
    return true;
  }

  /** Ends the measurement of a connection that is ready at the end of the run. */
  breakOff(client: number, now: MonoMs): void {
    if (has(this.#columns, client, FLAG.revoked)) {
      lower(this.#columns, client, FLAG.revoked);
      this.#observer.failed(TIMING_INDEX.revocation, REASON.revocation['never-closed']);
    }
    this.close(client, false, now);
  }

  /** Ends the measurement of a ready connection; `expired`: it ended because its token had expired. */
  close(client: number, expired: boolean, now: MonoMs): void {
    this.settle(client, now);
    if (has(this.#columns, client, FLAG.revoked)) {
      lower(this.#columns, client, FLAG.revoked);
      this.#observer.timed(TIMING_INDEX.revocation, now - this.#columns.revokedAt[client]!);
    }
    if (expired) return this.noticeExpiry(client, now);
    const silent = now > this.#columns.presentedExpiresAt.at(client) && !has(this.#columns, client, FLAG.expiryNoticed);
    if (silent) this.#observer.failed(TIMING_INDEX.expiryNotice, REASON.expiryNotice.unnoticed);
  }
}
