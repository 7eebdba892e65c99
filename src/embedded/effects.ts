import { Alarm } from './alarm.ts';
import type { Journal, JournalReader } from '../metrics/journal.ts';
import type { EffectLedger } from '../metrics/effect-ledger.ts';
import { MAX_REMEMBERED_COMMANDS } from './protocol.ts';

/** Commands at which a group is committed before the turn of the event loop ends. */
const MAX_GROUP = 4096;

export interface EffectsOptions {
  readonly ledger: EffectLedger;
  /** record of effects on disk; undefined: effects are kept in memory alone */
  readonly journal: Journal | undefined;
  /** reads the effects of other gateways from the journal into `ledger`; undefined: there are none */
  readonly others: JournalReader | undefined;
  /** effects whose command ids are not recognised, as after a crash that lost them; undefined: none */
  readonly forgotten: EffectLedger | undefined;
  readonly idempotent: boolean;
  /** time from a command's effect to its acknowledgement, ms, as in a service that asks other services first */
  readonly ackDelayMs: number;
  /** called when the journal cannot be written, so that no effect may be acknowledged any more */
  readonly onBroken: (error: unknown) => void;
}

/** Acknowledges a command; `duplicate`: it had taken effect before, and did not again. */
export type Acknowledge = (id: string, duplicate: boolean) => void;

/** Result of a command; `full`: no effect, since no more ids can be remembered. */
export type CommandResult = 'effect' | 'duplicate' | 'full';

/** A committed group and the time of its acknowledgement. */
interface Committed {
  readonly atMs: number;
  readonly group: readonly Pending[];
}

interface Pending {
  readonly acknowledge: Acknowledge;
  readonly id: string;
  readonly duplicate: boolean;
}

/**
 * Carries out commands; each effect is one record in the journal. The effects of one turn of the event loop are written
 * together and acknowledged afterwards (group commit), so no crash loses what was acknowledged.
 *
 * Several gateways share the journal. Each writes every effect at once, and reads the others' records before each
 * command. A command that is resent to another gateway after the first one closed the connection is therefore
 * recognised. It is not recognised only when the client resends it while the first gateway is still reading it.
 */
export class Effects {
  readonly #options: EffectsOptions;
  readonly #group: Pending[] = [];
  /** in order of acknowledgement, since all wait equally long */
  #committed: Committed[] = [];
  readonly #alarm = new Alarm(() => this.#acknowledge());
  #effects = 0;
  #duplicated = 0;

  constructor(options: EffectsOptions) {
    this.#options = options;
  }

  /** Number of effects since this process started. */
  get effects(): number {
    return this.#effects;
  }

  /** Number of effects that were not the first of their command; the first may be of an earlier process. */
  get duplicated(): number {
    return this.#duplicated;
  }

  /** Carries out one command; the acknowledgement follows its commit. */
  command(client: number, seq: number, id: string, acknowledge: Acknowledge): CommandResult {
    const { ledger, journal, others, forgotten, idempotent } = this.#options;
    others?.read();
    const before = ledger.count(client, seq);
    if (before === 0 && ledger.ids >= MAX_REMEMBERED_COMMANDS) return 'full';
    const duplicate = idempotent && before > (forgotten?.count(client, seq) ?? 0);
    if (!duplicate) {
      ledger.add(client, seq);
      this.#effects += 1;
      if (before > 0) this.#duplicated += 1;
      journal?.append(client, seq);
      if (others !== undefined && !this.#publish(others, client, seq)) return 'effect';
    }
    this.#group.push({ acknowledge, id, duplicate });
    if (this.#group.length === 1) setImmediate(() => this.commit());
    if (this.#group.length === MAX_GROUP) this.commit();
    return duplicate ? 'duplicate' : 'effect';
  }

  /** Writes the pending group into the journal, and acknowledges it after `ackDelayMs`. */
  commit(): void {
    if (this.#group.length === 0 || !this.#flush()) return;
    this.#committed.push({ atMs: performance.now() + this.#options.ackDelayMs, group: this.#group.splice(0) });
    this.#acknowledge();
  }

  /** Commits the pending group and closes the journal. */
  close(): void {
    this.commit();
    this.#alarm.set(Infinity);
    this.#options.journal?.close();
    this.#options.others?.close();
  }

  /** Writes an effect for the other gateways; false when the journal is broken, and then nothing is acknowledged. */
  #publish(others: JournalReader, client: number, seq: number): boolean {
    if (!this.#flush()) return false;
    others.passOver(client, seq);
    return true;
  }

  #flush(): boolean {
    try {
      this.#options.journal?.flush();
      return true;
    } catch (error) {
      this.#group.length = 0;
      this.#options.onBroken(error);
      return false;
    }
  }

  #acknowledge(): void {
    const nowMs = performance.now();
    const later = this.#committed.findIndex(({ atMs }) => atMs > nowMs);
    const due = this.#committed.splice(0, later === -1 ? this.#committed.length : later);
    for (const { group } of due) {
      for (const { acknowledge, id, duplicate } of group) acknowledge(id, duplicate);
    }
    this.#alarm.set(this.#committed[0]?.atMs ?? Infinity);
  }
}
