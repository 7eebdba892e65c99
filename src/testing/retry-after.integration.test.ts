import { describe, expect, test } from 'vitest';
import { destroyTimings } from '../metrics/timings.ts';
import type { TIMINGS } from '../core/metrics.ts';
import type { Outcome } from '../metrics/run.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { liveRun, smallScenario } from './live-run.ts';
import { simulated } from './simulated.ts';

const CLIENTS = 30;
/** Runs a scenario in one of the two worlds. */
type RunIn = (scenario: Scenario) => Promise<Outcome>;

const live: RunIn = async (scenario) => (await liveRun(scenario)).outcome;
const inSim: RunIn = async (scenario) => (await simulated(scenario)).outcome;

/** A scenario whose clients retry every 100 ms unless they heed a Retry-After. */
function scenarioOf(...sets: readonly string[]): Scenario {
  return smallScenario('duration=5s', 'generator.maxLateness=5s', ...sets);
}

/** Number of failures of a timing. */
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

const REFRESHING = ['tokens.lifetime=6s', 'tokens.refresh.lead=5s', `tokens.refresh.retry=${RETRY}`];

/** Number of failed refreshes while the token service asks clients to wait. */
async function failedRefreshes(runIn: RunIn, asks: string, ...sets: readonly string[]): Promise<number> {
  const fault = `faults=[{ at: 500ms, for: 2s, refresh: { status: 429, ${asks} } }]`;
  return failed(await runIn(scenarioOf(...REFRESHING, ...sets, fault)), 'refresh');
}

/** Number of failed handshakes while the gateway asks clients to wait, which they heed. */
async function failedHandshakes(runIn: RunIn, asks: string): Promise<number> {
  const fault = `faults=[{ at: 900ms, for: 2s, handshake: { status: 503, ${asks} } }, { at: 1s, drop: { code: 1012 } }]`;
  return failed(await runIn(scenarioOf(backoff('heed'), fault)), 'handshake');
}

const HEED = 'tokens.refresh.retry.retryAfter=heed';

describe('squall simulate', () => {
  test.each(BUSY)(
    'a token service that sends Retry-After in %s is retried after that time by clients that heed it',
    async (_, asks) => {
      expect(await failedRefreshes(inSim, asks, HEED)).toBe(CLIENTS);
    },
  );

  test('a token service is retried sooner by clients that ignore Retry-After', async () => {
    expect(await failedRefreshes(inSim, 'retryAfter: 3')).toBeGreaterThan(4 * CLIENTS);
  });

  test.each(BUSY)(
    'a gateway that sends Retry-After in %s is retried after that time by clients that heed it',
    async (_, asks) => {
      expect(await failedHandshakes(inSim, asks)).toBe(CLIENTS);
    },
  );

  test('a gateway with a full queue sends its waiting time, and clients that heed it fail less often', async () => {
    const full = ['target.embedded.capacity={ handshakes: 10/s, queue: 5 }', 'clients.arrive.over=100ms'];
    const heeding = failed(await inSim(scenarioOf(...full, backoff('heed'))), 'handshake');
    const ignoring = failed(await inSim(scenarioOf(...full, backoff('ignore'))), 'handshake');
    expect(heeding).toBeGreaterThan(0);
    expect(heeding).toBeLessThan(ignoring / 3);
  });
});

describe('squall run', () => {
  test('a token service that sends Retry-After in seconds is retried after that time by clients that heed it', async () => {
    expect(await failedRefreshes(live, 'retryAfter: 3', HEED)).toBe(CLIENTS);
  });

  test('a gateway that sends Retry-After as a date is retried after that date by clients that heed it', async () => {
    expect(await failedHandshakes(live, 'retryAfterDate: 3')).toBe(CLIENTS);
  });
});
