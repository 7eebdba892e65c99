import type { Writable } from 'node:stream';
import { Alarm } from './alarm.ts';

/** What faults may have put off at the same time. */
const MAX_DELAYED = 20_000;

/** What faults put off: answers that are held back, closes that are still to come. */
export class Delays {
  readonly #alarms = new Map<Alarm, Writable>();

  /**
   * Acts after `delayMs`, or as soon as whom it concerns has gone; false, and never, when too many wait already.
   * @param stream whom it concerns: a response, or a bare socket
   */
  put(stream: Writable, delayMs: number, act: () => void): boolean {
    if (this.#alarms.size >= MAX_DELAYED) return false;
    const due = (): void => {
      alarm.set(Infinity);
      stream.off('close', due);
      if (this.#alarms.delete(alarm)) act();
    };
    const alarm = new Alarm(due);
    this.#alarms.set(alarm, stream);
    stream.once('close', due);
    alarm.set(stream.destroyed ? 0 : performance.now() + delayMs);
    return true;
  }

  /** Nothing is done any more, and whoever waits is hung up on. */
  close(): void {
    const streams = [...this.#alarms.values()];
    for (const alarm of this.#alarms.keys()) alarm.set(Infinity);
    this.#alarms.clear();
    for (const stream of streams) stream.destroy();
  }
}
