import { expect, test } from 'vitest';
import { COUNTS, SERIES } from '../../core/metrics.ts';
import { liveRun, smallScenario, type LiveRun } from '../../testing/live-run.ts';
import { workersOf } from '../../testing/worker-processes.ts';

/** Clients that arrive, are dropped, come back, and send commands. */
const STORY = [
  'duration=30s',
  'clients.count=100',
  'clients.commands={ rate: 2/s, ackTimeout: 20s }',
  'faults=[{ at: 3s, share: 40%, drop: { code: 1012 } }]',
  'generator.workers=2',
];

/** Runs the story until all who were dropped are back. */
function storyWith(workerType: 'thread' | 'process'): Promise<LiveRun> {
  return liveRun(smallScenario(...STORY, `generator.workerType=${workerType}`), {
    until: ({ measurements: { curves } }) => curves.total('recovered') === 40 && curves.total('stateReady') === 100,
  });
}

/** Curves whose totals depend on how quick the machine is. */
const QUICK = new Set<string>(['sent', 'resent', 'acknowledged', 'due', 'skipped', 'gaveUp']);

function figuresOf({ outcome }: LiveRun) {
  const { curves, counts, timings, losses } = outcome.measurements;
  const steady = SERIES.filter((name) => !QUICK.has(name));
  return {
    ended: outcome.ended,
    integrity: outcome.integrity,
    faults: outcome.faults,
    curves: Object.fromEntries(steady.map((name) => [name, curves.total(name)])),
    counts: Object.fromEntries(COUNTS.map((name) => [name, counts[name]])),
    recovered: timings.recovery.count,
    handshakes: timings.handshake.count,
    losses: Object.fromEntries(losses),
  };
}

test('two worker processes come to the same figures as two worker threads', async () => {
  const threads = await storyWith('thread');
  const processes = await storyWith('process');
  const figures = figuresOf(processes);
  expect(figures).toEqual(figuresOf(threads));
  expect(figures.curves).toMatchObject({ arrivals: 100, attempts: 140, ready: 140, recovered: 40, stateReady: 100 });
  const { ledger, curves } = processes.outcome.measurements;
  expect(ledger).toMatchObject({ sent: curves.total('sent'), acknowledged: curves.total('acknowledged'), lost: 0 });
  expect(ledger.acknowledged).toBeGreaterThan(0);
  expect(processes.outcome.generator.workers).toBe(2);
  expect(workersOf(process.pid)).toEqual([]);
});

test('a worker process that is killed in the middle of a run makes it inconclusive, and the others go on', async () => {
  let killed = 0;
  const commands = 'clients.commands={ rate: 2/s }';
  const scenario = smallScenario('duration=4s', commands, 'generator.workers=2', 'generator.workerType=process');
  const { outcome, events } = await liveRun(scenario, {
    onProgress: ({ measurements }) => {
      if (killed !== 0 || measurements.curves.total('stateReady') < 30) return;
      killed = workersOf(process.pid)[0]!;
      process.kill(killed, 'SIGKILL');
    },
  });
  expect(outcome.ended).toBe('completed');
  expect(outcome.integrity).toEqual([
    {
      kind: 'process-died',
      atMs: expect.any(Number) as number,
      text: expect.stringMatching(
        /^worker process [12] of 2 died by itself \(SIGKILL\), \d\.\d s into the run: its \d+ clients are unknown since \d\.\d s$/,
      ) as string,
    },
  ]);
  expect(events.filter(({ issue }) => issue === 'process-died')).toHaveLength(1);
  const { ledger, curves } = outcome.measurements;
  expect(curves.total('arrivals')).toBe(30);
  expect([curves.total('stateReady'), curves.total('stateUnknown'), ledger.waiting]).toEqual([15, 15, 0]);
  // What it had counted stays, but nobody knows what became of each of its commands.
  expect(ledger).toMatchObject({ sent: curves.total('sent'), lost: null, duplicated: null, unexpected: null });
  expect(ledger.acknowledged).toBe(curves.total('acknowledged'));
  expect(workersOf(process.pid)).toEqual([]);
});

test('a worker process that stands still while the others go on aborts no run by what it has not counted', async () => {
  let stopped = 0;
  const scenario = smallScenario(
    'duration=6s',
    'clients.count=40',
    'clients.arrive={ over: 3s }',
    'generator.workers=2',
    'generator.workerType=process',
    // Half of the clients are of the worker that stands still: they are neither ready by then, nor quick to be.
    `thresholds=[
      { expression: "ready >= 80%", abort: true, grace: 2900ms },
      { expression: "total(ready) >= 32", abort: true, grace: 2900ms },
      { expression: "p90(handshake) < 2s", abort: true },
      { expression: "failed(attempts) == 0", abort: true } ]`,
  );
  const { outcome, events } = await liveRun(scenario, {
    onProgress: ({ measurements }) => {
      if (stopped !== 0 || measurements.curves.total('stateReady') < 8) return;
      stopped = workersOf(process.pid)[0]!;
      process.kill(stopped, 'SIGSTOP');
      setTimeout(() => process.kill(stopped, 'SIGCONT'), 2600);
    },
  });
  expect(stopped).toBeGreaterThan(0);
  expect(events.filter(({ kind }) => kind === 'aborted')).toEqual([]);
  expect(outcome.ended).toBe('completed');
  expect(outcome.measurements.curves.total('stateReady')).toBe(40);
});
