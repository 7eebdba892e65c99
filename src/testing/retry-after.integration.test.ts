import { describe, expect, test } from 'vitest';
import { destroyTimings } from '../metrics/timings.ts';
import type { TIMINGS } from '../core/metrics.ts';
import type { Outcome } from '../metrics/run.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { liveRun, smallScenario } from './live-run.ts';
import { simulated } from './simulated.ts';

const CLIENTS = 30;
const WORLDS = [
  { world: 'run', take: async (scenario: Scenario) => (await liveRun(scenario)).outcome },
  { world: 'simulate', take: async (scenario: Scenario) => (await simulated(scenario)).outcome },
];

/** Clients that try again every 100 ms, unless they are asked to wait and heed it. */
function scenarioOf(...sets: readonly string[]): Scenario {
  return smallScenario('duration=5s', 'generator.maxLateness=5s', ...sets);
}

/** How often one timing failed. */
function failed({ measurements }: Outcome, timing: (typeof TIMINGS)[number]): number {
  const count = [...measurements.timings[timing].failures.values()].reduce((sum, n) => sum + n, 0);
  destroyTimings(measurements.timings);
  return count;
}

function backoff(retryAfter: 'heed' | 'ignore'): string {
  return `clients.backoff={ growth: fixed, base: 100ms, jitter: none, retryAfter: ${retryAfter} }`;
}

const RETRY = '{ growth: fixed, base: 100ms, jitter: none }';
const BUSY = [
  ['seconds', 'retryAfter: 3'],
  ['a date', 'retryAfterDate: 3'],
] as const;

describe.each(WORLDS)('squall $world', ({ take }) => {
  const refreshing = ['tokens.lifetime=6s', 'tokens.refresh.lead=5s', `tokens.refresh.retry=${RETRY}`];

  test.each(BUSY)('a token service that asks for patience in %s gets it from clients that heed it', async (_, asks) => {
    const fault = `faults=[{ at: 500ms, for: 2s, refresh: { status: 429, ${asks} } }]`;
    const heeding = await take(scenarioOf(...refreshing, 'tokens.refresh.retry.retryAfter=heed', fault));
    expect(failed(heeding, 'refresh')).toBe(CLIENTS);
  });

  test('and is asked again and again by those that do not', async () => {
    const fault = 'faults=[{ at: 500ms, for: 2s, refresh: { status: 429, retryAfter: 3 } }]';
    expect(failed(await take(scenarioOf(...refreshing, fault)), 'refresh')).toBeGreaterThan(4 * CLIENTS);
  });

  test.each(BUSY)('a gateway that asks for patience in %s gets it from clients that heed it', async (_, asks) => {
    const fault = `faults=[{ at: 900ms, for: 2s, handshake: { status: 503, ${asks} } }, { at: 1s, drop: { code: 1012 } }]`;
    expect(failed(await take(scenarioOf(backoff('heed'), fault)), 'handshake')).toBe(CLIENTS);
  });

  test('a gateway whose line is full says how long it is, and clients that heed it come back when it is shorter', async () => {
    const full = ['target.embedded.capacity={ handshakes: 10/s, queue: 5 }', 'clients.arrive.over=100ms'];
    const heeding = failed(await take(scenarioOf(...full, backoff('heed'))), 'handshake');
    const deaf = failed(await take(scenarioOf(...full, backoff('ignore'))), 'handshake');
    expect(heeding).toBeGreaterThan(0);
    expect(heeding).toBeLessThan(deaf / 3);
  });
});
