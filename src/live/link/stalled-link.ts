import { PassingLink } from './link.ts';

/** The client's side does not read; what it sends arrives. */
export class StalledLink extends PassingLink {
  override readonly reads = false;
}
