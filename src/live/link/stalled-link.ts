import { PassingLink } from './link.ts';

/** The client's side does not read; what it sends arrives. */
export class StalledLink extends PassingLink {
  override get reads(): boolean {
    return false;
  }
}
