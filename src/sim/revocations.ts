import type { Loss } from '../core/server/accounts.ts';
import { RevocationFeed } from '../core/server/revocation-feed.ts';
import { mono, type MonoMs } from '../core/time/instant.ts';
import type { Connections } from './connections.ts';
import type { Sessions } from './sessions.ts';
import type { World } from './world.ts';

export type Revocations = ReturnType<typeof revocationsOf>;

/**
 * Takes sessions and rights away, and feeds it to all gateways at the same time.
 *
 * @param slot slot of the queue for this alone; its owner calls `ring`
 */
export function revocationsOf(world: World, sessions: Sessions, connections: Connections, slot: number) {
  const { authority, behaviour, context, machine } = world;
  const { accounts, heard } = authority;
  // A lost right ends no connection.
  const feed = new RevocationFeed(behaviour.revocation, heard, 0, (client, loss, byItself, now) => {
    if (loss === 'session') connections.endSession(client, byItself, mono(now));
  });
  return {
    /** Takes a session or right away; false: it was gone already. `byItself`: the device logs out, and its gateway learns it. */
    take(client: number, loss: Loss, byItself: boolean, now: MonoMs): boolean {
      const hadRights = accounts.mayCommand(client);
      if (!accounts.take(client, loss)) return false;
      if (loss === 'session' && !byItself) machine.revoked(client, now);
      if (loss !== 'session' && hadRights) sessions.downgrade(client);
      feed.lost(client, loss, byItself, now);
      context.queue.set(slot, feed.nextPollAt(now));
      return true;
    },
    /** Polls the feed for the gateways. */
    ring: (now: MonoMs) => feed.poll(now),
  };
}
