import { slotOf } from '../core/client/context.ts';
import type { MonoMs } from '../core/time/instant.ts';
import { IMPAIRMENT, MODEL_ALARM } from './columns.ts';
import { NONE, SET, type CommandLedger } from './command-ledger.ts';
import type { Sessions } from './sessions.ts';
import type { World } from './world.ts';

/**
 * Commands under way and the answers to them. A command takes effect when it reaches the gateway, a trip after it was
 * sent, unless the gateway has closed the connection by then or will not carry it out; its acknowledgement leaves after
 * the gateway's delay, unless the same, and is back a trip later. Word that it was refused leaves at once. What either side
 * had sent before a close is read before it, as on any stream.
 *
 * When a command was sent can be computed from its number, and on one connection they keep order, so one alarm of the
 * client waits for the next of them to arrive.
 */
export class Commands {
  readonly #world: World;
  readonly #sessions: Sessions;
  readonly #ledger: CommandLedger;

  constructor(world: World, sessions: Sessions, ledger: CommandLedger) {
    this.#world = world;
    this.#sessions = sessions;
    this.#ledger = ledger;
  }

  /** A client sends a command over an open connection. */
  send(client: number, seq: number, now: MonoMs): void {
    const { columns, context } = this.#world;
    if (columns.impairment[client] === IMPAIRMENT.silent) return;
    this.#ledger.add(client, SET.flying, seq);
    const slot = slotOf(client, MODEL_ALARM.command);
    const landsAt = now + columns.latencyMs[client]!;
    if (landsAt < context.queue.dueAt(slot)) context.queue.set(slot, landsAt);
  }

