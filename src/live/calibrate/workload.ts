import type { Signal } from '../../core/signal.ts';

/** One kind of thing that can be asked of a target at a rate. */
export interface Workload {
  /**
   * Begins try number `n` of a step. Never rejects.
   *
   * @returns how it failed; null: it succeeded. `NETWORK.localLimit`: this machine could not even begin it.
   */
  begin(n: number): Promise<Signal | null>;
  /** Ends whatever is under way, and resolves when nothing of the step is left. */
  end(): Promise<void>;
}
