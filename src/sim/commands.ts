import type { MonoMs } from '../core/time/instant.ts';
import { COMMAND_WINDOW } from '../core/client/commands.ts';
import { slotOf } from '../core/client/life.ts';
import type { CommandSink } from '../metrics/command-log.ts';
import { Curves } from '../metrics/curves.ts';
import type { LedgerTotals } from '../metrics/measurements.ts';
import { SERIES_INDEX } from '../metrics/series.ts';
import type { RecorderStore } from '../metrics/store.ts';
import type { Conduct } from './conduct.ts';
import type { Gateways } from './gateways.ts';
import { MODEL_ALARM, SPOILT, type Links } from './links.ts';
import type { World } from './world.ts';

/**
 * The effects of commands and the answers to them, and the ledger of both. A command takes effect when it reaches the
 * gateway, a trip after it was sent, unless the gateway has closed the connection by then or will not carry it out; its
 * acknowledgement leaves after the gateway's delay, unless the same, and is back a trip later. Word that it was refused
 * leaves at once. What either side had sent before a close is read before it, as on any stream.
 *
 * When a command was sent can be computed from its number, and on one connection they keep order, so a bit each is all
 * that is remembered of those under way, and one alarm of the client waits for the next of them to arrive.
 */
export class ModelCommands implements CommandSink {
  readonly #links: Links;
  readonly #conduct: Conduct;
  readonly #curves: Curves;
  #gateways!: Gateways;
  /** by gateway, like `effects`: those that it has forgotten; empty where none has */
  readonly #forgotten: (Uint32Array | undefined)[] = [];
  #sent = 0;
  #acknowledged = 0;
  #gaveUp = 0;
  #lost = 0;
  #unexpected = 0;
  #duplicatedByResend = 0;
  #duplicatedOnTheWay = 0;

  constructor(links: Links, conduct: Conduct, store: RecorderStore) {
    this.#links = links;
    this.#conduct = conduct;
    this.#curves = new Curves(store.curves);
  }

  /** Commands and gateways know each other; the gateways are made second. */
  attach(gateways: Gateways): void {
    this.#gateways = gateways;
  }

  /** A gateway comes back without the memory of any command that has taken effect by now. */
  forgetEffects(gateway: number): void {
    this.#forgotten[gateway] = this.#links.effects.slice();
  }

  /** A client sends a command over an open connection. */
  send(world: World, client: number, seq: number, now: MonoMs): void {
    const links = this.#links;
    if (links.spoilt[client] === SPOILT.silent) return;
    this.#align(world, client, seq, now);
    links.flying[client]! |= 1 << (seq - links.maskBase[client]!);
    const slot = slotOf(client, MODEL_ALARM.command);
    const landsAt = now + links.latencyMs[client]!;
    if (landsAt < world.life.queue.dueAt(slot)) world.life.queue.set(slot, landsAt);
  }

