import { PassingLink } from './link.ts';

/** Every message passes twice. */
export class DuplicatingLink extends PassingLink {
  override leaves(frame: Buffer, isData: boolean, passOn: (frame: Buffer) => void): void {
    passOn(frame);
    if (isData) passOn(frame);
  }

  override delivers(message: Buffer, passOn: (message: Buffer) => void): void {
    passOn(message);
    passOn(message);
  }
}
