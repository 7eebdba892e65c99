import { ServiceClock } from '../core/server/service-clock.ts';
import { wall, type WallMs } from '../core/time/instant.ts';
import { wallSince, type WallAnchor } from '../metrics/wall-clock.ts';

/** A service's wall clock. What faults do to it is timed by `performance.now()`, which nothing sets. */
export class WallServiceClock extends ServiceClock {
  readonly #anchor: WallAnchor | null;

  /** @param anchor of the run, which no step of the machine's clock moves; null: the machine's wall clock is true */
  constructor(anchor: WallAnchor | null = null) {
    super();
    this.#anchor = anchor;
  }

  /** The time without what faults have made of it. */
  trueNow(): WallMs {
    return wall(this.#anchor === null ? Date.now() : wallSince(this.#anchor));
  }

  now(): WallMs {
    return wall(this.trueNow() + this.errorMs(performance.now()));
  }

  /** How long it really takes until this clock shows `at`, ms; negative when it is past. */
  msUntil(at: WallMs): number {
    const nowMs = performance.now();
    return this.whenItShows(nowMs + at - this.trueNow(), nowMs) - nowMs;
  }
}
