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
 * The effects of commands and their acknowledgements, and the ledger of both. A command takes effect when it reaches the
 * gateway, a trip after it was sent, unless the gateway has closed the connection by then; its acknowledgement leaves
 * after the gateway's delay, unless the same, and is back a trip later. What either side had sent before a close is
 * read before it, as on any stream.
 *
 * When a command was sent can be computed from its number, and on one connection they keep order, so a bit each is all
 * that is remembered of those under way, and one alarm of the client waits for the next of them to arrive.
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

  /** A client sends a command over an open connection. */
  send(world: World, client: number, seq: number, now: MonoMs): void {
    const links = this.#links;
    this.#align(world, client, seq, now);
    links.flying[client]! |= 1 << (seq - links.maskBase[client]!);
    const slot = slotOf(client, MODEL_ALARM.command);
    const landsAt = now + links.latencyMs[client]!;
    if (landsAt < world.life.queue.dueAt(slot)) world.life.queue.set(slot, landsAt);
  }

  /** The commands that have reached the gateway by `now` take effect, and what is acknowledged reaches the client. */
  arrive(world: World, client: number, now: MonoMs): void {
    const { acks, maskBase } = this.#links;
    let landsAt = this.#landsAt(world, client);
    for (; landsAt <= now; landsAt = this.#landsAt(world, client)) this.#land(world, client, now);
    let answeredAt = this.#answeredAt(world, client);
    for (; answeredAt <= now; answeredAt = this.#answeredAt(world, client)) {
      const offset = lowest(acks[client]!);
      acks[client]! &= ~(1 << offset);
      world.machine.onAck(client, maskBase[client]! + offset, now);
    }
    world.life.queue.set(slotOf(client, MODEL_ALARM.command), Math.min(landsAt, answeredAt));
  }

  /**
   * The client hangs up: the gateway reads what was sent before, and its answers reach nobody. The model frees the
   * connection at this instant, not a trip later, and so this happens now too.
   */
  hangUp(world: World, client: number, now: MonoMs): void {
    while (this.#links.flying[client] !== 0) this.#land(world, client, now);
    this.forget(world, client);
  }

  /** The gateway closes: it reads no more commands, and only acknowledgements that it has sent by `now` come back. */
  close(world: World, client: number, now: MonoMs): void {
    const { flying, acks, latencyMs } = this.#links;
    if (flying[client] !== 0) flying[client] = 0;
    let sent = 0;
    while (this.#answeredAt(world, client) - latencyMs[client]! <= now) {
      sent |= 1 << lowest(acks[client]!);
      acks[client]! &= ~sent;
    }
    if (acks[client] !== sent) acks[client] = sent;
    world.life.queue.set(slotOf(client, MODEL_ALARM.command), this.#answeredAt(world, client));
  }

  /** Nothing more comes over the connection. */
  forget(world: World, client: number): void {
    const { flying, acks } = this.#links;
    // A write of zeros to memory that nobody has written to would make it cost something.
    if (flying[client] !== 0) flying[client] = 0;
    if (acks[client] !== 0) acks[client] = 0;
    world.life.queue.clear(slotOf(client, MODEL_ALARM.command));
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

  /** The oldest command on its way reaches the gateway, which acts on it and will acknowledge it. */
  #land(world: World, client: number, now: MonoMs): void {
    const { flying, effects, acks, maskBase } = this.#links;
    const offset = lowest(flying[client]!);
    const bit = 1 << offset;
    flying[client]! &= ~bit;
    acks[client]! |= bit;
    if ((effects[client]! & bit) === 0) {
      effects[client]! |= bit;
      if (!isPending(world, client, maskBase[client]! + offset)) this.#foundUnexpected();
    } else if (!this.#conduct.idempotent) {
      this.#duplicated += 1;
      this.#curves.add(SERIES_INDEX.duplicated, now);
    }
  }

  /** A command that was given up on its way, and had no effect so far, has it after all. */
  #foundUnexpected(): void {
    this.#lost -= 1;
    this.#unexpected += 1;
  }

  /** When the oldest command on its way reaches the gateway; Infinity when none is. */
  #landsAt(world: World, client: number): number {
    return this.#sentAt(world, client, this.#links.flying[client]!) + this.#links.latencyMs[client]!;
  }

  /** When the oldest acknowledgement that is to come reaches the client; Infinity when none is. */
  #answeredAt(world: World, client: number): number {
    const roundTripMs = 2 * this.#links.latencyMs[client]!;
    return this.#sentAt(world, client, this.#links.acks[client]!) + roundTripMs + this.#conduct.ackDelayMs;
  }

  /** When the oldest command of those in a mask was sent; Infinity where there is none. */
  #sentAt(world: World, client: number, mask: number): number {
    if (mask === 0) return Infinity;
    return world.machine.commandSentAt(client, this.#links.maskBase[client]! + lowest(mask));
  }

  /**
   * Moves the masks up to the client's window, or to what it gave up that is still on its way, so that they cover
   * `seq`. Should that be too far behind, which takes a trip many times the client's patience, it lands early.
   */
  #align(world: World, client: number, seq: number, now: MonoMs): void {
    const links = this.#links;
    const first = seq - COMMAND_WINDOW + 1;
    while (links.flying[client] !== 0 && this.#oldestFlying(client) < first) this.#land(world, client, now);
    const windowBase = world.life.fields.windowBase[client]!;
    const base = links.flying[client] === 0 ? windowBase : Math.min(windowBase, this.#oldestFlying(client));
    const step = base - links.maskBase[client]!;
    if (step === 0) return;
    links.effects[client] = shifted(links.effects[client]!, step);
    links.acks[client] = shifted(links.acks[client]!, step);
    links.flying[client] = shifted(links.flying[client]!, step);
    links.maskBase[client] = base;
  }

  #oldestFlying(client: number): number {
    return this.#links.maskBase[client]! + lowest(this.#links.flying[client]!);
  }
}

/** Whether the client still waits for this command's acknowledgement: it has neither had it nor given up. */
function isPending({ life }: World, client: number, seq: number): boolean {
  const offset = seq - life.fields.windowBase[client]!;
  return offset >= 0 && (life.fields.pending[client]! & (1 << offset)) !== 0;
}

/** A mask whose first `step` bits are over. */
function shifted(mask: number, step: number): number {
  return step >= COMMAND_WINDOW ? 0 : mask >>> step;
}

/** The place of the lowest bit that is set. */
function lowest(mask: number): number {
  return 31 - Math.clz32(mask & -mask);
}
