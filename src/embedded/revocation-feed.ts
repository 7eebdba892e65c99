import type { Accounts, Loss } from '../core/server/accounts.ts';
import { RevocationFeed, type OnHeard, type Revocation } from '../core/server/revocation-feed.ts';
import { Alarm } from './alarm.ts';

/** A gateway's revocation feed in real time, with the one timer that polls it. */
export class LiveRevocationFeed {
  readonly #feed: RevocationFeed;
  readonly #alarm = new Alarm(() => this.#feed.poll(performance.now()));

  /** @param heard the accounts as far as the gateway has heard */
  constructor(revocation: Revocation, heard: Accounts, onHeard: OnHeard) {
    this.#feed = new RevocationFeed(revocation, heard, performance.now(), onHeard);
  }

  /** @param atMs the run's start by `performance.now()`, which may be still to come */
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
