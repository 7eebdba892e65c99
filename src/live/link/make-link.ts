import type { LinkMode } from '../../core/fault/link.ts';
import { timeMs } from '../../core/random/time.ts';
import { DelayedLink, later, narrow } from './delayed-link.ts';
import { DuplicatingLink } from './duplicating-link.ts';
import type { Link } from './link.ts';
import { ReorderingLink } from './reordering-link.ts';
import { SilentLink } from './silent-link.ts';
import { StalledLink } from './stalled-link.ts';

/** @param draw uniform in [0, 1), one draw after the other */
export function makeLink(mode: LinkMode, draw: () => number): Link {
  switch (mode.kind) {
    case 'silent':
      return new SilentLink();
    case 'stall':
      return new StalledLink();
    case 'latency':
      return new DelayedLink(later(() => timeMs(mode.delay, draw())));
    case 'bandwidth':
      return new DelayedLink(narrow(mode.bytesPerSecond));
    case 'duplicate':
      return new DuplicatingLink();
    case 'reorder':
      return new ReorderingLink();
  }
}
