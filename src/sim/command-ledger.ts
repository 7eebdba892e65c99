import { SeqSets } from '../core/client/seq-sets.ts';
import type { CommandSink } from '../metrics/command-log.ts';
import { Curves } from '../metrics/curves.ts';
import { unsent } from '../metrics/ledger.ts';
import type { LedgerTotals } from '../metrics/measurements.ts';
import { SERIES_INDEX } from '../core/metrics.ts';
import type { RecorderStore } from '../metrics/store.ts';
import type { ModelColumns } from './columns.ts';

/** The sets of one client's commands. */
export const SET = {
  /** on their way to the gateway */ flying: 0,
  /** carried out; the acknowledgement is on its way or still to be sent */ acks: 1,
  /** refused; the refusal is on its way */ refusals: 2,
  /** carried out, and either on their way again or awaited by the client */ effects: 3,
} as const;
const SETS = 4;
/** Result of `next` where there is no further command. */
export const NONE = -1;

/** Commands under way or carried out, one bit each, with the ledger of their results. */
export class CommandLedger implements CommandSink {
  /** empty where clients send no commands */
  readonly #sets: SeqSets;
  readonly #gateways: Uint8Array;
  readonly #clients: number;
  readonly #idempotent: boolean;
  readonly #curves: Curves;
  /** forgotten effects by gateway and client; empty: no gateway has forgotten any */
  readonly #forgotten: (Map<number, Set<number>> | undefined)[] = [];
  #sent = 0;
  #acknowledged = 0;
  #gaveUp = 0;
  #lost = 0;
  #unexpected = 0;
  #duplicatedByResend = 0;
  #duplicatedOnTheWay = 0;

  /**
   * @param idempotent whether gateways give a command no second effect
   * @param clients number of clients; 0: they send no commands
   */
  constructor(columns: ModelColumns, idempotent: boolean, store: RecorderStore, clients: number) {
    this.#sets = new SeqSets(clients * SETS);
    this.#gateways = columns.gateway;
    this.#clients = clients;
    this.#idempotent = idempotent;
    this.#curves = new Curves(store.curves);
  }

  /** Whether clients send any commands. */
  get any(): boolean {
    return this.#clients > 0;
  }

  add(client: number, set: number, seq: number): void {
    this.#sets.add(client * SETS + set, seq);
  }

  remove(client: number, set: number, seq: number): void {
    this.#sets.remove(client * SETS + set, seq);
  }

  clear(client: number, set: number): void {
    this.#sets.clear(client * SETS + set);
  }

  isEmpty(client: number, set: number): boolean {
    return this.#sets.isEmpty(client * SETS + set);
  }

  /** Returns the oldest command of a set that is not empty. */
  first(client: number, set: number): number {
    return this.#sets.first(client * SETS + set);
  }

  /** Returns the oldest command of a set from number `from` on; NONE: there is none. */
  next(client: number, set: number, from: number): number {
    return this.#sets.next(client * SETS + set, from);
  }

  /** Makes a gateway forget all commands that have taken effect by now. */
  forgetEffects(gateway: number): void {
    const forgotten = new Map<number, Set<number>>();
    for (let client = 0; client < this.#clients; client++) {
      const effects = new Set<number>();
      for (let seq = this.next(client, SET.effects, 0); seq !== NONE; seq = this.next(client, SET.effects, seq + 1))
        effects.add(seq);
      if (effects.size > 0) forgotten.set(client, effects);
    }
    this.#forgotten[gateway] = forgotten;
  }

  /**
   * Carries out a command that has reached the gateway, unless the gateway remembers its effect.
   *
   * @param awaited whether the client has not given it up
   * @param onTheWay whether it is the second copy of a doubled message
   * @returns whether it takes effect
   */
  takeEffect(client: number, seq: number, awaited: boolean, onTheWay: boolean, now: number): boolean {
    const effects = client * SETS + SET.effects;
    if (!this.#sets.has(effects, seq)) {
      this.#sets.add(effects, seq);
      if (!awaited) this.#foundUnexpected();
      return true;
    }
    if (this.#idempotent && !this.#hasForgotten(client, seq)) return false;
    this.#curves.add(SERIES_INDEX.duplicated, now);
    if (onTheWay) this.#duplicatedOnTheWay += 1;
    else this.#duplicatedByResend += 1;
    return true;
  }

  /** Settles a command for its client. Its effect is forgotten once it is not on its way either. */
  settle(client: number, seq: number): void {
    if (this.#sets.has(client * SETS + SET.flying, seq)) return;
    if (this.#sets.remove(client * SETS + SET.effects, seq)) this.#remember(client, seq);
  }

  sent(_client: number, _seq: number, again: boolean): void {
    if (!again) this.#sent += 1;
  }

  acknowledged(client: number, seq: number): void {
    this.#acknowledged += 1;
    this.settle(client, seq);
  }

  gaveUp(client: number, seq: number): void {
    this.#gaveUp += 1;
    if (this.#sets.has(client * SETS + SET.effects, seq)) this.#unexpected += 1;
    else this.#lost += 1;
    this.settle(client, seq);
  }

  /** @param curves curves of the run so far, with the commands that came due */
  totals(curves: Curves): Omit<LedgerTotals, 'unknown'> {
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

  /** Returns whether the client's gateway has forgotten the effect; a new effect is known to every gateway. */
  #hasForgotten(client: number, seq: number): boolean {
    const mine = this.#forgotten[this.#gateways[client]!];
    if (mine?.get(client)?.has(seq) !== true) return false;
    this.#remember(client, seq);
    return true;
  }

  #remember(client: number, seq: number): void {
    for (const each of this.#forgotten) each?.get(client)?.delete(seq);
  }

  /** Counts the effect of a command that was given up on its way as unexpected in place of lost. */
  #foundUnexpected(): void {
    this.#lost -= 1;
    this.#unexpected += 1;
  }
}
