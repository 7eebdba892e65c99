import type { CoreUse } from '../../embedded/protocol.ts';

/** Shortest stretch of a run of which a share is taken, ms: the figures are taken at instants up to 250 ms apart. */
const STRETCH_MS = 2000;
/** A shorter run is one stretch, from this length on, ms. */
const SHORTEST_MS = 1000;

/** Running totals of CPU time at one instant, ms. */
export interface CoreSample {
  readonly atMs: number;
  readonly target: CoreUse;
  /** CPU time of squall itself, without the target */
  readonly ownMs: number;
  /** CPU time of everything on this machine */
  readonly machineMs: number;
}

/**
 * The largest share of a stretch of the run for which a process of the embedded target waited for a core that work other
 * than squall's and the target's had. A target that waits for squall's own clients is as slow as the scenario asks.
 */
export class TargetStarvation {
  /** samples that may begin a stretch, the oldest first */
  #samples: CoreSample[] = [];
  #worst = 0;

  get worst(): number {
    return this.#worst;
  }

  look(sample: CoreSample): void {
    const { atMs } = sample;
    while (this.#samples.length > 1 && this.#samples[1]!.atMs <= atMs - STRETCH_MS) this.#samples.shift();
    const first = this.#samples[0];
    this.#samples.push(sample);
    if (first === undefined || atMs - first.atMs < SHORTEST_MS) return;
    const starvedMs = sample.target.starvedMs - first.target.starvedMs;
    // What a starved target reports is late, so that more than a stretch may seem to lie in it.
    const share = Math.min(1, Math.min(starvedMs, foreignMs(first, sample)) / (atMs - first.atMs));
    this.#worst = Math.max(this.#worst, share);
  }
}

/** CPU time of other work on this machine between two samples, ms. */
function foreignMs(from: CoreSample, to: CoreSample): number {
  const used = ({ target, ownMs, machineMs }: CoreSample): number => machineMs - ownMs - target.cpuMs;
  return Math.max(0, used(to) - used(from));
}
