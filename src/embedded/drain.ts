import { Alarm } from './alarm.ts';
import { CLOSE } from '../core/server/closes.ts';
import { drainsAt } from '../core/server/drain.ts';
import type { Session } from './session.ts';
import type { Sessions } from './sessions.ts';

/** Longest time that the last clients may take to answer their close frames, ms. */
const ANSWERED_WITHIN_MS = 1000;
/** Interval at which open connections are counted in that time, ms. */
const LOOK_EVERY_MS = 10;

/** Closes the connections of a gateway that will be replaced, one after the other, evenly over a time. */
export class Drain {
  readonly #sessions: Sessions;
  readonly #done: () => void;
  readonly #alarm = new Alarm(() => this.#advance());
  readonly #beganMs = performance.now();
  readonly #overMs: number;
  readonly #leaving: readonly Session[];
  #closed = 0;

  /** @param done called when no connection is open any more, or after ANSWERED_WITHIN_MS */
  constructor(sessions: Sessions, overMs: number, done: () => void) {
    this.#sessions = sessions;
    this.#overMs = overMs;
    this.#done = done;
    const leaving: Session[] = [];
    sessions.forEach((session) => leaving.push(session));
    this.#leaving = leaving;
    this.#advance();
  }

  close(): void {
    this.#alarm.set(Infinity);
  }

  #advance(): void {
    const nowMs = performance.now();
    while (this.#closed < this.#leaving.length && this.#turnMs(this.#closed + 1) <= nowMs) {
      this.#leaving[this.#closed++]!.close(CLOSE.restarting);
    }
    const endMs = this.#beganMs + this.#overMs;
    if (nowMs < endMs) return this.#alarm.set(this.#turnMs(this.#closed + 1));
    // Clients that connected during the drain are closed with the last.
    this.#sessions.forEach((session) => session.close(CLOSE.restarting));
    if (this.#sessions.open === 0 || nowMs >= endMs + ANSWERED_WITHIN_MS) return this.#done();
    this.#alarm.set(nowMs + LOOK_EVERY_MS);
  }

  /** Time at which the n-th connection is closed, from 1; the last one at the end. */
  #turnMs(n: number): number {
    return drainsAt(n, this.#leaving.length, this.#beganMs, this.#overMs);
  }
}
