import { PassThrough } from './impairment.ts';

/**
 * Half-open: nothing passes, and neither side is told, not even of the end. What was sent meanwhile is lost for good,
 * frame by frame: what comes is still read and taken apart, or the first byte that passes again would be misunderstood.
 */
export class SilentImpairment extends PassThrough {
  override readonly hears = false;
  /** ends that nobody was told of, in order: of one connection, so they are few */
  #untold: (() => void)[] = [];

  override leaves(): void {}

  override delivers(): void {}

  override concludes(tell: () => void): void {
    this.#untold.push(tell);
  }

  override ends(tell: () => void): void {
    this.#untold.push(tell);
  }

  override hangsUp(cut: () => void): void {
    this.#untold.push(cut);
  }

  override release(): void {
    const untold = this.#untold;
    this.#untold = [];
    for (const tell of untold) tell();
  }
}
