import type { FaultTally, RefreshFault } from '../core/fault/fault.ts';
import { isDrawn } from '../core/fault/select.ts';
import { Draws } from '../core/random/draws.ts';
import { DropRun } from './drop-run.ts';
import type { TargetConfig } from './protocol.ts';
import type { Sessions } from './sessions.ts';

/** A refresh fault that stands in a request's way. */
export interface Obstacle {
  readonly index: number;
  readonly mode: RefreshFault['mode'];
  /** to be called once the request has been spoiled */
  readonly spoiled: () => void;
}

interface Tally {
  planned: number;
  hit: number;
}

/** The faults of a run that are carried out here, where they really happen, each with its count of whom it struck. */
export class Faults {
  readonly #config: TargetConfig;
  readonly #draws: Draws;
  readonly #sessions: Sessions;
  readonly #tallies = new Map<number, Tally>();
  readonly #refresh = new Map<number, RefreshFault>();
  readonly #drops = new Map<number, DropRun>();

  constructor(config: TargetConfig, sessions: Sessions) {
    this.#config = config;
    this.#draws = new Draws(config.seed);
    this.#sessions = sessions;
    for (const { index } of config.faults) this.#tallies.set(index, { planned: 0, hit: 0 });
  }

  get tallies(): Readonly<Record<number, FaultTally>> {
    return Object.fromEntries(this.#tallies);
  }

  /** @throws RangeError when the run has no such fault */
  begin(index: number): void {
    const fault = this.#config.faults.find((planned) => planned.index === index)?.fault;
    const tally = this.#tallies.get(index);
    if (fault === undefined || tally === undefined) {
      throw new RangeError(`fault ${index} is not among those that the target carries out: start it where it belongs`);
    }
    if (fault.kind === 'refresh') {
      this.#refresh.set(index, fault);
      return;
    }
    const drop = new DropRun(fault, this.#sessions, () => (tally.hit += 1));
    this.#drops.set(index, drop);
    tally.planned += drop.plan(this.#draws, index, this.#config.count);
  }

  /** Drops that have begun are carried through to their last client all the same. */
  end(index: number): void {
    this.#refresh.delete(index);
  }

  /**
   * What stands in the way of a refresh by `client`. Every active fault that drew the client counts the request as
   * planned; the first of them is the one to carry out.
   */
  obstacle(client: number): Obstacle | undefined {
    let first: Obstacle | undefined;
    for (const [index, fault] of this.#refresh) {
      const tally = this.#tallies.get(index);
      if (tally === undefined || !isDrawn(this.#draws, index, client, fault.share)) continue;
      tally.planned += 1;
      first ??= { index, mode: fault.mode, spoiled: () => (tally.hit += 1) };
    }
    return first;
  }

  close(): void {
    for (const drop of this.#drops.values()) drop.close();
  }
}
