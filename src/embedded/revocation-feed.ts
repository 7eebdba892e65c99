import type { Accounts, Loss } from '../core/server/accounts.ts';
import { RevocationFeed, type OnHeard, type Revocation } from '../core/server/revocation-feed.ts';
import { Alarm } from './alarm.ts';

export type LiveRevocationFeed = ReturnType<typeof liveRevocationFeed>;

/**
 * A gateway's revocation feed in real time, polled by one timer.
 *
 * @param heard accounts as known to the gateway
 */
export function liveRevocationFeed(revocation: Revocation, heard: Accounts, onHeard: OnHeard) {
  const feed = new RevocationFeed(revocation, heard, performance.now(), onHeard);
  const alarm = new Alarm(() => feed.poll(performance.now()));
  const plan = (): void => alarm.set(feed.nextPollAt(performance.now()));
  return {
    /** @param atMs start of the run by `performance.now()`; may lie in the future */
    runBegins(atMs: number): void {
      feed.runBegins(atMs);
      plan();
    },
    lost(client: number, loss: Loss, byItself: boolean): void {
      feed.lost(client, loss, byItself, performance.now());
      plan();
    },
    close: () => alarm.set(Infinity),
  };
}