  /**
   * The commands that have reached the gateway by `now` take effect.
   *
   * @returns true when the gateway ends the connection over one of them
   */
  land(client: number, now: MonoMs): boolean {
    while (this.#landsAt(client) <= now) if (this.#land(client, now)) return true;
    return false;
  }

  /** What the gateway has said of commands by now reaches the client, and the alarm is set for what comes next. */
  answer(client: number, now: MonoMs): void {
    const { columns, context } = this.#world;
    let answeredAt = this.#answeredAt(client);
    let refusedAt = this.#refusedAt(client);
    const stalled = columns.impairment[client] === IMPAIRMENT.stalled && now < columns.impairedUntil[client]!;
    if (!stalled) {
      for (; answeredAt <= now; answeredAt = this.#answeredAt(client)) this.#acknowledge(client, now);
      for (; refusedAt <= now; refusedAt = this.#refusedAt(client)) this.#refuse(client, now);
    }
    const heardAt = Math.min(answeredAt, refusedAt);
    const nextAt = Math.min(
      this.#landsAt(client),
      stalled && heardAt < Infinity ? Math.max(heardAt, columns.impairedUntil[client]!) : heardAt,
    );
    context.queue.set(slotOf(client, MODEL_ALARM.command), nextAt);
  }

  /**
   * The client hangs up: the gateway reads what was sent before, and its answers reach nobody. The model frees the
   * connection at this instant, not a trip later, and so this happens now too.
   */
  hangUp(client: number, now: MonoMs): void {
    if (!this.#ledger.any) return;
    while (!this.#ledger.isEmpty(client, SET.flying)) this.#land(client, now);
    this.forget(client);
  }

  /** The gateway closes: it reads no more commands, and only answers that it has sent by `now` come back. */
  close(client: number, now: MonoMs): void {
    const ledger = this.#ledger;
    if (!ledger.any) return;
    const { columns, context } = this.#world;
    this.#lose(client);
    for (let seq = ledger.next(client, SET.acks, 0); seq !== NONE; seq = ledger.next(client, SET.acks, seq + 1)) {
      if (this.#ackHeardAt(client, seq) - columns.latencyMs[client]! > now) ledger.remove(client, SET.acks, seq);
    }
    // Of those that were refused it has said so as they landed.
    const nextAt = ledger.isEmpty(client, SET.refusals) ? this.#answeredAt(client) : now;
    context.queue.set(slotOf(client, MODEL_ALARM.command), nextAt);
  }

  /** Nothing more comes over the connection. */
  forget(client: number): void {
    if (!this.#ledger.any) return;
    this.#lose(client);
    this.#ledger.clear(client, SET.acks);
    this.#ledger.clear(client, SET.refusals);
    this.#world.context.queue.clear(slotOf(client, MODEL_ALARM.command));
  }

  /** The oldest command on its way reaches the gateway. @returns true when it ends the connection over it */
  #land(client: number, now: MonoMs): boolean {
    const { columns, machine } = this.#world;
    const ledger = this.#ledger;
    const seq = ledger.first(client, SET.flying);
    ledger.remove(client, SET.flying, seq);
    const fate = this.#sessions.fate(client);
    const awaited = machine.awaits(client, seq);
    if (fate === 'refused') ledger.add(client, SET.refusals, seq);
    else if (fate !== 'closes') {
      this.#takeEffect(client, seq, awaited, false, now);
      if (columns.impairment[client] === IMPAIRMENT.doubled) this.#takeEffect(client, seq, awaited, true, now);
      ledger.add(client, SET.acks, seq);
    }
    if (!awaited) ledger.settle(client, seq);
    return fate === 'closes';
  }

  #takeEffect(client: number, seq: number, awaited: boolean, onTheWay: boolean, now: MonoMs): void {
    if (this.#ledger.takeEffect(client, seq, awaited, onTheWay, now)) this.#sessions.tookEffect(client, now);
  }

  /** What is on its way reaches nobody. */
  #lose(client: number): void {
    const ledger = this.#ledger;
    for (let seq = ledger.next(client, SET.flying, 0); seq !== NONE; seq = ledger.next(client, SET.flying, seq + 1)) {
      ledger.remove(client, SET.flying, seq);
      if (!this.#world.machine.awaits(client, seq)) ledger.settle(client, seq);
    }
  }

  /** The oldest acknowledgement that is to come reaches the client, if anything does. */
  #acknowledge(client: number, now: MonoMs): void {
    const seq = this.#takeFirst(client, SET.acks);
    const { columns, machine } = this.#world;
    if (columns.impairment[client] !== IMPAIRMENT.silent) machine.onAck(client, seq, now);
  }

  /** The same of the word that a command was refused. */
  #refuse(client: number, now: MonoMs): void {
    const seq = this.#takeFirst(client, SET.refusals);
    const { columns, machine } = this.#world;
    if (columns.impairment[client] !== IMPAIRMENT.silent) machine.onRefused(client, seq, now);
  }

  #takeFirst(client: number, set: number): number {
    const seq = this.#ledger.first(client, set);
    this.#ledger.remove(client, set, seq);
    return seq;
  }

  /** When the oldest command on its way reaches the gateway; Infinity when none is. */
  #landsAt(client: number): number {
    return this.#sentAt(client, SET.flying) + this.#world.columns.latencyMs[client]!;
  }

  /** When the oldest acknowledgement that is to come reaches the client; Infinity when none is. */
  #answeredAt(client: number): number {
    if (this.#ledger.isEmpty(client, SET.acks)) return Infinity;
    return this.#ackHeardAt(client, this.#ledger.first(client, SET.acks));
  }

  #ackHeardAt(client: number, seq: number): number {
    const { columns, machine, behaviour } = this.#world;
    return machine.commandSentAt(client, seq) + 2 * columns.latencyMs[client]! + behaviour.ackDelayMs;
  }

  /** When word reaches the client of the oldest command that was refused; Infinity when none was. */
  #refusedAt(client: number): number {
    return this.#sentAt(client, SET.refusals) + 2 * this.#world.columns.latencyMs[client]!;
  }

  /** When the oldest command of a set was sent; Infinity where there is none. */
  #sentAt(client: number, set: number): number {
    if (this.#ledger.isEmpty(client, set)) return Infinity;
    return this.#world.machine.commandSentAt(client, this.#ledger.first(client, set));
  }
}
