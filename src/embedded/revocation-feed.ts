import type { Accounts, Loss } from '../core/server/accounts.ts';
import { RevocationFeed, type OnHeard, type Revocation } from '../core/server/revocation-feed.ts';
import { Alarm } from './alarm.ts';

/** A gateway's revocation feed in real time, polled by one timer. */
export class LiveRevocationFeed {
  readonly #feed: RevocationFeed;
  readonly #alarm = new Alarm(() => this.#feed.poll(performance.now()));

  /** @param heard accounts as known to the gateway */
  constructor(revocation: Revocation, heard: Accounts, onHeard: OnHeard) {
    this.#feed = new RevocationFeed(revocation, heard, performance.now(), onHeard);
  }

  /** @param atMs start of the run by `performance.now()`; may lie in the future */
  runBegins(atMs: number): void {
    this.#feed.runBegins(atMs);
    this.#plan();
  }

  lost(client: number, loss: Loss, byItself: boolean): void {
    this.#feed.lost(client, loss, byItself, performance.now());
    this.#plan();
  }

  close(): void {
    this.#alarm.set(Infinity);
  }

  #plan(): void {
    this.#alarm.set(this.#feed.nextPollAt(performance.now()));
  }
}
