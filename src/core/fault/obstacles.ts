import type { Draws } from '../random/draws.ts';
import type { Miss, Tally } from './fault.ts';
import { FurtherDraws } from './further-draws.ts';
import type { HandshakeFault } from './handshake.ts';
import type { RefreshFault } from './refresh.ts';
import { hitAtMs, isDrawn } from './select.ts';
import type { Strike } from './strike.ts';

/** What stands in the way of a request, and by whom it is to be told what came of it: the first word counts. */
export interface Obstacle<Mode> {
  readonly strike: Strike;
  readonly mode: Mode;
  /** a uniform draw in [0, 1) for whatever the fault leaves to chance; another one at each call */
  readonly draw: () => number;
  readonly spoiled: () => void;
  readonly missed: (why: Miss) => void;
}

interface Standing<Mode> {
  readonly strike: Strike;
  readonly mode: Mode;
  readonly beganAtMs: number;
  readonly tally: Tally;
}

/**
 * The faults of one kind that stand in the way of requests. Each counts every request of a client that it is drawn
 * for; where several do, the one that began first is carried out and the others miss. Times are milliseconds on any
 * one clock.
 */
export class Obstacles<Fault extends RefreshFault | HandshakeFault> {
  readonly #draws: Draws;
  readonly #count: number;
  readonly #standing = new Map<number, Standing<Fault['mode']>>();
  /** met by requests that are still under way */
  readonly #met = new Set<Obstacle<Fault['mode']>>();
  readonly #further: FurtherDraws;

  constructor(draws: Draws, count: number) {
    this.#draws = draws;
    this.#count = count;
    this.#further = new FurtherDraws(draws, count);
  }

  begin(strike: Strike, mode: Fault['mode'], tally: Tally, nowMs: number): void {
    this.#standing.set(strike.index, { strike, mode, tally, beganAtMs: nowMs });
  }

  end(index: number): void {
    this.#standing.delete(index);
  }

  /** A request of `client` has arrived. */
  meet(client: number, nowMs: number): Obstacle<Fault['mode']> | undefined {
    let first: Obstacle<Fault['mode']> | undefined;
    for (const standing of this.#standing.values()) {
      if (!this.#isFor(standing, client, nowMs)) continue;
      standing.tally.planned += 1;
      if (first === undefined) first = this.#obstacle(standing, client);
      else standing.tally.miss('another-fault');
    }
    return first;
  }

  /** Whoever has met an obstacle that is still to do its work is missed. */
  close(): void {
    for (const obstacle of this.#met) obstacle.missed('run-over');
  }

  #isFor({ strike, beganAtMs }: Standing<Fault['mode']>, client: number, nowMs: number): boolean {
    if (!isDrawn(this.#draws, strike, client, this.#count)) return false;
    if (strike.fault.spreadMs === 0) return true;
    const fromMs = hitAtMs(this.#draws, strike, client, beganAtMs);
    return fromMs <= nowMs && nowMs < fromMs + strike.fault.forMs;
  }

  #obstacle({ strike, mode, tally }: Standing<Fault['mode']>, client: number): Obstacle<Fault['mode']> {
    const obstacle: Obstacle<Fault['mode']> = {
      strike,
      mode,
      draw: () => this.#further.next(strike, client),
      spoiled: () => {
        if (this.#met.delete(obstacle)) tally.hit += 1;
      },
      missed: (why) => {
        if (this.#met.delete(obstacle)) tally.miss(why);
      },
    };
    this.#met.add(obstacle);
    return obstacle;
  }
}