  /** The commands that have reached the gateway by `now` take effect, and what it has said of them reaches the client. */
  arrive(world: World, client: number, now: MonoMs): void {
    let landsAt = this.#landsAt(world, client);
    for (; landsAt <= now; landsAt = this.#landsAt(world, client)) this.#land(world, client, now);
    let answeredAt = this.#answeredAt(world, client);
    let refusedAt = this.#refusedAt(world, client);
    const { spoilt, spoiltUntil } = this.#links;
    const stalled = spoilt[client] === SPOILT.stalled && now < spoiltUntil[client]!;
    if (!stalled) {
      for (; answeredAt <= now; answeredAt = this.#answeredAt(world, client)) this.#answer(world, client, now);
      for (; refusedAt <= now; refusedAt = this.#refusedAt(world, client)) this.#decline(world, client, now);
    }
    const heardAt = Math.min(answeredAt, refusedAt);
    const nextAt = Math.min(landsAt, stalled && heardAt < Infinity ? Math.max(heardAt, spoiltUntil[client]!) : heardAt);
    world.life.queue.set(slotOf(client, MODEL_ALARM.command), nextAt);
  }

  /**
   * The client hangs up: the gateway reads what was sent before, and its answers reach nobody. The model frees the
   * connection at this instant, not a trip later, and so this happens now too.
   */
  hangUp(world: World, client: number, now: MonoMs): void {
    while (this.#links.flying[client] !== 0) this.#land(world, client, now);
    this.forget(world, client);
  }

  /** The gateway closes: it reads no more commands, and only answers that it has sent by `now` come back. */
  close(world: World, client: number, now: MonoMs): void {
    const { flying, acks, refusals, latencyMs } = this.#links;
    if (flying[client] !== 0) flying[client] = 0;
    let sent = 0;
    while (this.#answeredAt(world, client) - latencyMs[client]! <= now) {
      sent |= 1 << lowest(acks[client]!);
      acks[client]! &= ~sent;
    }
    if (acks[client] !== sent) acks[client] = sent;
    // Of those that were refused it has said so as they landed.
    const nextAt = refusals[client] === 0 ? this.#answeredAt(world, client) : now;
    world.life.queue.set(slotOf(client, MODEL_ALARM.command), nextAt);
  }

  /** Nothing more comes over the connection. */
  forget(world: World, client: number): void {
    const { flying, acks, refusals } = this.#links;
    // A write of zeros to memory that nobody has written to would make it cost something.
    if (flying[client] !== 0) flying[client] = 0;
    if (acks[client] !== 0) acks[client] = 0;
    if (refusals[client] !== 0) refusals[client] = 0;
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
      duplicated: this.#duplicatedByResend + this.#duplicatedOnTheWay,
      unexpected: this.#unexpected,
      inFlight: this.#sent - this.#acknowledged - this.#gaveUp,
      gaveUp: this.#gaveUp,
      duplicatedBy: { resend: this.#duplicatedByResend, other: this.#duplicatedOnTheWay },
    };
  }

  /** The oldest command on its way reaches the gateway. */
  #land(world: World, client: number, now: MonoMs): void {
    const { flying, acks, refusals, spoilt } = this.#links;
    const bit = 1 << lowest(flying[client]!);
    flying[client]! &= ~bit;
    const fate = this.#gateways.fate(client, now);
    if (fate === 'closes') return;
    if (fate === 'refused') {
      refusals[client]! |= bit;
      return;
    }
    if (this.#act(world, client, bit, now)) this.#duplicatedByResend += 1;
    if (spoilt[client] === SPOILT.doubled && this.#act(world, client, bit, now)) this.#duplicatedOnTheWay += 1;
    acks[client]! |= bit;
  }

  /** The gateway acts on a command. @returns whether it had done so before */
  #act(world: World, client: number, bit: number, now: MonoMs): boolean {
    const { effects, maskBase } = this.#links;
    const first = (effects[client]! & bit) === 0;
    if (!first && this.#conduct.idempotent && !this.#hasForgotten(client, bit)) return false;
    this.#gateways.sessions.tookEffect(client, now);
    if (first) {
      effects[client]! |= bit;
      if (!isPending(world, client, maskBase[client]! + lowest(bit))) this.#foundUnexpected();
    } else {
      this.#curves.add(SERIES_INDEX.duplicated, now);
    }
    return !first;
  }

  /** Has this client's gateway forgotten that the command had its effect? Once it has it again, every gateway knows. */
  #hasForgotten(client: number, bit: number): boolean {
    const mine = this.#forgotten[this.#links.gateway[client]!];
    if (mine === undefined || (mine[client]! & bit) === 0) return false;
    for (const each of this.#forgotten) if (each !== undefined) each[client]! &= ~bit;
    return true;
  }

  /** The oldest acknowledgement that is to come reaches the client, if anything does. */
  #answer(world: World, client: number, now: MonoMs): void {
    const { acks, maskBase, spoilt } = this.#links;
    const offset = lowest(acks[client]!);
    acks[client]! &= ~(1 << offset);
    if (spoilt[client] !== SPOILT.silent) world.machine.onAck(client, maskBase[client]! + offset, now);
  }

  /** The same of the word that a command was refused. */
  #decline(world: World, client: number, now: MonoMs): void {
    const { refusals, maskBase, spoilt } = this.#links;
    const offset = lowest(refusals[client]!);
    refusals[client]! &= ~(1 << offset);
    if (spoilt[client] !== SPOILT.silent) world.machine.onRefused(client, maskBase[client]! + offset, now);
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

  /** When word reaches the client of the oldest command that was refused; Infinity when none was. */
  #refusedAt(world: World, client: number): number {
    return this.#sentAt(world, client, this.#links.refusals[client]!) + 2 * this.#links.latencyMs[client]!;
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
    if (links.refusals[client] !== 0) links.refusals[client] = shifted(links.refusals[client]!, step);
    for (const each of this.#forgotten) if (each !== undefined) each[client] = shifted(each[client]!, step);
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
