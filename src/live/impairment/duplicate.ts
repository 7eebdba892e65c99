import { PassThrough } from './impairment.ts';

/** Every message passes twice. */
export class DuplicateImpairment extends PassThrough {
  override leaves(frame: Buffer, isData: boolean, passOn: (frame: Buffer) => void): void {
    passOn(frame);
    if (isData) passOn(frame);
  }

  override delivers(message: Buffer, passOn: (message: Buffer) => void): void {
    passOn(message);
    passOn(message);
  }
}
