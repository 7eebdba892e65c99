import type { ClockFault } from '../fault/clock.ts';

/** What a clock fault does to a clock. */
type ClockError = Pick<ClockFault, 'offsetMs' | 'driftPerMs'>;

/** Several drifts together might stand still; a waiter looks again then. */
const MIN_RATE = 0.1;

/** What a service takes for the time: true time, and what faults have made of it. Instants are milliseconds. */
export class ServiceClock {
  /** by the occurrence; several add up */
  readonly #wrong = new Map<number, ClockError & { readonly since: number }>();

  begin(occurrence: number, { offsetMs, driftPerMs }: ClockError, since: number): void {
    this.#wrong.set(occurrence, { offsetMs, driftPerMs, since });
  }

  /** The clock is set right again; false when this occurrence had not touched it. */
  end(occurrence: number): boolean {
    return this.#wrong.delete(occurrence);
  }

  /** What the clock shows at an instant of true time. */
  at(now: number): number {
    return now + this.errorMs(now);
  }

  /** How far the clock is ahead of true time. */
  errorMs(now: number): number {
    if (this.#wrong.size === 0) return 0;
    let errorMs = 0;
    for (const { offsetMs, driftPerMs, since } of this.#wrong.values())
      errorMs += offsetMs + driftPerMs * (now - since);
    return errorMs;
  }

  /** When the clock shows `shown`, if no other fault touches it before. Drifts never stop a clock. */
  whenItShows(shown: number, now: number): number {
    if (this.#wrong.size === 0) return shown;
    let rate = 1;
    for (const { driftPerMs } of this.#wrong.values()) rate += driftPerMs;
    return now + (shown - this.at(now)) / Math.max(rate, MIN_RATE);
  }
}
