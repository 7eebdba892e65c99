import { mono, type MonoMs } from '../core/time/instant.ts';
import { Curves } from '../metrics/curves.ts';
import { Recorder } from '../metrics/recorder.ts';
import { createStore } from '../metrics/store.ts';
import type { Benchmark } from './benchmark.ts';

/** Duration of the recorded run, ms. */
const DURATION_MS = 60_000;
const LATENCY_MS = 25;
const NOT_LOST = mono(NaN);

/** One observation compared with one count in a Map by name and tenth of a second. */
export function recorderBenchmarks(): readonly Benchmark[] {
  const recorder = new Recorder(createStore(Curves.binsFor(DURATION_MS), true), null);
  return [
    observation('Recorder.attempt', (now, intended) => recorder.attempt(now, intended, false)),
    observation('Recorder.ready', (now, intended) => recorder.ready(now, intended, NOT_LOST)),
  ];
}

function observation(subject: string, observe: (now: MonoMs, intended: MonoMs) => void): Benchmark {
  return {
    subject,
    baseline: 'count in a Map',
    runSubject: (operations) => {
      for (let n = 0; n < operations; n++) {
        const now = n % DURATION_MS;
        observe(mono(now), mono(now - LATENCY_MS));
      }
      return operations;
    },
    runBaseline: countInMap(),
  };
}

function countInMap(): (operations: number) => number {
  const counts = new Map<number, number>();
  return (operations) => {
    for (let n = 0; n < operations; n++) {
      const bin = Math.floor((n % DURATION_MS) / 100);
      counts.set(bin, (counts.get(bin) ?? 0) + 1);
    }
    return counts.size;
  };
}
