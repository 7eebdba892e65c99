import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { liveRun, smallScenario } from '../testing/live-run.ts';

/**
 * The target's processes are children of this one, the gateway being the last that was started. Their pids are nobody's
 * business, so the system is asked.
 */
function gatewayPid(): number {
  const table = execFileSync('ps', ['-A', '-o', 'pid=,ppid=,args='], { encoding: 'utf8' });
  const children = table
    .split('\n')
    .map((line) => /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line))
    .filter((match) => Number(match?.[2]) === process.pid && match?.[3]?.includes('target/main.js'));
  expect(children).toHaveLength(2);
  return Math.max(...children.map((match) => Number(match?.[1])));
}

test('a gateway that is killed in the middle comes back, everybody reconnects, and no command is unaccounted for', async () => {
  let killed = false;
  const scenario = smallScenario('duration=5s', 'clients.count=60', 'clients.commands={ rate: 20/s, ackTimeout: 1s }');
  const run = await liveRun(scenario, {
    onProgress: ({ measurements }) => {
      if (killed || measurements.elapsedMs < 1000) return;
      killed = true;
      process.kill(gatewayPid(), 'SIGKILL');
    },
  });
  const { curves, ledger } = run.outcome.measurements;
  expect(run.outcome).toMatchObject({ ended: 'completed', unreachable: false });
  expect(
    run.events.filter(({ kind }) => kind.startsWith('target')).map(({ kind, message }) => [kind, message]),
  ).toEqual([
    ['target-died', 'the gateway died (SIGKILL)'],
    ['target-restarted', 'the gateway is back'],
  ]);
  expect(curves.total('lostDropped')).toBe(60);
  expect(curves.total('recovered')).toBe(60);
  expect(curves.total('stateReady')).toBe(60);
  expect(ledger.sent).toBe(ledger.acknowledged + (ledger.lost ?? 0) + (ledger.unexpected ?? 0) + ledger.inFlight);
  expect(ledger.duplicated).toBe(0);
  // What the first process acknowledged it had written down: nothing that was promised is lost.
  expect((ledger.lost ?? 0) + (ledger.unexpected ?? 0)).toBe(ledger.gaveUp);
});
