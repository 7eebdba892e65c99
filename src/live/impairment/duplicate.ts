import { PassThrough } from './impairment.ts';

/** A link that delivers every message twice. */
export class DuplicateImpairment extends PassThrough {
  override frameOut(frame: Buffer, isData: boolean, passOn: (frame: Buffer) => void): void {
    passOn(frame);
    if (isData) passOn(frame);
  }

  override messageIn(message: Buffer, passOn: (message: Buffer) => void): void {
    passOn(message);
    passOn(message);
  }
}
