import { slotOf } from '../core/client/context.ts';
import type { MonoMs } from '../core/time/instant.ts';
import { IMPAIRMENT, MODEL_ALARM } from './columns.ts';
import { NONE, SET, type CommandLedger } from './command-ledger.ts';
import type { Sessions } from './sessions.ts';
import type { World } from './world.ts';

/**
 * Commands under way and their answers. A command takes effect a trip after it was sent, when it reaches the gateway,
 * unless the connection is closed by then or the gateway refuses it. Its acknowledgement leaves after the gateway's delay,
 * if the connection is still open, and arrives a trip later; a refusal leaves at once. What a side sent before a close is
 * read before it, as on any stream.
 *
 * A command's number gives the time at which it was sent, and commands of one connection keep order, so one alarm a
 * client waits for the next arrival.
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

  /** Sends a client's command over its open connection. */
  send(client: number, seq: number, now: MonoMs): void {
    const { columns, context } = this.#world;
    if (columns.impairment[client] === IMPAIRMENT.silent) return;
    this.#ledger.add(client, SET.flying, seq);
    const slot = slotOf(client, MODEL_ALARM.command);
    const landsAt = now + columns.latencyMs.at(client);
    if (landsAt < context.queue.dueAt(slot)) context.queue.set(slot, landsAt);
  }

  /**
   * Carries out the commands that have reached the gateway by `now`.
   *
   * @returns true: the gateway ends the connection because of one of them
   */
  land(client: number, now: MonoMs): boolean {
    while (this.#landsAt(client) <= now) if (this.#land(client, now)) return true;
    return false;
  }

  /** Delivers the answers that reach the client by now, and sets the alarm for the next arrival. */
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
   * Carries out what a client sent before it hangs up; the answers are lost. This happens at once, not a trip later, since
   * the model frees the connection at once.
   */
  hangUp(client: number, now: MonoMs): void {
    if (!this.#ledger.any) return;
    while (!this.#ledger.isEmpty(client, SET.flying)) this.#land(client, now);
    this.forget(client);
  }

  /** Loses the commands under way when the gateway closes; only answers sent by `now` reach the client. */
  close(client: number, now: MonoMs): void {
    const ledger = this.#ledger;
    if (!ledger.any) return;
    const { columns, context } = this.#world;
    this.#lose(client);
    for (let seq = ledger.next(client, SET.acks, 0); seq !== NONE; seq = ledger.next(client, SET.acks, seq + 1)) {
      if (this.#ackHeardAt(client, seq) - columns.latencyMs.at(client) > now) ledger.remove(client, SET.acks, seq);
    }
    // Refusals were sent when their commands arrived.
    const nextAt = ledger.isEmpty(client, SET.refusals) ? this.#answeredAt(client) : now;
    context.queue.set(slotOf(client, MODEL_ALARM.command), nextAt);
  }

  /** Loses everything under way on the connection. */
  forget(client: number): void {
    if (!this.#ledger.any) return;
    this.#lose(client);
    this.#ledger.clear(client, SET.acks);
    this.#ledger.clear(client, SET.refusals);
    this.#world.context.queue.clear(slotOf(client, MODEL_ALARM.command));
  }

  /** Carries out the oldest command on its way. @returns true: the gateway ends the connection because of it */
  #land(client: number, now: MonoMs): boolean {
    const { columns, machine } = this.#world;
    const ledger = this.#ledger;
    const seq = ledger.first(client, SET.flying);
    ledger.remove(client, SET.flying, seq);
    const decision = this.#sessions.decide(client);
    const awaited = machine.awaits(client, seq);
    if (decision === 'refused') ledger.add(client, SET.refusals, seq);
    else if (decision !== 'closes') {
      this.#takeEffect(client, seq, awaited, false, now);
      if (columns.impairment[client] === IMPAIRMENT.doubled) this.#takeEffect(client, seq, awaited, true, now);
      ledger.add(client, SET.acks, seq);
    }
    if (!awaited) ledger.settle(client, seq);
    return decision === 'closes';
  }

  #takeEffect(client: number, seq: number, awaited: boolean, onTheWay: boolean, now: MonoMs): void {
    if (this.#ledger.takeEffect(client, seq, awaited, onTheWay, now)) this.#sessions.tookEffect(client, now);
  }

  /** Loses the commands on their way. */
  #lose(client: number): void {
    const ledger = this.#ledger;
    for (let seq = ledger.next(client, SET.flying, 0); seq !== NONE; seq = ledger.next(client, SET.flying, seq + 1)) {
      ledger.remove(client, SET.flying, seq);
      if (!this.#world.machine.awaits(client, seq)) ledger.settle(client, seq);
    }
  }

  /** Delivers the oldest acknowledgement to the client, unless it is lost. */
  #acknowledge(client: number, now: MonoMs): void {
    const seq = this.#takeFirst(client, SET.acks);
    const { columns, machine } = this.#world;
    if (columns.impairment[client] !== IMPAIRMENT.silent) machine.onAck(client, seq, now);
  }

  /** Delivers the oldest refusal to the client, unless it is lost. */
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

  /** Returns when the oldest command on its way reaches the gateway; Infinity: none is. */
  #landsAt(client: number): number {
    return this.#sentAt(client, SET.flying) + this.#world.columns.latencyMs.at(client);
  }

  /** Returns when the oldest acknowledgement reaches the client; Infinity: there is none. */
  #answeredAt(client: number): number {
    if (this.#ledger.isEmpty(client, SET.acks)) return Infinity;
    return this.#ackHeardAt(client, this.#ledger.first(client, SET.acks));
  }

  #ackHeardAt(client: number, seq: number): number {
    const { columns, machine, behaviour } = this.#world;
    return machine.commandSentAt(client, seq) + 2 * columns.latencyMs.at(client) + behaviour.ackDelayMs;
  }

  /** Returns when the oldest refusal reaches the client; Infinity: there is none. */
  #refusedAt(client: number): number {
    return this.#sentAt(client, SET.refusals) + 2 * this.#world.columns.latencyMs.at(client);
  }

  /** Returns when the oldest command of a set was sent; Infinity: there is none. */
  #sentAt(client: number, set: number): number {
    if (this.#ledger.isEmpty(client, set)) return Infinity;
    return this.#world.machine.commandSentAt(client, this.#ledger.first(client, set));
  }
}
