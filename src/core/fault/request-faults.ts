import type { Draws } from '../random/draws.ts';
import type { Miss, Tally } from './fault.ts';
import { FurtherDraws } from './further-draws.ts';
import type { HandshakeFault } from './handshake.ts';
import type { RefreshFault } from './refresh.ts';
import { hitAtMs, isDrawn } from './select.ts';
import type { Occurrence } from './occurrence.ts';

/** What stands in the way of a request, and by whom it is to be told what came of it: the first word counts. */
export interface RequestFault<Mode> {
  readonly occurrence: Occurrence;
  readonly mode: Mode;
  /** a uniform draw in [0, 1) for whatever the fault leaves to chance; another one at each call */
  readonly draw: () => number;
  readonly spoiled: () => void;
  readonly missed: (why: Miss) => void;
}

interface Standing<Mode> {
  readonly occurrence: Occurrence;
  readonly mode: Mode;
  readonly beganAtMs: number;
  readonly tally: Tally;
}

/**
 * The faults of one kind that stand in the way of requests. Each counts every request of a client that it is drawn
 * for; where several do, the one that began first is carried out and the others miss. Times are milliseconds on any
 * one clock.
 */
export class RequestFaults<Fault extends RefreshFault | HandshakeFault> {
  readonly #draws: Draws;
  readonly #count: number;
  readonly #standing = new Map<number, Standing<Fault['mode']>>();
  /** met by requests that are still under way */
  readonly #met = new Set<RequestFault<Fault['mode']>>();
  readonly #further: FurtherDraws;

  constructor(draws: Draws, count: number) {
    this.#draws = draws;
    this.#count = count;
    this.#further = new FurtherDraws(draws, count);
  }

  begin(occurrence: Occurrence, mode: Fault['mode'], tally: Tally, nowMs: number): void {
    this.#standing.set(occurrence.index, { occurrence, mode, tally, beganAtMs: nowMs });
  }

  end(index: number): void {
    this.#standing.delete(index);
  }

  /** A request of `client` has arrived. */
  meet(client: number, nowMs: number): RequestFault<Fault['mode']> | undefined {
    let first: RequestFault<Fault['mode']> | undefined;
    for (const standing of this.#standing.values()) {
      if (!this.#isFor(standing, client, nowMs)) continue;
      standing.tally.planned += 1;
      if (first === undefined) first = this.#requestFault(standing, client);
      else standing.tally.miss('another-fault');
    }
    return first;
  }

  /** Whoever has met an requestFault that is still to do its work is missed. */
  close(): void {
    for (const requestFault of this.#met) requestFault.missed('run-over');
  }

  #isFor({ occurrence, beganAtMs }: Standing<Fault['mode']>, client: number, nowMs: number): boolean {
    if (!isDrawn(this.#draws, occurrence, client, this.#count)) return false;
    if (occurrence.fault.spreadMs === 0) return true;
    const fromMs = hitAtMs(this.#draws, occurrence, client, beganAtMs);
    return fromMs <= nowMs && nowMs < fromMs + occurrence.fault.forMs;
  }

  #requestFault({ occurrence, mode, tally }: Standing<Fault['mode']>, client: number): RequestFault<Fault['mode']> {
    const requestFault: RequestFault<Fault['mode']> = {
      occurrence,
      mode,
      draw: () => this.#further.next(occurrence, client),
      spoiled: () => {
        if (this.#met.delete(requestFault)) tally.hit += 1;
      },
      missed: (why) => {
        if (this.#met.delete(requestFault)) tally.miss(why);
      },
    };
    this.#met.add(requestFault);
    return requestFault;
  }
}
