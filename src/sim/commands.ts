import type { MonoMs } from '../core/time/instant.ts';
import { COMMAND_WINDOW } from '../core/client/commands.ts';
import { slotOf } from '../core/client/life.ts';
import type { CommandSink } from '../metrics/command-log.ts';
import { Curves } from '../metrics/curves.ts';
import type { LedgerTotals } from '../metrics/measurements.ts';
import { SERIES_INDEX } from '../metrics/series.ts';
import type { RecorderStore } from '../metrics/store.ts';
import type { EmbeddedTarget } from '../scenario/scenario.ts';
import { MODEL_ALARM, type Links } from './links.ts';
import type { World } from './world.ts';

/** What the modelled gateway does with commands. */
export type Conduct = Pick<EmbeddedTarget, 'idempotent' | 'ackDelayMs'>;

/**
 * The effects of commands and their acknowledgements, and the ledger of both. A command takes effect as it is sent on
 * an open connection; its acknowledgement is back after a round trip, if the connection is still there.
 *
 * Only commands in a client's window can be sent again, so one bit each is all that has to be remembered of effects.
 */
export class ModelCommands implements CommandSink {
  readonly #links: Links;
  readonly #conduct: Conduct;
  readonly #curves: Curves;
  #sent = 0;
  #acknowledged = 0;
  #gaveUp = 0;
  #lost = 0;
  #unexpected = 0;
  #duplicated = 0;

  constructor(links: Links, conduct: Conduct, store: RecorderStore) {
    this.#links = links;
    this.#conduct = conduct;
    this.#curves = new Curves(store.curves);
  }

  /** The gateway receives a command of a client over an open connection. */
  take(world: World, client: number, seq: number, now: MonoMs): void {
    const links = this.#links;
    this.#align(client, world.life.fields.windowBase[client]!);
    const bit = 1 << (seq - links.maskBase[client]!);
    if ((links.effects[client]! & bit) === 0) links.effects[client]! |= bit;
    else if (!this.#conduct.idempotent) {
      this.#duplicated += 1;
      this.#curves.add(SERIES_INDEX.duplicated, now);
    }
    links.acks[client]! |= bit;
    const slot = slotOf(client, MODEL_ALARM.ack);
    const { queue } = world.life;
    if (queue.dueAt(slot) === Infinity) queue.set(slot, now + this.#answerMs(client));
  }

  /** The acknowledgements that have come back reach their client; the next one is waited for. */
  acknowledge(world: World, client: number, now: MonoMs): void {
    const links = this.#links;
    while (links.acks[client] !== 0) {
      const offset = lowest(links.acks[client]!);
      const seq = links.maskBase[client]! + offset;
      const dueAt = world.machine.commandSentAt(client, seq) + this.#answerMs(client);
      if (dueAt > now) return world.life.queue.set(slotOf(client, MODEL_ALARM.ack), dueAt);
      links.acks[client]! &= ~(1 << offset);
      world.machine.onAck(client, seq, now);
    }
  }

  sent(_client: number, _seq: number, again: boolean): void {
    if (!again) this.#sent += 1;
  }

  acknowledged(): void {
    this.#acknowledged += 1;
  }

  gaveUp(client: number, seq: number): void {
    this.#gaveUp += 1;
    const offset = seq - this.#links.maskBase[client]!;
    const hadEffect = offset >= 0 && offset < COMMAND_WINDOW && (this.#links.effects[client]! & (1 << offset)) !== 0;
    if (hadEffect) this.#unexpected += 1;
    else this.#lost += 1;
  }

  totals(): LedgerTotals {
    return {
      sent: this.#sent,
      acknowledged: this.#acknowledged,
      lost: this.#lost,
      duplicated: this.#duplicated,
      unexpected: this.#unexpected,
      inFlight: this.#sent - this.#acknowledged - this.#gaveUp,
      gaveUp: this.#gaveUp,
      duplicatedBy: { resend: this.#duplicated, other: 0 },
    };
  }

  /** From a command's sending to its acknowledgement. */
  #answerMs(client: number): number {
    return 2 * this.#links.latencyMs[client]! + this.#conduct.ackDelayMs;
  }

  /** Moves the masks up to the client's window: what lies before it is over. */
  #align(client: number, base: number): void {
    const links = this.#links;
    const step = base - links.maskBase[client]!;
    if (step === 0) return;
    links.effects[client] = step >= COMMAND_WINDOW ? 0 : links.effects[client]! >>> step;
    links.acks[client] = step >= COMMAND_WINDOW ? 0 : links.acks[client]! >>> step;
    links.maskBase[client] = base;
  }
}

/** The place of the lowest bit that is set. */
function lowest(mask: number): number {
  return 31 - Math.clz32(mask & -mask);
}
