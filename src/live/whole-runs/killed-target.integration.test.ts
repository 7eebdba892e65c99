import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import type { Outcome } from '../../metrics/run.ts';
import { annotations } from '../../report/annotations.ts';
import { junitReport } from '../../report/junit/run.ts';
import { summariseRun } from '../../results/summarise-run.ts';
import type { Scenario } from '../../scenario/scenario.ts';
import { liveRun, smallScenario, type LiveRun } from '../../testing/live-run.ts';

/** The target's processes are children of this one. Their pids are nobody's business, so the system is asked. */
function pidOf(part: 'token service' | 'gateway'): number {
  const table = execFileSync('ps', ['-A', '-o', 'pid=,ppid=,args='], { encoding: 'utf8' });
  const children = table
    .split('\n')
    .map((line) => /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line))
    .filter((match) => Number(match?.[2]) === process.pid && match?.[3]?.includes('embedded/main.js'))
    .map((match) => Number(match?.[1]));
  expect(children).toHaveLength(2);
  // The gateway is the last that is started.
  return part === 'gateway' ? Math.max(...children) : Math.min(...children);
}

/** Runs a scenario and kills one process of its target as soon as everybody is connected. */
async function runAndKill(scenario: Scenario, part: 'token service' | 'gateway'): Promise<LiveRun> {
  let killed = false;
  return liveRun(scenario, {
    onProgress: ({ measurements }) => {
      if (killed || measurements.curves.total('stateReady') < scenario.clients.count) return;
      killed = true;
      process.kill(pidOf(part), 'SIGKILL');
    },
  });
}

function summaryOf(scenario: Scenario, outcome: Outcome) {
  return summariseRun({ scenario, world: 'live', startedAt: new Date(0), outcome, warnings: [] });
}

/** The run is inconclusive because of a death alone, and every report says so. */
function expectDeathReported(scenario: Scenario, { outcome }: LiveRun, sentence: RegExp): void {
  const { summary, exitCode } = summaryOf(scenario, outcome);
  const told = [expect.stringMatching(sentence)];
  expect(summary).toMatchObject({ verdict: 'inconclusive', reasons: told, integrity: [{ kind: 'process-died' }] });
  expect(exitCode).toBe(3);
  expect(junitReport(summary)).toMatch(
    /<error type="inconclusive" message="the (gateway|token service) died by itself/,
  );
  expect(annotations(summary)).toEqual([expect.stringMatching(/^::warning title=[^:]*::the .* died by itself/)]);
}

test('a gateway that is killed in the middle comes back, everybody reconnects, no command is unaccounted for, and the run is inconclusive', async () => {
  const sets = ['duration=10s', 'clients.commands={ rate: 20/s, ackTimeout: 1s }'];
  const scenario = smallScenario(...sets, 'thresholds=[duplicated == 0]');
  const run = await runAndKill(scenario, 'gateway');
  const { curves, ledger } = run.outcome.measurements;
  expect(run.outcome).toMatchObject({ ended: 'completed', unreachable: false });
  expect(
    run.events.filter(({ kind }) => kind.startsWith('target')).map(({ kind, message }) => [kind, message]),
  ).toEqual([
    ['target-died', expect.stringMatching(/^the gateway died by itself \(SIGKILL\), \d+\.\d s into the run$/)],
    ['target-restarted', 'the gateway is back'],
  ]);
  expect(curves.total('lostDropped')).toBe(30);
  expect(curves.total('recovered')).toBe(30);
  expect(curves.total('stateReady')).toBe(30);
  expect(ledger.sent).toBe(ledger.acknowledged + (ledger.lost ?? 0) + (ledger.unexpected ?? 0) + ledger.inFlight);
  expect(ledger.duplicated).toBe(0);
  // The first process wrote an effect before it acknowledged it, so no acknowledged effect is lost.
  expect((ledger.lost ?? 0) + (ledger.unexpected ?? 0)).toBe(ledger.gaveUp);
  expectDeathReported(scenario, run, /^the gateway died by itself \(SIGKILL\), \d\.\d s into the run$/);
});

test('a token service that is killed makes a run inconclusive that nobody needed it for', async () => {
  const scenario = smallScenario('duration=2500ms', 'thresholds=[ready >= 100%]');
  const run = await runAndKill(scenario, 'token service');
  expect(run.outcome.measurements.curves.total('stateReady')).toBe(30);
  expectDeathReported(scenario, run, /^the token service died by itself \(SIGKILL\), \d\.\d s into the run$/);
});
