import { performance } from 'node:perf_hooks';
import { mono, wall, type MonoMs, type WallMs } from '../../core/time/instant.ts';
import { sharedNowMs, type WallAnchor } from '../../metrics/wall-clock.ts';

/** The instant that all threads of a run count from: its time 0. */
export type RunStart = WallAnchor;

/** Reads the run's clock. `performance.now` is cheap but counts from the thread's start, so it is aligned once. */
export class RunClock {
  readonly #offsetMs: number;
  readonly #wallMs: number;

  constructor(start: RunStart) {
    this.#offsetMs = sharedNowMs() - performance.now() - start.hrMs;
    this.#wallMs = start.wallMs;
  }

  now(): MonoMs {
    return mono(performance.now() + this.#offsetMs);
  }

  /** Returns the run's wall time: the wall clock at its start plus monotonic time. */
  wallAt(instant: MonoMs): WallMs {
    return wall(this.#wallMs + instant);
  }

  monoAt(instant: WallMs): MonoMs {
    return mono(instant - this.#wallMs);
  }
}
