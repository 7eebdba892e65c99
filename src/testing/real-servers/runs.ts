import type { SeriesName } from '../../core/metrics.ts';
import type { Scenario } from '../../scenario/scenario.ts';
import { type LiveRun, smallScenario } from '../live-run.ts';
import type { Watching } from '../notes.ts';
import type { ServerCounts } from './counts.ts';

/** A clock so late that clients learn of the expiry from the server. */
export const LATE = 'clients.clockSkew=-20s';

/** Clients that send commands, are dropped once, and send again what was not acknowledged. */
export const COMMANDS_THROUGH_A_DROP = [
  'clients.commands={ rate: 10/s, onReconnect: resend }',
  'faults=[{ at: 2s, drop: { code: 1012 } }]',
] as const;

/** The total of one curve so far. */
export type CurveTotals = (name: SeriesName) => number;

/** A small scenario of clients that dial a server of this machine. */
export function scenarioTo(
  { port, path = '/' }: { readonly port: number; readonly path?: string },
  protocol: string,
  clients: number,
  ...sets: readonly string[]
): Scenario {
  return smallScenario(
    `target={ url: "ws://127.0.0.1:${port}${path}", protocol: ${protocol} }`,
    `clients.count=${clients}`,
    'duration=60s',
    ...sets,
  );
}

/** Ends a run as soon as a condition on the totals of its curves holds. */
export function until(holds: (total: CurveTotals) => boolean): Watching {
  return { until: ({ measurements: { curves } }) => holds((name) => curves.total(name)) };
}

/** The total of one curve of a finished run. */
export function totalOf({ outcome }: Pick<LiveRun, 'outcome'>, curve: SeriesName): number {
  return outcome.measurements.curves.total(curve);
}

/** What a server has to have counted of a run in which it refused nobody: each attempt, ready connection and command. */
export function countsOf(run: Pick<LiveRun, 'outcome'>): Partial<ServerCounts> {
  return {
    connections: totalOf(run, 'attempts'),
    authenticated: totalOf(run, 'ready'),
    refused: 0,
    commands: totalOf(run, 'sent') + totalOf(run, 'resent'),
    duplicateCommands: totalOf(run, 'resent'),
  };
}
