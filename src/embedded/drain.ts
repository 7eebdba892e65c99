import { Alarm } from './alarm.ts';
import { CLOSE } from '../core/server/closes.ts';
import { drainsAt } from '../core/server/drain.ts';
import type { Session } from './session.ts';
import type { Sessions } from './sessions.ts';

/** Longest time that the last clients may take to answer their close frames, ms. */
const ANSWERED_WITHIN_MS = 1000;
/** Interval at which open connections are counted in that time, ms. */
const LOOK_EVERY_MS = 10;

/**
 * Closes the connections of a gateway that will be replaced, one after the other, evenly over a time.
 *
 * @param done called when no connection is open any more, or after ANSWERED_WITHIN_MS
 * @returns a function that stops it
 */
export function drain(sessions: Sessions, overMs: number, done: () => void): () => void {
  const beganMs = performance.now();
  const endMs = beganMs + overMs;
  const leaving: Session[] = [];
  sessions.forEach((session) => leaving.push(session));
  let closed = 0;
  /** time at which the next connection is closed; the last one at the end */
  const nextMs = (): number => drainsAt(closed + 1, leaving.length, beganMs, overMs);
  const advance = (): void => {
    const nowMs = performance.now();
    while (closed < leaving.length && nextMs() <= nowMs) leaving[closed++]!.close(CLOSE.restarting);
    if (nowMs < endMs) return alarm.set(nextMs());
    // Clients that connected during the drain are closed with the last.
    sessions.forEach((session) => session.close(CLOSE.restarting));
    if (sessions.open === 0 || nowMs >= endMs + ANSWERED_WITHIN_MS) return done();
    alarm.set(nowMs + LOOK_EVERY_MS);
  };
  const alarm = new Alarm(advance);
  advance();
  return () => alarm.set(Infinity);
}
