import type { Writable } from 'node:stream';
import { Alarm } from './alarm.ts';

/** Most actions that faults may delay at the same time. */
const MAX_DELAYED = 20_000;

/** Answers and closes that faults delay. */
export class Delays {
  readonly #alarms = new Map<Alarm, Writable>();

  /**
   * Calls `act` after `delayMs`, or as soon as `stream` closes; returns false, and never calls it, at the bound.
   * @param stream the response or bare socket that the action concerns
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

  /** Cancels all actions and destroys their streams. */
  close(): void {
    const streams = [...this.#alarms.values()];
    for (const alarm of this.#alarms.keys()) alarm.set(Infinity);
    this.#alarms.clear();
    for (const stream of streams) stream.destroy();
  }
}
