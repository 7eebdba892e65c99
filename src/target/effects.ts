import { Alarm } from './alarm.ts';
import type { Journal } from '../metrics/journal.ts';
import type { EffectLedger } from '../metrics/effect-ledger.ts';

/** Command ids that are remembered: some 400 MB of them. */
const MAX_IDS = 5_000_000;

/** Commands of one turn of the event loop after which they are committed without waiting for its end. */
const MAX_GROUP = 4096;

export interface EffectsOptions {
  readonly ledger: EffectLedger;
  /** undefined: effects are kept in memory alone */
  readonly journal: Journal | undefined;
  readonly idempotent: boolean;
  /** how long after its effect a command is acknowledged, as by a service that has others to tell first */
  readonly ackDelayMs: number;
  /** the journal could not be written: no effect can be promised any more */
  readonly onBroken: (error: unknown) => void;
}

/** Who is told that a command took effect. `duplicate`: it had done so before and did not again. */
export type Acknowledge = (id: string, duplicate: boolean) => void;

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

  /** Carries out one command and acknowledges it later in this turn; false when no more ids can be remembered. */
  command(client: number, seq: number, id: string, acknowledge: Acknowledge): boolean {
    const { ledger, journal, idempotent } = this.#options;
    const seen = ledger.count(client, seq) > 0;
    if (!seen && ledger.ids >= MAX_IDS) return false;
    const duplicate = seen && idempotent;
    if (!duplicate) {
      ledger.add(client, seq);
      this.#effects += 1;
      if (seen) this.#duplicated += 1;
      journal?.append(client, seq);
    }
    this.#group.push({ acknowledge, id, duplicate });
    if (this.#group.length === 1) setImmediate(() => this.#commit());
    if (this.#group.length === MAX_GROUP) this.#commit();
    return true;
  }

  /** Commits what is pending and closes the journal. */
  close(): void {
    this.#commit();
    this.#alarm.set(Infinity);
    this.#options.journal?.close();
  }

  #commit(): void {
    if (this.#group.length === 0) return;
    try {
      this.#options.journal?.flush();
    } catch (error) {
      this.#group.length = 0;
      this.#options.onBroken(error);
      return;
    }
    this.#committed.push({ atMs: performance.now() + this.#options.ackDelayMs, group: this.#group.splice(0) });
    this.#acknowledge();
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
