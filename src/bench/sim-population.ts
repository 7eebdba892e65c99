/** A child process of the bench that simulates one population, calm but for a storm or saturated, and sends its cost. */
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

/**
 * The saturated scenario: gateways with a short line can do so few handshakes that nearly all attempts are refused, and
 * their clients try again every 5 s.
 */
function runawayOf(clients: number): Scenario {
  const perSecond = Math.max(1, clients / 2500);
  const text = `
duration: 1m
target: { embedded: { capacity: { handshakes: ${perSecond}/s, queue: ${Math.ceil(perSecond)} } } }
tokens: { lifetime: 1h, issued: spread }
clients: { count: ${clients}, arrive: { over: 10s }, backoff: socket.io-client }
model: { latency: 20ms }
`;
  return parseScenario(text, 'runaway.yaml');
}

function costOf(scenario: Scenario): PopulationCost {
  const beganMs = performance.now();
  const beganCpu = process.cpuUsage();
  const store = createStore(Curves.binsFor(scenario.durationMs), false);
  const simulation = new Simulation(scenario, store);
  for (let toMs = INTERVAL_MS; toMs <= scenario.durationMs; toMs += INTERVAL_MS) {
    while (!simulation.advance(toMs, SLICE_EVENTS));
    simulation.model.recorder.takeInterval();
  }
  const seconds = (performance.now() - beganMs) / 1000;
  const { user, system } = process.cpuUsage(beganCpu);
  const megabytes = (process.resourceUsage().maxRSS * 1024) / 1e6;
  return {
    clients: scenario.clients.count,
    seconds,
    cpuSeconds: (user + system) / 1e6,
    megabytes,
    events: simulation.events,
    refused: new Curves(store.curves).total('attemptsFailed'),
  };
}

const [clients, kind] = process.argv.slice(2);
process.send?.(costOf((kind === 'runaway' ? runawayOf : stormOf)(Number(clients))));
