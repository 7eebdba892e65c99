/** A child process of the bench that simulates one population and sends its cost. */
import { performance } from 'node:perf_hooks';
import { Curves } from '../metrics/curves.ts';
import { createStore } from '../metrics/store.ts';
import { parseScenario } from '../threshold/load-scenario.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { Simulation } from '../sim/simulation.ts';
import type { PopulationCost } from './population-cost.ts';

const INTERVAL_MS = 1000;
const SLICE_EVENTS = 1_000_000;

/**
 * The scenario: tokens are renewed continuously; at 5 min all clients are dropped, and a tenth of them can reconnect
 * per second.
 */
function stormOf(clients: number): Scenario {
  const text = `
duration: 10m
target: { embedded: { capacity: { handshakes: ${clients / 10}/s, refreshes: ${clients / 20}/s } } }
tokens: { lifetime: 15m, issued: spread, refresh: { lead: 60s, jitter: { uniform: 20s } } }
clients: { count: ${clients}, arrive: { over: 60s }, backoff: socket.io-client }
model: { latency: 20ms }
faults: [{ at: 5m, drop: { code: 1012 } }]
`;
  return parseScenario(text, 'bench.yaml');
}

function costOf(clients: number): PopulationCost {
  const scenario = stormOf(clients);
  const beganMs = performance.now();
  const simulation = new Simulation(scenario, createStore(Curves.binsFor(scenario.durationMs), false));
  for (let toMs = INTERVAL_MS; toMs <= scenario.durationMs; toMs += INTERVAL_MS) {
    while (!simulation.advance(toMs, SLICE_EVENTS));
    simulation.model.recorder.takeInterval();
  }
  const seconds = (performance.now() - beganMs) / 1000;
  const megabytes = (process.resourceUsage().maxRSS * 1024) / 1e6;
  return { clients, seconds, megabytes, events: simulation.events };
}

process.send?.(costOf(Number(process.argv[2])));
