import type { ClockFault } from '../core/fault/clock.ts';
import { wall, type WallMs } from '../core/time/instant.ts';
import { wallSince, type WallAnchor } from '../metrics/wall-clock.ts';

interface Wrong {
  readonly offsetMs: number;
  readonly driftPerMs: number;
  readonly sinceMs: number;
}

/** What a service takes for the time: the true time of the run, and what faults have made of it. */
export class ServiceClock {
  /** by the occurrence; several add up */
  readonly #wrong = new Map<number, Wrong>();

  readonly #anchor: WallAnchor | null;

  /** @param anchor of the run, which no step of the machine's clock moves; null: the machine's wall clock is true */
  constructor(anchor: WallAnchor | null = null) {
    this.#anchor = anchor;
  }

  /** The time without what faults have made of it. */
  trueNow(): WallMs {
    return wall(this.#anchor === null ? Date.now() : wallSince(this.#anchor));
  }

  now(): WallMs {
    let errorMs = 0;
    for (const { offsetMs, driftPerMs, sinceMs } of this.#wrong.values()) {
      errorMs += offsetMs + driftPerMs * (performance.now() - sinceMs);
    }
    return wall(this.trueNow() + errorMs);
  }

  /** How long it really takes until this clock shows `at`; negative when it is past. Drifts never stop a clock. */
  msUntil(at: WallMs): number {
    let rate = 1;
    for (const { driftPerMs } of this.#wrong.values()) rate += driftPerMs;
    return (at - this.now()) / Math.max(rate, MIN_RATE);
  }

  /** @param agoMs how long ago it went wrong, where a process that has died had begun it */
  begin(occurrence: number, { offsetMs, driftPerMs }: Pick<ClockFault, 'offsetMs' | 'driftPerMs'>, agoMs = 0): void {
    this.#wrong.set(occurrence, { offsetMs, driftPerMs, sinceMs: performance.now() - agoMs });
  }

  /** It is set right again; false when this occurrence had not touched it. */
  end(occurrence: number): boolean {
    return this.#wrong.delete(occurrence);
  }
}

/** Several drifts together might stand still; whoever waits looks again then. */
const MIN_RATE = 0.1;
