import type { Fault, Miss, Tally } from '../core/fault/fault.ts';
import { hitAtMs, isDrawn } from '../core/fault/select.ts';
import type { Occurrence } from '../core/fault/occurrence.ts';
import type { ClientContext } from '../core/client/context.ts';
import { numberOf } from '../core/client/context.ts';
import type { MonoMs } from '../core/time/instant.ts';

/** One occurrence of a fault of this kind. */
export type OccurrenceOf<Kind extends Fault['kind']> = Occurrence & { readonly fault: Extract<Fault, { kind: Kind }> };

/**
 * The faults of one kind that stand in the way of requests. Each counts every request of a client that it is drawn
 * for; where several do, the one that began first is carried out and the others miss.
 */
export class ModelRequestFaults<Kind extends 'refresh' | 'handshake'> {
  readonly #context: ClientContext;
  readonly #tallies: readonly Tally[];
  readonly #standing = new Map<number, OccurrenceOf<Kind>>();
  /** all that ever stood, by the occurrence's index */
  readonly #known = new Map<number, OccurrenceOf<Kind>>();
  /** by client: one more than the index of the occurrence that its request has met and that is still to do its work */
  readonly #pending: Uint16Array;

  /** @param tallies by the fault's place among those of the run */
  constructor(life: ClientContext, tallies: readonly Tally[]) {
    this.#context = life;
    this.#tallies = tallies;
    this.#pending = new Uint16Array(life.planned);
  }

  begin(occurrence: OccurrenceOf<Kind>): void {
    this.#standing.set(occurrence.index, occurrence);
    this.#known.set(occurrence.index, occurrence);
  }

  /** @param index the occurrence's */
  end(index: number): void {
    this.#standing.delete(index);
  }

  /** A request has arrived. What it has met waits to be told what came of it. */
  meet(client: number, now: MonoMs): OccurrenceOf<Kind> | null {
    if (this.#standing.size === 0) return null;
    let first: OccurrenceOf<Kind> | null = null;
    for (const occurrence of this.#standing.values()) {
      if (!this.#isFor(occurrence, client, now)) continue;
      const tally = this.#tallies[occurrence.faultIndex]!;
      tally.planned += 1;
      if (first === null) first = occurrence;
      else tally.miss('another-fault');
    }
    if (first !== null) this.#pending[client] = first.index + 1;
    return first;
  }

  /** What the client's request has met and has not been told about yet. */
  pending(client: number): OccurrenceOf<Kind> | null {
    const which = this.#pending[client]!;
    return which === 0 ? null : this.#known.get(which - 1)!;
  }

  /** It has done its work: null; or it will not any more, and why. */
  settle(client: number, why: Miss | null): void {
    const occurrence = this.pending(client);
    if (occurrence === null) return;
    this.#pending[client] = 0;
    const tally = this.#tallies[occurrence.faultIndex]!;
    if (why === null) tally.hit += 1;
    else tally.miss(why);
  }

  /** The run is over. */
  close(): void {
    if (this.#known.size === 0) return;
    for (let client = 0; client < this.#pending.length; client++) this.settle(client, 'run-over');
  }

  #isFor(occurrence: Occurrence, client: number, now: MonoMs): boolean {
    const { draws, planned } = this.#context;
    const number = numberOf(this.#context, client);
    if (!isDrawn(draws, occurrence, number, planned)) return false;
    const fromMs = hitAtMs(draws, occurrence, number, occurrence.atMs);
    return now >= fromMs && now < fromMs + occurrence.fault.forMs;
  }
}
