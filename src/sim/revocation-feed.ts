import type { EventQueue } from '../core/time/event-queue.ts';
import type { MonoMs } from '../core/time/instant.ts';
import type { Loss } from './accounts.ts';
import type { Gateways } from './gateways.ts';
import type { World } from './world.ts';

/**
 * How the gateways hear of what has become of sessions and rights: at once, when they next ask, or never. All of them
 * ask at the same time, at multiples of the period since the run began; while there is nothing to hear they need not.
 */
export class RevocationFeed {
  readonly #world: World;
  readonly #gateways: Gateways;
  readonly #queue: EventQueue;
  readonly #slot: number;
  /** what they will hear when they next ask: each client loses each thing once, which bounds it */
  #news: (readonly [client: number, loss: Loss])[] = [];

  /** @param slot of the queue, for this alone; its owner calls `ring` */
  constructor(world: World, gateways: Gateways, queue: EventQueue, slot: number) {
    this.#world = world;
    this.#gateways = gateways;
    this.#queue = queue;
    this.#slot = slot;
  }

  /** Takes it away; false when it was gone already. `byItself`: the device logs out, which it tells its gateway. */
  take(client: number, loss: Loss, byItself: boolean, now: MonoMs): boolean {
    const { authority, behaviour, machine } = this.#world;
    const { accounts } = authority;
    const hadRights = accounts.mayCommand(client);
    if (!accounts.take(client, loss)) return false;
    if (loss === 'session' && !byItself) machine.revoked(client, now);
    if (loss !== 'session' && hadRights) this.#gateways.sessions.downgrade(client);
    const { revocation } = behaviour;
    if (byItself || revocation.kind === 'push') this.#hear(client, loss, byItself, now);
    else if (revocation.kind === 'poll') {
      this.#news.push([client, loss]);
      this.#queue.set(this.#slot, (Math.floor(now / revocation.everyMs) + 1) * revocation.everyMs);
    }
    return true;
  }

  /** The gateways ask. */
  ring(now: MonoMs): void {
    const news = this.#news;
    this.#news = [];
    for (const [client, loss] of news) this.#hear(client, loss, false, now);
  }

  /** A lost right ends no connection. */
  #hear(client: number, loss: Loss, byItself: boolean, now: MonoMs): void {
    this.#world.authority.heard.take(client, loss);
    if (loss === 'session') this.#gateways.endSession(client, byItself, now);
  }
}
