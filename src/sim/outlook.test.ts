import { describe, expect, it } from 'vitest';
import { Curves } from '../metrics/curves.ts';
import { createStore, type RecorderStore } from '../metrics/store.ts';
import { scenarioOf } from '../testing/simulated.ts';
import { Simulation } from './simulation.ts';

const SATURATED = `
duration: 8s
target: { embedded: { capacity: { handshakes: 20/s, queue: 5, refreshes: 40/s, refreshQueue: 5 } } }
tokens: { lifetime: 6s, issued: spread, refresh: { lead: 1s, jitter: { uniform: 1s } } }
clients: { count: 300, arrive: { over: 1s }, backoff: { base: 500ms, factor: 2, cap: 2s, jitter: full } }
`;

const CASES: Readonly<Record<string, readonly string[]>> = {
  'a full line': ['model.latency=20ms'],
  'a full line without latency': [],
  'latency that varies': ['model.latency={ mean: 20ms, sd: 5ms }'],
  'a Retry-After that is heeded': ['model.latency=33.3ms', 'clients.backoff.retryAfter=heed'],
  'attempts that time out': ['model.latency=20ms', 'clients.connectTimeout=100ms'],
  'commands that wait': ['model.latency=20ms', 'clients.commands={ rate: 1/s, ackTimeout: 1s }'],
  'bad tokens': ['model.latency=20ms', 'clients.clockSkew=-3s', 'target.embedded.capacity.queue=unlimited'],
  'a fault that answers 503': ['model.latency=20ms', 'faults=[{ at: 3s, for: 2s, handshake: { status: 503 } }]'],
  'a gateway that crashes': ['model.latency=20ms', 'faults=[{ at: 3s, for: 1s, gateway: crash }]'],
};

/** Everything that is recorded, second by second. */
function recorded(sets: readonly string[], early: boolean) {
  const scenario = scenarioOf(SATURATED, ...sets);
  const store: RecorderStore = createStore(Curves.binsFor(scenario.durationMs), false);
  const simulation = new Simulation(scenario, store);
  // Sums that are read at 0 and never again leave no room for an early end.
  if (!early) simulation.model.outlook.readAt = () => {};
  const seconds: unknown[] = [];
  for (let toMs = 1000; toMs <= scenario.durationMs; toMs += 1000) {
    while (!simulation.advance(toMs, 1e6));
    const histograms = simulation.model.recorder.takeInterval();
    const curves = Buffer.from(store.curves).toString('base64');
    seconds.push([curves, [...store.counts], [...store.failures].filter((n) => n > 0), histograms, simulation.events]);
  }
  simulation.model.recorder.destroy();
  return { seconds, taken: simulation.model.outlook.taken };
}

describe('ends of attempts that are handled early', () => {
  it.each(Object.entries(CASES))('change nothing that is recorded: %s', (_title, sets) => {
    const early = recorded(sets, true);
    const inTurn = recorded(sets, false);
    expect(inTurn.taken).toBe(0);
    expect(early.taken).toBeGreaterThan(0);
    expect(early.seconds).toEqual(inTurn.seconds);
  });
});
