import { ServiceClock } from '../core/server/service-clock.ts';
import { wall, type WallMs } from '../core/time/instant.ts';
import { wallSince, type WallAnchor } from '../metrics/wall-clock.ts';

/** A service's wall clock. Its faults are timed by `performance.now()`, which never steps. */
export class WallServiceClock extends ServiceClock {
  readonly #anchor: WallAnchor | null;

  /** @param anchor wall clock of the run, unaffected by steps of the machine's clock; null: the machine's clock */
  constructor(anchor: WallAnchor | null = null) {
    super();
    this.#anchor = anchor;
  }

  /** Returns the time without faults. */
  trueNow(): WallMs {
    return wall(this.#anchor === null ? Date.now() : wallSince(this.#anchor));
  }

  now(): WallMs {
    return wall(this.trueNow() + this.errorMs(performance.now()));
  }

  /** Returns the true time until this clock shows `at`, ms; negative when that is past. */
  msUntil(at: WallMs): number {
    const nowMs = performance.now();
    return this.whenItShows(nowMs + at - this.trueNow(), nowMs) - nowMs;
  }
}
