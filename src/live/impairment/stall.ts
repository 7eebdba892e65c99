import { PassThrough } from './impairment.ts';

/** A link on which the client does not read, although what it sends arrives. */
export class StallImpairment extends PassThrough {
  override get reads(): boolean {
    return false;
  }
}
