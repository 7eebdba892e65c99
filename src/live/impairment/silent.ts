import { PassThrough } from './impairment.ts';

/**
 * A half-open link: nothing passes, and neither side learns of it, not even of the end. Whole frames are lost: the socket
 * is still read and its frames parsed, so that the first byte after the fault is understood.
 */
export class SilentImpairment extends PassThrough {
  override readonly hears = false;
  /** withheld ends of one connection, in order: three at most */
  #withheld: (() => void)[] = [];

  override frameOut(): void {}

  override messageIn(): void {}

  override closeFrameIn(passOn: () => void): void {
    this.#withheld.push(passOn);
  }

  override endIn(passOn: () => void): void {
    this.#withheld.push(passOn);
  }

  override hangUp(cut: () => void): void {
    this.#withheld.push(cut);
  }

  override release(): void {
    const withheld = this.#withheld;
    this.#withheld = [];
    for (const passOn of withheld) passOn();
  }
}
