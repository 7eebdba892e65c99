import type { Loss } from '../core/server/accounts.ts';
import { RevocationFeed } from '../core/server/revocation-feed.ts';
import type { EventQueue } from '../core/time/event-queue.ts';
import { mono, type MonoMs } from '../core/time/instant.ts';
import type { Connections } from './connections.ts';
import type { Sessions } from './sessions.ts';
import type { World } from './world.ts';

/** Takes sessions and rights away, and feeds it to all gateways at the same time. */
export class Revocations {
  readonly #world: World;
  readonly #sessions: Sessions;
  readonly #feed: RevocationFeed;
  readonly #queue: EventQueue;
  readonly #slot: number;

  /** @param slot slot of the queue for this alone; its owner calls `ring` */
  constructor(world: World, sessions: Sessions, connections: Connections, slot: number) {
    const { authority, behaviour, context } = world;
    this.#world = world;
    this.#sessions = sessions;
    // A lost right ends no connection.
    this.#feed = new RevocationFeed(behaviour.revocation, authority.heard, 0, (client, loss, byItself, now) => {
      if (loss === 'session') connections.endSession(client, byItself, mono(now));
    });
    this.#queue = context.queue;
    this.#slot = slot;
  }

  /** Takes a session or right away; false: it was gone already. `byItself`: the device logs out, and its gateway learns it. */
  take(client: number, loss: Loss, byItself: boolean, now: MonoMs): boolean {
    const { accounts } = this.#world.authority;
    const hadRights = accounts.mayCommand(client);
    if (!accounts.take(client, loss)) return false;
    if (loss === 'session' && !byItself) this.#world.machine.revoked(client, now);
    if (loss !== 'session' && hadRights) this.#sessions.downgrade(client);
    this.#feed.lost(client, loss, byItself, now);
    this.#queue.set(this.#slot, this.#feed.nextPollAt(now));
    return true;
  }

  /** Polls the feed for the gateways. */
  ring(now: MonoMs): void {
    this.#feed.poll(now);
  }
}
