import { slotOf } from '../core/client/context.ts';
import type { Advice } from '../core/policy/advice.ts';
import type { Signal } from '../core/signal.ts';
import type { MonoMs } from '../core/time/instant.ts';
import { mayChange } from './gateway-behaviour.ts';
import { CONNECTION, MODEL_ALARM, IMPAIRMENT, ADVICE } from './columns.ts';
import type { World } from './world.ts';

/** What travels between clients and gateways, under the faults of the network. */
export class Delivery {
  readonly #world: World;
  /** whether network faults may occur */
  readonly #suffer: boolean;

  constructor(world: World) {
    this.#world = world;
    this.#suffer = mayChange('network', world.scenario);
  }

  /** Sets the arrival of what travels on the client's connection to `at`. */
  set(client: number, at: number): void {
    this.#world.context.queue.set(slotOf(client, MODEL_ALARM.wire), at);
  }

  /** Sends the end of the connection or attempt to the client at `at`; a fault may hide it. */
  sendEnd(
    client: number,
    signal: Signal,
    advice: Advice | null,
    at: MonoMs,
    tripMs = this.#world.columns.latencyMs[client]!,
  ): void {
    const { columns } = this.#world;
    const silent = this.isImpaired(client, IMPAIRMENT.silent);
    columns.connection[client] = silent ? CONNECTION.unheard : CONNECTION.closing;
    columns.signal[client] = signal;
    columns.advice[client] = ADVICE.indexOf(advice);
    if (silent) return;
    const until = this.isImpaired(client, IMPAIRMENT.stalled) ? columns.impairedUntil[client]! : 0;
    this.set(client, Math.max(at + tripMs, until));
  }

  /**
   * Delays an arrival at a client to the end of a fault, or loses it.
   *
   * @returns false: the client receives it now
   */
  holdsBack(client: number, now: MonoMs): boolean {
    const { columns } = this.#world;
    if (
      !this.#suffer ||
      columns.impairment[client] === IMPAIRMENT.none ||
      columns.connection[client] === CONNECTION.presenting
    )
      return false;
    if (columns.impairment[client] === IMPAIRMENT.stalled && now < columns.impairedUntil[client]!) {
      this.set(client, columns.impairedUntil[client]!);
      return true;
    }
    if (columns.impairment[client] !== IMPAIRMENT.silent || columns.connection[client] !== CONNECTION.acknowledged)
      return false;
    columns.connection[client] = CONNECTION.open;
    return true;
  }

  /** Returns whether the client's connection is impaired in this way. @param how one of IMPAIRMENT */
  isImpaired(client: number, how: number): boolean {
    return this.#suffer && this.#world.columns.impairment[client] === how;
  }

  /** Removes the impairment of a connection that is over. */
  mend(client: number): void {
    const { columns } = this.#world;
    if (!this.#suffer || columns.impairment[client] === IMPAIRMENT.none) return;
    columns.impairment[client] = IMPAIRMENT.none;
    columns.impairedUntil[client] = 0;
    columns.impairedBy[client] = 0;
  }
}
