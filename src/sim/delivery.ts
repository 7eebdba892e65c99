import { slotOf } from '../core/client/context.ts';
import type { Advice } from '../core/policy/advice.ts';
import type { Signal } from '../core/signal.ts';
import type { MonoMs } from '../core/time/instant.ts';
import { mayChange } from './gateway-behaviour.ts';
import { adviceNumber, CONNECTION, MODEL_ALARM, IMPAIRMENT } from './columns.ts';
import type { Outlook } from './outlook.ts';
import type { World } from './world.ts';

/** What travels between clients and gateways, under the faults of the network. */
export class Delivery {
  readonly #world: World;
  readonly #outlook: Outlook;
  /** whether network faults may occur */
  readonly #suffer: boolean;

  constructor(world: World, outlook: Outlook) {
    this.#world = world;
    this.#outlook = outlook;
    this.#suffer = mayChange('network', world.scenario);
  }

  /** Sets the arrival of what travels on the client's connection to `at`. */
  set(client: number, at: number): void {
    this.#world.context.queue.set(slotOf(client, MODEL_ALARM.wire), at);
  }

  /** Sets the arrival of the end of an attempt, which the model handles early if it may. */
  setEnd(client: number, at: number): void {
    if (!this.#outlook.keep(client, at)) this.set(client, at);
  }

  /** Whether the end that was set last is handled early, and so without an alarm. */
  get endsEarly(): boolean {
    return this.#outlook.isEarly;
  }

  /** Sends the end of the connection or attempt to the client at `at`; a fault may hide it. */
  sendEnd(
    client: number,
    signal: Signal,
    advice: Advice | null,
    at: MonoMs,
    tripMs = this.#world.columns.latencyMs.at(client),
  ): void {
    const { columns } = this.#world;
    const silent = this.isImpaired(client, IMPAIRMENT.silent);
    columns.connection.set(client, silent ? CONNECTION.unheard : CONNECTION.closing);
    columns.signal.set(client, signal);
    columns.advice.set(client, adviceNumber(advice));
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
      columns.connection.at(client) === CONNECTION.presenting ||
      (columns.connection.at(client) === CONNECTION.joining && columns.joinLeg[client]! % 2 === 0)
    )
      return false;
    if (columns.impairment[client] === IMPAIRMENT.stalled && now < columns.impairedUntil[client]!) {
      this.set(client, columns.impairedUntil[client]!);
      return true;
    }
    const connection = columns.connection.at(client);
    const isAnswer =
      connection === CONNECTION.acknowledged || connection === CONNECTION.joining || connection === CONNECTION.parting;
    if (columns.impairment[client] !== IMPAIRMENT.silent || !isAnswer) return false;
    columns.connection.set(client, CONNECTION.open);
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
