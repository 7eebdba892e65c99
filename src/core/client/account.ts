import { mono, type MonoMs } from '../time/instant.ts';
import { FLAG, has, raise, type Fields } from './fields.ts';
import type { Life } from './life.ts';
import type { Observer } from './observer.ts';

/**
 * The account of one connection's token: which one it was given, whether the client was told when it ran out, and
 * how long the connection went on regardless.
 */
export class Account {
  readonly #fields: Fields;
  readonly #observer: Observer;

  constructor(life: Life) {
    this.#fields = life.fields;
    this.#observer = life.observer;
  }

  /** The token in hand is what the gateway now knows. */
  present(client: number): void {
    this.#fields.presentedExpiresAt[client] = this.#fields.expiresAt[client]!;
  }

  /** The client has learned that its token ran out; it counts once a connection. */
  noticeExpiry(client: number, now: MonoMs): void {
    if (has(this.#fields, client, FLAG.expiryNoticed)) return;
    raise(this.#fields, client, FLAG.expiryNoticed);
    this.#observer.expiryNoticed(now, mono(this.#fields.presentedExpiresAt[client]!));
  }

  /** Adds up the time spent ready on a token past its `exp`, when that time ends. */
  settle(client: number, now: MonoMs): void {
    const f = this.#fields;
    const exposedMs = now - Math.max(f.readyAt[client]!, f.presentedExpiresAt[client]!);
    if (exposedMs > 0) this.#observer.exposed(exposedMs);
  }

  /** A ready connection ended; `expired` when it was ended because its token had run out. */
  close(client: number, expired: boolean, now: MonoMs): void {
    this.settle(client, now);
    if (expired) return this.noticeExpiry(client, now);
    const silent = now > this.#fields.presentedExpiresAt[client]! && !has(this.#fields, client, FLAG.expiryNoticed);
    if (silent) this.#observer.expiryUnnoticed(now);
  }
}
