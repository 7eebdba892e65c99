import { setTimeout as sleep } from 'node:timers/promises';
import { RateCap } from '../tokens/rate-cap.ts';
import type { Workload } from './workload.ts';
import type { Try } from './step.ts';

/** A load to offer. */
export interface Load {
  readonly perSecond: number;
  readonly tries: number;
  /** a rate that may not be exceeded, however late the generator is; Infinity for none */
  readonly capPerSecond: number;
}

/**
 * Begins tries at a rate, evenly spaced, whatever becomes of those before them (an open loop), and waits until all
 * have ended.
 *
 * @returns null when `signal` aborted, which also ends the workload: a load that was not offered whole says nothing
 */
export async function offer(load: Load, workload: Workload, signal: AbortSignal): Promise<readonly Try[] | null> {
  const { perSecond, tries, capPerSecond } = load;
  const beginMs = performance.now();
  const dueMs = (n: number): number => beginMs + (n * 1000) / perSecond;
  const ends: Promise<Try>[] = [];
  let resolveBegun!: () => void;
  const begun = new Promise<void>((resolve) => (resolveBegun = resolve));
  const begin = (n: number): void => {
    ends.push(timed(workload, n, dueMs(n)));
    if (ends.length === tries) resolveBegun();
  };
  const cap = new RateCap(capPerSecond, begin, () => performance.now());
  const stop = (): void => {
    cap.stop();
    resolveBegun();
    void workload.end();
  };
  signal.addEventListener('abort', stop, { once: true });
  for (let n = 0; n < tries && !signal.aborted; n++) {
    await untilMs(dueMs(n));
    if (!signal.aborted) cap.ask(n);
  }
  if (!signal.aborted) await begun;
  const all = await Promise.all(ends);
  signal.removeEventListener('abort', stop);
  return signal.aborted ? null : all;
}

/** A timer may fire up to a millisecond early, hence the loop. */
async function untilMs(atMs: number): Promise<void> {
  for (let waitMs = atMs - performance.now(); waitMs > 0; waitMs = atMs - performance.now()) {
    await sleep(Math.ceil(waitMs));
  }
}

async function timed(workload: Workload, n: number, intendedMs: number): Promise<Try> {
  const startedMs = performance.now();
  const failure = await workload.begin(n);
  return { intendedMs, startedMs, endedMs: performance.now(), failure };
}
