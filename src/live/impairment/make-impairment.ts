import type { LinkMode } from '../../core/fault/link.ts';
import { timeMs } from '../../core/random/time.ts';
import { DelayImpairment, dueByDelay, dueByBandwidth } from './delay.ts';
import { PassThrough, type Impairment } from './impairment.ts';
import { ReorderImpairment } from './reorder.ts';
import { SilentImpairment } from './silent.ts';

/** A link on which the client does not read, although what it sends arrives. */
class StallImpairment extends PassThrough {
  override get reads(): boolean {
    return false;
  }
}

/** A link that delivers every message twice. */
class DuplicateImpairment extends PassThrough {
  override frameOut(frame: Buffer, isData: boolean, passOn: (frame: Buffer) => void): void {
    passOn(frame);
    if (isData) passOn(frame);
  }

  override messageIn(message: Buffer, passOn: (message: Buffer) => void): void {
    passOn(message);
    passOn(message);
  }
}

/**
 * Makes the impairment of a link mode for one connection.
 * @param draw gives the next uniform draw in [0, 1)
 */
export function makeImpairment(mode: LinkMode, draw: () => number): Impairment {
  switch (mode.kind) {
    case 'silent':
      return new SilentImpairment();
    case 'stall':
      return new StallImpairment();
    case 'latency':
      return new DelayImpairment(dueByDelay(() => timeMs(mode.delay, draw())));
    case 'bandwidth':
      return new DelayImpairment(dueByBandwidth(mode.bytesPerSecond));
    case 'duplicate':
      return new DuplicateImpairment();
    case 'reorder':
      return new ReorderImpairment();
  }
}
