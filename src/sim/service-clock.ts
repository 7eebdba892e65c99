import type { ClockFault } from '../core/fault/clock.ts';
import { mono, type MonoMs } from '../core/time/instant.ts';

interface Wrong {
  readonly offsetMs: number;
  readonly driftPerMs: number;
  readonly since: MonoMs;
}

/** What a modelled service takes for the time: true time, and what faults have made of it. */
export class ServiceClock {
  /** by the occurrence; several add up */
  readonly #wrong = new Map<number, Wrong>();

  begin(occurrence: number, { offsetMs, driftPerMs }: ClockFault, since: MonoMs): void {
    this.#wrong.set(occurrence, { offsetMs, driftPerMs, since });
  }

  end(occurrence: number): void {
    this.#wrong.delete(occurrence);
  }

  /** What it shows at an instant of true time. */
  at(now: number): MonoMs {
    if (this.#wrong.size === 0) return mono(now);
    let errorMs = 0;
    for (const { offsetMs, driftPerMs, since } of this.#wrong.values())
      errorMs += offsetMs + driftPerMs * (now - since);
    return mono(now + errorMs);
  }

  /** When it shows `shown`, if nobody sets it meanwhile. Drifts never stop a clock. */
  whenItShows(shown: number, now: MonoMs): number {
    if (this.#wrong.size === 0) return shown;
    let rate = 1;
    for (const { driftPerMs } of this.#wrong.values()) rate += driftPerMs;
    return now + (shown - this.at(now)) / Math.max(rate, MIN_RATE);
  }
}

/** Several drifts together might stand still; whoever waits looks again then. */
const MIN_RATE = 0.1;
