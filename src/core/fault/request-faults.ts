import type { Draws } from '../random/draws.ts';
import type { FaultOf, Miss, Tally } from './fault.ts';
import { furtherDraws } from './further-draws.ts';
import type { OccurrenceOf } from './occurrence.ts';
import { hitAtMs, isDrawn } from './select.ts';
import type { Tallies } from './tallies.ts';

/** Kinds of faults that spoil requests. */
export type RequestKind = 'refresh' | 'handshake';

/** An occurrence that has begun. */
interface ActiveOccurrence<Kind extends RequestKind> {
  readonly occurrence: OccurrenceOf<Kind>;
  readonly fromMs: number;
  readonly tally: Tally;
  /** requests that have met it and are not counted as hit or missed yet */
  unsettled: number;
}

/**
 * The active faults of one kind that spoil requests. Each counts every request of its drawn clients; where several meet
 * one request, the one that began first is carried out and the others miss. Nothing is allocated for a request.
 */
export class RequestFaults<Kind extends RequestKind> {
  readonly #draws: Draws;
  readonly #count: number;
  readonly #tallies: Tallies;
  readonly #further: ReturnType<typeof furtherDraws>;
  /** active occurrences, in the order in which they began */
  #active: readonly ActiveOccurrence<Kind>[] = [];
  /** all occurrences that have begun, by index */
  readonly #known = new Map<number, ActiveOccurrence<Kind>>();
  #onEnd: (index: number) => void = () => {};
  #stopped = false;

  /** @param count clients of the whole population */
  constructor(draws: Draws, count: number, tallies: Tallies) {
    this.#draws = draws;
    this.#count = count;
    this.#tallies = tallies;
    this.#further = furtherDraws(draws, count);
  }

  /** Calls `ended` with the index of each occurrence that ends, so that its hanging requests can go on. */
  onEnd(ended: (index: number) => void): void {
    this.#onEnd = ended;
  }

  /** @param fromMs planned begin, on the clock of `meet` */
  begin(occurrence: OccurrenceOf<Kind>, fromMs: number): void {
    const active = { occurrence, fromMs, tally: this.#tallies.of(occurrence), unsettled: 0 };
    this.#active = [...this.#active, active];
    this.#known.set(occurrence.index, active);
  }

  /** @param index index of the occurrence */
  end(index: number): void {
    this.#active = this.#active.filter(({ occurrence }) => occurrence.index !== index);
    this.#onEnd(index);
  }

  /**
   * Finds the fault for a request that arrives.
   *
   * @param client its number in the whole population
   * @returns the fault that it meets, to be settled once; null when it meets none
   */
  meet(client: number, nowMs: number): OccurrenceOf<Kind> | null {
    if (this.#active.length === 0) return null;
    let first: ActiveOccurrence<Kind> | null = null;
    for (const active of this.#active) {
      if (!this.#isFor(active, client, nowMs)) continue;
      active.tally.planned += 1;
      if (first === null) first = active;
      else active.tally.miss('another-fault');
    }
    if (first === null) return null;
    first.unsettled += 1;
    return first.occurrence;
  }

  /** Returns the same as an object, which settles the fault only once. */
  request(client: number, nowMs: number): RequestFault<Kind> | undefined {
    const occurrence = this.meet(client, nowMs);
    if (occurrence === null) return undefined;
    return new RequestFault(occurrence, this, () => this.#further(occurrence, client));
  }

  /** @param index index of an occurrence that has begun */
  occurrence(index: number): OccurrenceOf<Kind> {
    return this.#known.get(index)!.occurrence;
  }

  /** Counts one request that has met the occurrence: null as a hit, or as a miss. After `stop` it does nothing. */
  settle(index: number, why: Miss | null): void {
    if (this.#stopped) return;
    const active = this.#known.get(index)!;
    active.unsettled -= 1;
    if (why === null) active.tally.hit += 1;
    else active.tally.miss(why);
  }

  /** Ends all faults with the run, and counts requests that are not settled as missed. */
  stop(): void {
    if (this.#stopped) return;
    this.#stopped = true;
    this.#active = [];
    for (const { tally, unsettled } of this.#known.values()) tally.miss('run-over', unsettled);
  }

  #isFor({ occurrence, fromMs }: ActiveOccurrence<Kind>, client: number, nowMs: number): boolean {
    if (!isDrawn(this.#draws, occurrence, client, this.#count)) return false;
    if (occurrence.fault.spreadMs === 0) return true;
    const beginsMs = hitAtMs(this.#draws, occurrence, client, fromMs);
    return beginsMs <= nowMs && nowMs < beginsMs + occurrence.fault.forMs;
  }
}

/** The fault that one request has met, settled by the first call of `hit` or `miss`. */
export class RequestFault<Kind extends RequestKind> {
  readonly occurrence: OccurrenceOf<Kind>;
  /** The next draw in [0, 1) for what the fault leaves to chance. */
  readonly draw: () => number;
  readonly #faults: RequestFaults<Kind>;
  #settled = false;

  constructor(occurrence: OccurrenceOf<Kind>, faults: RequestFaults<Kind>, draw: () => number) {
    this.occurrence = occurrence;
    this.#faults = faults;
    this.draw = draw;
  }

  get mode(): FaultOf<Kind>['mode'] {
    return this.occurrence.fault.mode;
  }

  hit(): void {
    this.#settle(null);
  }

  miss(why: Miss): void {
    this.#settle(why);
  }

  #settle(why: Miss | null): void {
    if (this.#settled) return;
    this.#settled = true;
    this.#faults.settle(this.occurrence.index, why);
  }
}
