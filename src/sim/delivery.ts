import { slotOf } from '../core/client/context.ts';
import type { Advice } from '../core/policy/advice.ts';
import type { Signal } from '../core/signal.ts';
import type { MonoMs } from '../core/time/instant.ts';
import { mayChange } from './gateway-behaviour.ts';
import { LINK, MODEL_ALARM, SPOILT, TOLD } from './links.ts';
import type { World } from './world.ts';

/** What travels between clients and gateways, and what a fault in between makes of it. */
export class Delivery {
  readonly #world: World;
  /** a fault may come in between */
  readonly #suffer: boolean;

  constructor(world: World) {
    this.#world = world;
    this.#suffer = mayChange('network', world.scenario);
  }

  /** What travels on the client's connection arrives at `at`. */
  set(client: number, at: number): void {
    this.#world.context.queue.set(slotOf(client, MODEL_ALARM.wire), at);
  }

  /** The connection or attempt is over for the gateway, which says so at `at`; a fault may keep it from the client. */
  tellEnd(
    client: number,
    signal: Signal,
    told: Advice | null,
    at: MonoMs,
    tripMs = this.#world.links.latencyMs[client]!,
  ): void {
    const { links } = this.#world;
    const silent = this.isSpoilt(client, SPOILT.silent);
    links.link[client] = silent ? LINK.unheard : LINK.closing;
    links.signal[client] = signal;
    links.told[client] = TOLD.indexOf(told);
    if (silent) return;
    const until = this.isSpoilt(client, SPOILT.stalled) ? links.spoiltUntil[client]! : 0;
    this.set(client, Math.max(at + tripMs, until));
  }

  /**
   * Something has arrived at a client that a fault may cut off: it is put off to the fault's end, or lost for good.
   *
   * @returns false when it comes to the client now
   */
  holdsBack(client: number, now: MonoMs): boolean {
    const { links } = this.#world;
    if (!this.#suffer || links.spoilt[client] === SPOILT.none || links.link[client] === LINK.presenting) return false;
    if (links.spoilt[client] === SPOILT.stalled && now < links.spoiltUntil[client]!) {
      this.set(client, links.spoiltUntil[client]!);
      return true;
    }
    if (links.spoilt[client] !== SPOILT.silent) return false;
    links.link[client] = links.link[client] === LINK.closing ? LINK.unheard : LINK.open;
    return true;
  }

  /** Is it this that stands between the client and its gateway? One of SPOILT. */
  isSpoilt(client: number, how: number): boolean {
    return this.#suffer && this.#world.links.spoilt[client] === how;
  }

  /** Nothing stands between the client and whatever it connects to next. */
  mend(client: number): void {
    const { links } = this.#world;
    if (!this.#suffer || links.spoilt[client] === SPOILT.none) return;
    links.spoilt[client] = SPOILT.none;
    links.spoiltBy[client] = 0;
  }
}
