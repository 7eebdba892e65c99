import type { Fault, Miss, Tally } from '../core/fault/fault.ts';
import { hitAtMs, isDrawn } from '../core/fault/select.ts';
import type { Strike } from '../core/fault/strike.ts';
import type { Life } from '../core/client/life.ts';
import { numberOf } from '../core/client/life.ts';
import type { MonoMs } from '../core/time/instant.ts';

/** One occurrence of a fault of this kind. */
export type StrikeOf<Kind extends Fault['kind']> = Strike & { readonly fault: Extract<Fault, { kind: Kind }> };

/**
 * The faults of one kind that stand in the way of requests. Each counts every request of a client that it is drawn
 * for; where several do, the one that began first is carried out and the others miss.
 */
export class Obstacles<Kind extends 'refresh' | 'handshake'> {
  readonly #life: Life;
  readonly #tallies: readonly Tally[];
  readonly #standing = new Map<number, StrikeOf<Kind>>();
  /** all that ever stood, by the strike's index */
  readonly #known = new Map<number, StrikeOf<Kind>>();
  /** by client: one more than the index of the strike that its request has met and that is still to do its work */
  readonly #pending: Uint16Array;

  /** @param tallies by the fault's place among those of the run */
  constructor(life: Life, tallies: readonly Tally[]) {
    this.#life = life;
    this.#tallies = tallies;
    this.#pending = new Uint16Array(life.planned);
  }

  begin(strike: StrikeOf<Kind>): void {
    this.#standing.set(strike.index, strike);
    this.#known.set(strike.index, strike);
  }

  /** @param index the strike's */
  end(index: number): void {
    this.#standing.delete(index);
  }

  /** A request has arrived. What it has met waits to be told what came of it. */
  meet(client: number, now: MonoMs): StrikeOf<Kind> | null {
    if (this.#standing.size === 0) return null;
    let first: StrikeOf<Kind> | null = null;
    for (const strike of this.#standing.values()) {
      if (!this.#isFor(strike, client, now)) continue;
      const tally = this.#tallies[strike.faultIndex]!;
      tally.planned += 1;
      if (first === null) first = strike;
      else tally.miss('another-fault');
    }
    if (first !== null) this.#pending[client] = first.index + 1;
    return first;
  }

  /** What the client's request has met and has not been told about yet. */
  pending(client: number): StrikeOf<Kind> | null {
    const which = this.#pending[client]!;
    return which === 0 ? null : this.#known.get(which - 1)!;
  }

  /** It has done its work: null; or it will not any more, and why. */
  settle(client: number, why: Miss | null): void {
    const strike = this.pending(client);
    if (strike === null) return;
    this.#pending[client] = 0;
    const tally = this.#tallies[strike.faultIndex]!;
    if (why === null) tally.hit += 1;
    else tally.miss(why);
  }

  /** The run is over. */
  close(): void {
    if (this.#known.size === 0) return;
    for (let client = 0; client < this.#pending.length; client++) this.settle(client, 'run-over');
  }

  #isFor(strike: Strike, client: number, now: MonoMs): boolean {
    const { draws, planned } = this.#life;
    const number = numberOf(this.#life, client);
    if (!isDrawn(draws, strike, number, planned)) return false;
    const fromMs = hitAtMs(draws, strike, number, strike.atMs);
    return now >= fromMs && now < fromMs + strike.fault.forMs;
  }
}
