import type { FaultTally, Miss, Tally } from '../core/fault/fault.ts';
import type { HandshakeFault } from '../core/fault/handshake.ts';
import type { RefreshFault } from '../core/fault/refresh.ts';
import { furtherDraw, hitAtMs, isDrawn } from '../core/fault/select.ts';
import type { Strike } from '../core/fault/strike.ts';
import type { Draws } from '../core/random/draws.ts';

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
}

/**
 * The faults of one kind that stand in the way of requests. Each counts every request of a client that it is drawn
 * for; where several do, the one that began first is carried out and the others miss.
 */
export class Obstacles<Fault extends RefreshFault | HandshakeFault> {
  readonly #draws: Draws;
  readonly #count: number;
  readonly #tallies: Map<number, Tally>;
  readonly #standing = new Map<number, Standing<Fault['mode']>>();
  /** met by requests that are still under way */
  readonly #met = new Set<Obstacle<Fault['mode']>>();
  /** draws made so far, by the fault's place and then by the client: at most one number for each pair */
  readonly #drawn = new Map<number, Uint32Array>();

  /** @param tallies by the fault's index, kept by whoever reports them */
  constructor(draws: Draws, count: number, tallies: Map<number, Tally>) {
    this.#draws = draws;
    this.#count = count;
    this.#tallies = tallies;
  }

  begin(strike: Strike, mode: Fault['mode']): void {
    this.#standing.set(strike.index, { strike, mode, beganAtMs: performance.now() });
  }

  end(index: number): void {
    this.#standing.delete(index);
  }

  /** A request of `client` has arrived. */
  meet(client: number): Obstacle<Fault['mode']> | undefined {
    let first: Obstacle<Fault['mode']> | undefined;
    for (const standing of this.#standing.values()) {
      if (!this.#isFor(standing, client)) continue;
      const tally = this.#tallies.get(standing.strike.faultIndex);
      if (tally === undefined) continue;
      tally.planned += 1;
      if (first === undefined) first = this.#obstacle(standing, client, tally);
      else tally.miss('another-fault');
    }
    return first;
  }

  /** Whoever has met an obstacle that is still to do its work is missed. */
  close(): void {
    for (const obstacle of this.#met) obstacle.missed('run-over');
  }

  #isFor({ strike, beganAtMs }: Standing<Fault['mode']>, client: number): boolean {
    if (!isDrawn(this.#draws, strike, client, this.#count)) return false;
    if (strike.fault.spreadMs === 0) return true;
    const fromMs = hitAtMs(this.#draws, strike, client, beganAtMs);
    const nowMs = performance.now();
    return fromMs <= nowMs && nowMs < fromMs + strike.fault.forMs;
  }

  #obstacle({ strike, mode }: Standing<Fault['mode']>, client: number, tally: Tally): Obstacle<Fault['mode']> {
    const obstacle: Obstacle<Fault['mode']> = {
      strike,
      mode,
      draw: () => furtherDraw(this.#draws, strike, client, this.#countDraw(strike.faultIndex, client)),
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

  /** How many draws this fault has made for this client before. */
  #countDraw(faultIndex: number, client: number): number {
    const drawn = this.#drawn.get(faultIndex) ?? new Uint32Array(this.#count);
    this.#drawn.set(faultIndex, drawn);
    return drawn[client]!++;
  }
}

/** What is sent of tallies. */
export function plainTallies(tallies: ReadonlyMap<number, Tally>): Readonly<Record<number, FaultTally>> {
  return Object.fromEntries(
    Array.from(tallies, ([index, { planned, hit, missed }]) => [index, { planned, hit, missed: { ...missed } }]),
  );
}
