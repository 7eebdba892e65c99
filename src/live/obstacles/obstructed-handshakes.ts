import type { DropMode } from '../../core/fault/drop.ts';
import type { Miss, Tally } from '../../core/fault/fault.ts';
import type { HandshakeFault, HandshakeMode } from '../../core/fault/handshake.ts';
import { Obstacles, type Obstacle } from '../../core/fault/obstacles.ts';
import type { Strike } from '../../core/fault/strike.ts';
import { timeMs } from '../../core/random/time.ts';
import { isStatus, NETWORK, type Signal } from '../../core/signal.ts';
import { headerOf } from './header-of.ts';
import { Held } from './held.ts';
import type { Population } from './population.ts';

/** How attempts go on, and how they and connections end. */
export interface Dialler {
  readonly connect: (client: number) => void;
  /** `retryAfter`: the header of an answer that has one */
  readonly fail: (client: number, signal: Signal, retryAfter: string | null) => void;
  readonly drop: (client: number, mode: DropMode) => Miss | null;
}

type KickMode = Extract<HandshakeMode, { kind: 'kick' }>;

interface Kick {
  readonly obstacle: Obstacle<HandshakeMode>;
  readonly mode: KickMode;
}

/**
 * The clients' attempts, with what faults put in their way towards a target that knows of no faults: each ends, or is
 * held up, as if its gateway had done it. Where a fault answers by itself, nothing is sent.
 */
export class ObstructedHandshakes {
  readonly #population: Population;
  readonly #obstacles: Obstacles<HandshakeFault>;
  readonly #dialler: Dialler;
  readonly #held = new Held();
  /** clients that are to be thrown out once they are in */
  readonly #kicks = new Map<number, Kick>();

  constructor(population: Population, dialler: Dialler) {
    this.#population = population;
    this.#obstacles = new Obstacles(population.draws, population.planned);
    this.#dialler = dialler;
  }

  begin(strike: Strike, mode: HandshakeMode, tally: Tally): void {
    this.#obstacles.begin(strike, mode, tally, strike.atMs);
  }

  /** The occurrence is over. */
  end(index: number): void {
    this.#obstacles.end(index);
    this.#held.release(index);
  }

  dial(client: number): void {
    const { numberOf, now } = this.#population;
    const obstacle = this.#obstacles.meet(numberOf(client), now());
    if (obstacle === undefined) return this.#dialler.connect(client);
    const { mode, strike } = obstacle;
    if (mode.kind === 'kick') {
      this.#kicks.set(client, { obstacle, mode });
      return this.#dialler.connect(client);
    }
    obstacle.spoiled();
    switch (mode.kind) {
      case 'refuse':
        return this.#fail(client, NETWORK.refused);
      case 'status':
        return this.#fail(client, mode.status, headerOf(mode, this.#population));
      case 'hang':
        return this.#held.untilOver(client, strike.index, () => this.#dialler.fail(client, NETWORK.reset, null));
      case 'slow':
        return this.#held.forMs(client, timeMs(mode.delay, obstacle.draw()), () => this.#dialler.connect(client));
    }
  }

  /** The client is connected. */
  opened(client: number): void {
    const kick = this.#kicks.get(client);
    if (kick !== undefined) this.#held.forMs(client, kick.mode.afterMs, () => this.#kick(client, kick));
  }

  /** The attempt or connection is over; `signal` where it was not the client that ended it. */
  over(client: number, signal?: Signal): void {
    this.#held.abandon(client);
    const kick = this.#kicks.get(client);
    if (kick === undefined) return;
    kick.obstacle.missed(signal !== undefined && isStatus(signal) ? 'refused' : 'not-connected');
    this.#kicks.delete(client);
  }

  /** The run is over, and whatever was still to come of a fault has missed. */
  close(): void {
    this.#obstacles.close();
  }

  #kick(client: number, { obstacle, mode: { code, reason } }: Kick): void {
    this.#kicks.delete(client);
    const why = this.#dialler.drop(client, { kind: 'close', code, reason });
    if (why === null) obstacle.spoiled();
    else obstacle.missed(why);
  }

  /** Later: nobody is answered from within the question. */
  #fail(client: number, signal: Signal, retryAfter: string | null = null): void {
    this.#held.forMs(client, 0, () => this.#dialler.fail(client, signal, retryAfter));
  }
}
