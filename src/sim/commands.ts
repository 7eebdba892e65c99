import type { MonoMs } from '../core/time/instant.ts';
import { slotOf } from '../core/client/context.ts';
import { SeqSets } from '../core/client/seq-sets.ts';
import type { CommandSink } from '../metrics/command-log.ts';
import { Curves } from '../metrics/curves.ts';
import { unsent } from '../metrics/ledger.ts';
import type { LedgerTotals } from '../metrics/measurements.ts';
import { SERIES_INDEX } from '../core/metrics.ts';
import type { RecorderStore } from '../metrics/store.ts';
import type { GatewayBehaviour } from './gateway-behaviour.ts';
import type { Gateways } from './gateways.ts';
import { MODEL_ALARM, SPOILT, type Links } from './links.ts';
import type { World } from './world.ts';

/** The sets of one client's commands. */
const SET = {
  /** on their way to the gateway */ flying: 0,
  /** their acknowledgements are to come, or on their way */ acks: 1,
  /** the word that they were refused is to come, or on its way */ refusals: 2,
  /** have had their effect, and are on their way again or awaited by the client */ effects: 3,
} as const;
const SETS = 4;
/** What `SeqSets.next` says where there is no further member. */
const NONE = -1;

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
  readonly #behaviour: GatewayBehaviour;
  readonly #curves: Curves;
  /** none where clients send no commands */
  readonly #sets: SeqSets;
  readonly #any: boolean;
  #gateways!: Gateways;
  /** by gateway: the effects that it has forgotten, by client; empty where none has */
  readonly #forgotten: (Map<number, Set<number>> | undefined)[] = [];
  #sent = 0;
  #acknowledged = 0;
  #gaveUp = 0;
  #lost = 0;
  #unexpected = 0;
  #duplicatedByResend = 0;
  #duplicatedOnTheWay = 0;

  /** @param clients of the population; 0 where they send no commands */
  constructor(links: Links, behaviour: GatewayBehaviour, store: RecorderStore, clients: number) {
    this.#links = links;
    this.#behaviour = behaviour;
    this.#curves = new Curves(store.curves);
    this.#sets = new SeqSets(clients * SETS);
    this.#any = clients > 0;
  }

  /** Commands and gateways know each other; the gateways are made second. */
  attach(gateways: Gateways): void {
    this.#gateways = gateways;
  }

  /** A gateway comes back without the memory of any command that has taken effect by now. */
  forgetEffects(gateway: number): void {
    const forgotten = new Map<number, Set<number>>();
    const clients = this.#any ? this.#links.link.length : 0;
    for (let client = 0; client < clients; client++) {
      const effects = this.#members(client, SET.effects);
      if (effects.length > 0) forgotten.set(client, new Set(effects));
    }
    this.#forgotten[gateway] = forgotten;
  }

  /** A client sends a command over an open connection. */
  send(world: World, client: number, seq: number, now: MonoMs): void {
    const links = this.#links;
    if (links.spoilt[client] === SPOILT.silent) return;
    this.#sets.add(client * SETS + SET.flying, seq);
    const slot = slotOf(client, MODEL_ALARM.command);
    const landsAt = now + links.latencyMs[client]!;
    if (landsAt < world.context.queue.dueAt(slot)) world.context.queue.set(slot, landsAt);
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
    world.context.queue.set(slotOf(client, MODEL_ALARM.command), nextAt);
  }

  /**
   * The client hangs up: the gateway reads what was sent before, and its answers reach nobody. The model frees the
   * connection at this instant, not a trip later, and so this happens now too.
   */
  hangUp(world: World, client: number, now: MonoMs): void {
    if (!this.#any) return;
    while (!this.#sets.isEmpty(client * SETS + SET.flying)) this.#land(world, client, now);
    this.forget(world, client);
  }

  /** The gateway closes: it reads no more commands, and only answers that it has sent by `now` come back. */
  close(world: World, client: number, now: MonoMs): void {
    if (!this.#any) return;
    const { latencyMs } = this.#links;
    this.#ground(world, client);
    const acks = client * SETS + SET.acks;
    for (let seq = this.#sets.next(acks, 0); seq !== NONE; seq = this.#sets.next(acks, seq + 1)) {
      if (this.#ackHeardAt(world, client, seq) - latencyMs[client]! > now) this.#sets.remove(acks, seq);
    }
    // Of those that were refused it has said so as they landed.
    const nextAt = this.#sets.isEmpty(client * SETS + SET.refusals) ? this.#answeredAt(world, client) : now;
    world.context.queue.set(slotOf(client, MODEL_ALARM.command), nextAt);
  }

  /** Nothing more comes over the connection. */
  forget(world: World, client: number): void {
    if (!this.#any) return;
    this.#ground(world, client);
    this.#sets.clear(client * SETS + SET.acks);
    this.#sets.clear(client * SETS + SET.refusals);
    world.context.queue.clear(slotOf(client, MODEL_ALARM.command));
  }

  sent(_client: number, _seq: number, again: boolean): void {
    if (!again) this.#sent += 1;
  }

  acknowledged(client: number, seq: number): void {
    this.#acknowledged += 1;
    this.#settle(client, seq);
  }

  gaveUp(client: number, seq: number): void {
    this.#gaveUp += 1;
    if (this.#sets.has(client * SETS + SET.effects, seq)) this.#unexpected += 1;
    else this.#lost += 1;
    this.#settle(client, seq);
  }

  /** @param curves of the run so far, which say what came due */
  totals(curves: Curves): LedgerTotals {
    return {
      ...unsent(curves),
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
    const { spoilt } = this.#links;
    const seq = this.#sets.first(client * SETS + SET.flying);
    this.#sets.remove(client * SETS + SET.flying, seq);
    const fate = this.#gateways.fate(client, now);
    const awaited = world.machine.awaits(client, seq);
    if (fate === 'refused') this.#sets.add(client * SETS + SET.refusals, seq);
    else if (fate !== 'closes') {
      if (this.#act(client, seq, awaited, now)) this.#duplicatedByResend += 1;
      if (spoilt[client] === SPOILT.doubled && this.#act(client, seq, awaited, now)) this.#duplicatedOnTheWay += 1;
      this.#sets.add(client * SETS + SET.acks, seq);
    }
    if (!awaited) this.#settle(client, seq);
  }

  /** The gateway acts on a command, which the client awaits or has given up. @returns whether it had done so before */
  #act(client: number, seq: number, awaited: boolean, now: MonoMs): boolean {
    const effects = client * SETS + SET.effects;
    const first = !this.#sets.has(effects, seq);
    if (!first && this.#behaviour.idempotent && !this.#hasForgotten(client, seq)) return false;
    this.#gateways.sessions.tookEffect(client, now);
    if (first) {
      this.#sets.add(effects, seq);
      if (!awaited) this.#foundUnexpected();
    } else {
      this.#curves.add(SERIES_INDEX.duplicated, now);
    }
    return !first;
  }

  /** Has this client's gateway forgotten that the command had its effect? Once it has it again, every gateway knows. */
  #hasForgotten(client: number, seq: number): boolean {
    const mine = this.#forgotten[this.#links.gateway[client]!];
    if (mine?.get(client)?.has(seq) !== true) return false;
    this.#remember(client, seq);
    return true;
  }

  #remember(client: number, seq: number): void {
    for (const each of this.#forgotten) each?.get(client)?.delete(seq);
  }

  /** The client has done with a command. Once it is not on its way either, nobody asks any more whether it had its effect. */
  #settle(client: number, seq: number): void {
    if (this.#sets.has(client * SETS + SET.flying, seq)) return;
    if (this.#sets.remove(client * SETS + SET.effects, seq)) this.#remember(client, seq);
  }

  /** What is on its way reaches nobody. */
  #ground(world: World, client: number): void {
    const flying = client * SETS + SET.flying;
    for (let seq = this.#sets.next(flying, 0); seq !== NONE; seq = this.#sets.next(flying, seq + 1)) {
      this.#sets.remove(flying, seq);
      if (!world.machine.awaits(client, seq)) this.#settle(client, seq);
    }
  }

  /** The oldest acknowledgement that is to come reaches the client, if anything does. */
  #answer(world: World, client: number, now: MonoMs): void {
    const seq = this.#takeFirst(client * SETS + SET.acks);
    if (this.#links.spoilt[client] !== SPOILT.silent) world.machine.onAck(client, seq, now);
  }

  /** The same of the word that a command was refused. */
  #decline(world: World, client: number, now: MonoMs): void {
    const seq = this.#takeFirst(client * SETS + SET.refusals);
    if (this.#links.spoilt[client] !== SPOILT.silent) world.machine.onRefused(client, seq, now);
  }

  #takeFirst(set: number): number {
    const seq = this.#sets.first(set);
    this.#sets.remove(set, seq);
    return seq;
  }

  #members(client: number, which: number): number[] {
    const members: number[] = [];
    const set = client * SETS + which;
    for (let seq = this.#sets.next(set, 0); seq !== NONE; seq = this.#sets.next(set, seq + 1)) members.push(seq);
    return members;
  }

  /** A command that was given up on its way, and had no effect so far, has it after all. */
  #foundUnexpected(): void {
    this.#lost -= 1;
    this.#unexpected += 1;
  }

  /** When the oldest command on its way reaches the gateway; Infinity when none is. */
  #landsAt(world: World, client: number): number {
    return this.#sentAt(world, client, SET.flying) + this.#links.latencyMs[client]!;
  }

  /** When the oldest acknowledgement that is to come reaches the client; Infinity when none is. */
  #answeredAt(world: World, client: number): number {
    const acks = client * SETS + SET.acks;
    return this.#sets.isEmpty(acks) ? Infinity : this.#ackHeardAt(world, client, this.#sets.first(acks));
  }

  #ackHeardAt(world: World, client: number, seq: number): number {
    const roundTripMs = 2 * this.#links.latencyMs[client]!;
    return world.machine.commandSentAt(client, seq) + roundTripMs + this.#behaviour.ackDelayMs;
  }

  /** When word reaches the client of the oldest command that was refused; Infinity when none was. */
  #refusedAt(world: World, client: number): number {
    return this.#sentAt(world, client, SET.refusals) + 2 * this.#links.latencyMs[client]!;
  }

  /** When the oldest command of a set was sent; Infinity where there is none. */
  #sentAt(world: World, client: number, which: number): number {
    const set = client * SETS + which;
    return this.#sets.isEmpty(set) ? Infinity : world.machine.commandSentAt(client, this.#sets.first(set));
  }
}
