import type { SeriesName } from '../../core/metrics.ts';
import { parseScenario } from '../../threshold/load-scenario.ts';
import { liveRun, type LiveRun } from '../live-run.ts';
import type { ServerCounts } from './counts.ts';

/** The total of one curve so far. */
type CurveTotals = (name: SeriesName) => number;

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
export async function storm(text: string, until?: (curves: CurveTotals) => boolean): Promise<Storm> {
  const scenario = parseScenario(text, 'storm.yaml', { sets: ['clients.count=50', 'generator.maxLateness=5s'] });
  const run = await liveRun(
    scenario,
    until === undefined ? {} : { until: ({ measurements: { curves } }) => until((name) => curves.total(name)) },
  );
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

/** The same figures as the server counted them: each connection, authentication, command and expiry of the storm. */
export function countedAlike(counts: ServerCounts): Partial<StormFigures> {
  return {
    ready: counts.authenticated,
    expired: counts.expiries,
    commands: counts.commands - counts.duplicateCommands + counts.commandsRefused,
  };
}
