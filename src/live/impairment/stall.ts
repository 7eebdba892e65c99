import { PassThrough } from './impairment.ts';

/** The client's side does not read; what it sends arrives. */
export class StallImpairment extends PassThrough {
  override get reads(): boolean {
    return false;
  }
}
