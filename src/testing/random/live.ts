import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { destroyTimings } from '../../metrics/timings.ts';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Draws, PURPOSE } from '../../core/random/draws.ts';
import { summariseRun } from '../../results/summarise-run.ts';
import { parseScenario } from '../../threshold/load-scenario.ts';
import { liveRun } from '../live-run.ts';
import type { Watched } from './false-passes.ts';
import { aliveIn, readSessionLog } from './read-session-log.ts';
import { SESSION_LOG_VARIABLE } from './session-log.ts';

const SESSION_LOG = new URL('../../../dist/testing/random/session-log.js', import.meta.url).href;

/**
 * Runs a scenario on real sockets while the target's processes log their sessions. A process runs one at a time, because
 * its environment names the log file.
 *
 * @param sabotage whether one of the target's processes is killed in the middle of the run
 */
export async function runWithHistory(text: string, sabotage: boolean): Promise<Watched> {
  const scenario = parseScenario(text, 'random.yaml');
  const folder = mkdtempSync(join(tmpdir(), 'squall-random-'));
  const log = join(folder, 'sessions');
  writeFileSync(log, '');
  const environment = { [SESSION_LOG_VARIABLE]: log, NODE_OPTIONS: `--import ${SESSION_LOG}` };
  const before = Object.keys(environment).map((name) => [name, process.env[name]] as const);
  Object.assign(process.env, environment);
  const draws = new Draws(scenario.seed);
  const killAtMs = (0.2 + 0.5 * draws.unit(0, PURPOSE.relabel, 0)) * scenario.durationMs;
  let startedAt = new Date(0);
  let killed = false;
  try {
    const { outcome, effects } = await liveRun(scenario, {
      onBegin: (at) => (startedAt = at),
      onProgress: ({ measurements }) => {
        if (!sabotage || killed || measurements.elapsedMs < killAtMs) return;
        const pids = [...aliveIn(log).keys()];
        const pid = pids[Math.floor(pids.length * draws.unit(0, PURPOSE.relabel, 1))];
        killed = pid !== undefined && process.kill(pid, 'SIGKILL');
      },
    });
    const { summary } = summariseRun({ scenario, world: 'live', startedAt, outcome, warnings: [] });
    destroyTimings(outcome.measurements.timings);
    const { count } = scenario.clients;
    const counts = Array.from({ length: count }, (_, client) => [...(effects?.of(client).values() ?? [])]).flat();
    const seen = {
      ...readSessionLog(log, count, startedAt.getTime() + outcome.measurements.elapsedMs),
      anonymous: 0,
      effects: counts.reduce((sum, n) => sum + n, 0),
      ids: counts.length,
      killed,
    };
    return { scenario, outcome, summary, seen };
  } finally {
    for (const [name, value] of before) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
    rmSync(folder, { recursive: true });
  }
}
