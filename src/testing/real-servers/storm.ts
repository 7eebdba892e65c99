import { parseScenario } from '../../threshold/load-scenario.ts';
import { liveRun, type LiveRun } from '../live-run.ts';
import type { ServerCounts } from './counts.ts';
import { type CurveTotals, until } from './runs.ts';

/** What squall measured of a storm. */
export interface StormFigures {
  /** connections that became ready */
  readonly ready: number;
  /** connections lost after their token had expired */
  readonly expired: number;
  /** commands sent for the first time */
  readonly commands: number;
  readonly resent: number;
  readonly acknowledged: number;
  readonly attempts: number;
  readonly failedAttempts: number;
  readonly recovered: number;
  /** requests for a first token, with those made again */
  readonly logins: number;
  readonly refreshed: number;
  /** from the intended attempt until ready, the shortest, ms */
  readonly shortestHandshakeMs: number;
}

export interface Storm extends StormFigures {
  readonly run: LiveRun;
}

/**
 * Runs a scenario of 50 clients against a real server, to its end or until a condition holds.
 */
export async function storm(
  text: string,
  holds?: (total: CurveTotals) => boolean,
  sets: readonly string[] = [],
): Promise<Storm> {
  const all = ['clients.count=50', 'generator.maxLateness=5s', ...sets];
  const scenario = parseScenario(text, 'storm.yaml', { sets: all });
  const run = await liveRun(scenario, holds === undefined ? {} : until(holds));
  const { curves, timings } = run.outcome.measurements;
  return {
    run,
    ready: curves.total('ready'),
    expired: curves.total('lostExpired'),
    commands: curves.total('sent'),
    resent: curves.total('resent'),
    acknowledged: curves.total('acknowledged'),
    attempts: curves.total('attempts'),
    failedAttempts: curves.total('attemptsFailed'),
    recovered: curves.total('recovered'),
    logins: timings.login.tried,
    refreshed: curves.total('refreshed'),
    shortestHandshakeMs: timings.handshake.minMs ?? 0,
  };
}

/**
 * Runs 50 clients through a drop of all of them and the expiry of their tokens, of which slow clocks tell them nothing.
 *
 * @param target the scenario's target, a mapping of YAML on one line
 * @param sets what else differs, in the form of `--set`
 */
export function dropAndExpiry(target: string, ...sets: readonly string[]): Promise<Storm> {
  return storm(
    `
duration: 60s
target: ${target}
tokens: { lifetime: 4s, issued: together, carrier: message, refresh: { lead: 1s } }
clients:
  clockSkew: -10s
  arrive: { over: 1s }
  backoff: { base: 100ms, cap: 500ms }
  commands: { rate: 1/s }
faults: [{ at: 2500ms, drop: { code: 1012 } }]
`,
    (total) => total('lostExpired') >= 50 && total('stateReady') === 50,
    sets,
  );
}

/** The same figures as the server counted them: each connection, authentication, command and expiry of the storm. */
export function countedAlike(counts: ServerCounts): Partial<StormFigures> {
  return {
    ready: counts.authenticated,
    expired: counts.expiries,
    commands: counts.commands - counts.duplicateCommands + counts.commandsRefused,
  };
}
