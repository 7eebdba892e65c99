import type { ClockFault } from '../fault/clock.ts';

/** The error that a clock fault adds to a clock. */
type ClockError = Pick<ClockFault, 'offsetMs' | 'driftPerMs'>;

/** Lowest assumed rate of a clock that several drifts slow down; its owner then checks again. */
const MIN_RATE = 0.1;

/** The clock of a service: true time plus the errors that faults add. Instants are milliseconds. */
export class ServiceClock {
  /** errors by occurrence, which add up */
  readonly #errors = new Map<number, ClockError & { readonly since: number }>();

  begin(occurrence: number, { offsetMs, driftPerMs }: ClockError, since: number): void {
    this.#errors.set(occurrence, { offsetMs, driftPerMs, since });
  }

  /** Removes the error of an occurrence. @returns false when it had none */
  end(occurrence: number): boolean {
    return this.#errors.delete(occurrence);
  }

  /** The reading of the clock at an instant of true time. */
  at(now: number): number {
    return now + this.errorMs(now);
  }

  /** The reading minus true time, ms. */
  errorMs(now: number): number {
    if (this.#errors.size === 0) return 0;
    let errorMs = 0;
    for (const { offsetMs, driftPerMs, since } of this.#errors.values())
      errorMs += offsetMs + driftPerMs * (now - since);
    return errorMs;
  }

  /** The instant at which the clock shows `shown`, unless another fault changes it before. */
  whenItShows(shown: number, now: number): number {
    if (this.#errors.size === 0) return shown;
    let rate = 1;
    for (const { driftPerMs } of this.#errors.values()) rate += driftPerMs;
    return now + (shown - this.at(now)) / Math.max(rate, MIN_RATE);
  }
}
