import { PassingLink } from './link.ts';

/** Half-open: nothing passes, and nobody is told, not even of the end. What was sent meanwhile is lost for good. */
export class SilentLink extends PassingLink {
  override readonly tellsEnd = false;

  override arrives(): void {}

  override leaves(): void {}
}
