import { Draws, PURPOSE } from '../core/random/draws.ts';
import { EventQueue } from '../core/time/event-queue.ts';
import type { Benchmark } from './benchmark.ts';
import { PlainHeap } from './plain-heap.ts';

const LONGEST_DELAY_MS = 60_000;
/** Number of delays drawn in advance (a power of two), so that drawing is not measured. */
const DELAYS = 1 << 16;

/**
 * The hold model (Jones, "An empirical comparison of priority-queue and event-set implementations", CACM 1986): with
 * `alarms` set, one operation takes the earliest off and sets it again at a later instant.
 */
export function queueBenchmark(alarms: number): Benchmark {
  const delaysMs = drawnDelaysMs();
  return {
    subject: `EventQueue pop + set, ${alarms} alarms`,
    baseline: 'binary heap of objects',
    runSubject: holdQueue(alarms, delaysMs),
    runBaseline: holdHeap(alarms, delaysMs),
  };
}

function drawnDelaysMs(): Float64Array {
  const draws = new Draws(1);
  return Float64Array.from({ length: DELAYS }, (_, n) => LONGEST_DELAY_MS * draws.unit(0, PURPOSE.backoff, n));
}

function holdQueue(alarms: number, delaysMs: Float64Array): (operations: number) => number {
  const queue = new EventQueue(alarms);
  for (let slot = 0; slot < alarms; slot++) queue.set(slot, delaysMs[slot % DELAYS]!);
  return (operations) => {
    let now = 0;
    for (let n = 0; n < operations; n++) {
      now = queue.nextAt();
      queue.set(queue.pop(), now + delaysMs[n % DELAYS]!);
    }
    return now;
  };
}

function holdHeap(alarms: number, delaysMs: Float64Array): (operations: number) => number {
  const heap = new PlainHeap();
  for (let slot = 0; slot < alarms; slot++) heap.push({ at: delaysMs[slot % DELAYS]!, slot });
  return (operations) => {
    let now = 0;
    for (let n = 0; n < operations; n++) {
      const { at, slot } = heap.pop()!;
      now = at;
      heap.push({ at: now + delaysMs[n % DELAYS]!, slot });
    }
    return now;
  };
}
