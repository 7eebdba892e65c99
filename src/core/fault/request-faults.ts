import type { Draws } from '../random/draws.ts';
import type { FaultOf, Miss, Tally } from './fault.ts';
import { FurtherDraws } from './further-draws.ts';
import type { OccurrenceOf } from './occurrence.ts';
import { hitAtMs, isDrawn } from './select.ts';
import type { Tallies } from './tallies.ts';

/** Kinds of faults that spoil requests. */
export type RequestKind = 'refresh' | 'handshake';

/** An occurrence that has begun. */
interface Standing<Kind extends RequestKind> {
  readonly occurrence: OccurrenceOf<Kind>;
  readonly fromMs: number;
  readonly tally: Tally;
  /** requests that have met it, and of which it is not known yet whether it hits or misses them */
  unsettled: number;
}

/**
 * The faults of one kind that spoil requests. Each counts every request of a client that it is drawn for; where several
 * do, the one that began first is carried out and the others miss. Nothing is allocated for a request.
 */
export class RequestFaults<Kind extends RequestKind> {
  readonly #draws: Draws;
  readonly #count: number;
  readonly #tallies: Tallies;
  readonly #further: FurtherDraws;
  /** in the order in which they began */
  #standing: readonly Standing<Kind>[] = [];
  /** all that have ever begun, by the occurrence's index */
  readonly #known = new Map<number, Standing<Kind>>();
  #onEnd: (index: number) => void = () => {};
  #stopped = false;

  /** @param count clients of the whole population */
  constructor(draws: Draws, count: number, tallies: Tallies) {
    this.#draws = draws;
    this.#count = count;
    this.#tallies = tallies;
    this.#further = new FurtherDraws(draws, count);
  }

  /** Calls `ended` with the index of each occurrence that ends: what it has left hanging goes on. */
  onEnd(ended: (index: number) => void): void {
    this.#onEnd = ended;
  }

  /** @param fromMs when the occurrence was to begin, by the clock of `meet` */
  begin(occurrence: OccurrenceOf<Kind>, fromMs: number): void {
    const standing = { occurrence, fromMs, tally: this.#tallies.of(occurrence), unsettled: 0 };
    this.#standing = [...this.#standing, standing];
    this.#known.set(occurrence.index, standing);
  }

  /** @param index the occurrence's */
  end(index: number): void {
    this.#standing = this.#standing.filter(({ occurrence }) => occurrence.index !== index);
    this.#onEnd(index);
  }

  /**
   * A request arrives.
   *
   * @param client its number in the whole population
   * @returns the fault that it meets, to be settled once; null when it meets none
   */
  meet(client: number, nowMs: number): OccurrenceOf<Kind> | null {
    let first: Standing<Kind> | null = null;
    for (const standing of this.#standing) {
      if (!this.#isFor(standing, client, nowMs)) continue;
      standing.tally.planned += 1;
      if (first === null) first = standing;
      else standing.tally.miss('another-fault');
    }
    if (first === null) return null;
    first.unsettled += 1;
    return first.occurrence;
  }

  /** The same with an object that settles the fault once, whatever is said later. */
  request(client: number, nowMs: number): RequestFault<Kind> | undefined {
    const occurrence = this.meet(client, nowMs);
    if (occurrence === null) return undefined;
    return new RequestFault(occurrence, this, () => this.#further.next(occurrence, client));
  }

  /** @param index of an occurrence that has begun */
  occurrence(index: number): OccurrenceOf<Kind> {
    return this.#known.get(index)!.occurrence;
  }

  /** Counts one request that has met the occurrence: as a hit with null, or as a miss. Once stopped, nothing counts. */
  settle(index: number, why: Miss | null): void {
    if (this.#stopped) return;
    const standing = this.#known.get(index)!;
    standing.unsettled -= 1;
    if (why === null) standing.tally.hit += 1;
    else standing.tally.miss(why);
  }

  /** The run is over: no request meets a fault any more, and what is not settled is missed. */
  stop(): void {
    if (this.#stopped) return;
    this.#stopped = true;
    this.#standing = [];
    for (const { tally, unsettled } of this.#known.values()) tally.miss('run-over', unsettled);
  }

  #isFor({ occurrence, fromMs }: Standing<Kind>, client: number, nowMs: number): boolean {
    if (!isDrawn(this.#draws, occurrence, client, this.#count)) return false;
    if (occurrence.fault.spreadMs === 0) return true;
    const beginsMs = hitAtMs(this.#draws, occurrence, client, fromMs);
    return beginsMs <= nowMs && nowMs < beginsMs + occurrence.fault.forMs;
  }
}

/** The fault that one request has met. It is settled by the first call of `hit` or `miss`. */
export class RequestFault<Kind extends RequestKind> {
  readonly occurrence: OccurrenceOf<Kind>;
  /** Draws a number in [0, 1) for what the fault leaves to chance; another one at each call. */
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
