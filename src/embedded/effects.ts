import { Alarm } from './alarm.ts';
import type { Journal, JournalReader } from '../metrics/journal.ts';
import type { EffectLedger } from '../metrics/effect-ledger.ts';
import { MAX_REMEMBERED_COMMANDS } from './protocol.ts';

/** Commands of one turn of the event loop after which they are committed without waiting for its end. */
const MAX_GROUP = 4096;

export interface EffectsOptions {
  readonly ledger: EffectLedger;
  /** undefined: effects are kept in memory alone */
  readonly journal: Journal | undefined;
  /** reads into `ledger` what other gateways write into the journal; undefined where there are none */
  readonly others: JournalReader | undefined;
  /** effects whose command ids are not recognised, as after a crash that took the memory of them; undefined: none */
  readonly forgotten: EffectLedger | undefined;
  readonly idempotent: boolean;
  /** how long after its effect a command is acknowledged, as by a service that has others to tell first */
  readonly ackDelayMs: number;
  /** the journal could not be written: no effect can be promised any more */
  readonly onBroken: (error: unknown) => void;
}

/** Who is told that a command took effect. `duplicate`: it had done so before and did not again. */
export type Acknowledge = (id: string, duplicate: boolean) => void;

/** What became of a command; `full`: nothing, for no more ids can be remembered. */
export type Done = 'effect' | 'duplicate' | 'full';

/** A group whose effects are committed, and when to say so. */
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
 * Carries out commands, each effect being one record in the journal. Group commit: the effects of one turn of the
 * event loop are written together, and only then acknowledged, so that no kill can lose what was acknowledged.
 *
 * Several gateways have one memory, the journal. Each then writes every effect at once, and reads what the others have
 * written before it looks at a command. A client that resends to another gateway after the first had closed the
 * connection is therefore recognised: the record stands in the file before the first gateway does anything else, such
 * as closing; the resend arrives after that; and the other reads before it looks. Only one that gives up a gateway
 * which has not read its command yet, and resends while that one is reading it, can slip between a look and a record.
 */
export class Effects {
  readonly #options: EffectsOptions;
  readonly #group: Pending[] = [];
  /** in order, for all wait equally long */
  #committed: Committed[] = [];
  readonly #alarm = new Alarm(() => this.#acknowledge());
  #effects = 0;
  #duplicated = 0;

  constructor(options: EffectsOptions) {
    this.#options = options;
  }

  /** Effects since this process started. */
  get effects(): number {
    return this.#effects;
  }

  /** Those of them that were not the first of their command, counting effects of earlier processes as well. */
  get duplicated(): number {
    return this.#duplicated;
  }

  /** Carries out one command and acknowledges it later in this turn, unless no more ids can be remembered. */
  command(client: number, seq: number, id: string, acknowledge: Acknowledge): Done {
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

  /** Writes what is pending into the journal; it is acknowledged when its delay is over. */
  commit(): void {
    if (this.#group.length === 0 || !this.#flush()) return;
    this.#committed.push({ atMs: performance.now() + this.#options.ackDelayMs, group: this.#group.splice(0) });
    this.#acknowledge();
  }

  /** Commits what is pending and closes the journal. */
  close(): void {
    this.commit();
    this.#alarm.set(Infinity);
    this.#options.journal?.close();
    this.#options.others?.close();
  }

  /** Lets the other gateways know of an effect. False when the journal is broken: then nobody is told anything. */
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
