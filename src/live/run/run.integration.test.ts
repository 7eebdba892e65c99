import { describe, expect, test } from 'vitest';
import { SERIES } from '../../core/metrics.ts';
import { liveRun, smallScenario, type LiveRun } from '../../testing/live-run.ts';

// These tests run the compiled workers and target, as a user does: build first.

/** What holds of every run, whatever happens in it. */
function expectConsistent({ outcome, intervals, progress }: LiveRun): void {
  const { curves, timings, ledger, planned, elapsedMs } = outcome.measurements;
  const total = (name: (typeof SERIES)[number]): number => curves.total(name);
  expect(timings.handshake.count).toBe(total('ready'));
  expect(total('attempts')).toBeGreaterThanOrEqual(total('ready') + total('attemptsFailed'));
  expect(timings.recovery.count).toBe(total('recovered'));
  expect(timings.refresh.count).toBe(total('refreshed'));
  expect(ledger.sent).toBe(ledger.acknowledged + (ledger.lost ?? 0) + (ledger.unexpected ?? 0) + ledger.inFlight);
  const inStates = SERIES.filter((name) => name.startsWith('state')).reduce((sum, name) => sum + total(name), 0);
  expect(inStates).toBe(planned);
  // The intervals tell the run without gap or overlap, and what they recorded adds up to the whole.
  for (const [index, { startMs }] of intervals.entries()) expect(startMs).toBe(intervals[index - 1]?.endMs ?? 0);
  expect(intervals.at(-1)?.endMs).toBe(elapsedMs);
  for (const each of progress) expect(each.measurements.planned).toBe(planned);
  expect(outcome.measurements.counts.unexpectedEvents).toBe(0);
}

const phases = ({ events }: LiveRun): readonly string[] =>
  events.filter(({ kind }) => kind === 'phase').map(({ message }) => message);

describe('a run', () => {
  test('in which nothing happens has all clients ready, once each', async () => {
    const run = await liveRun(smallScenario('duration=4s'));
    expectConsistent(run);
    const { outcome } = run;
    expect(outcome).toMatchObject({ ended: 'completed', unreachable: false, faults: [] });
    expect(outcome.measurements.counts.clientsStarted).toBe(30);
    expect(outcome.measurements.curves.total('attempts')).toBe(30);
    expect(outcome.measurements.curves.total('stateReady')).toBe(30);
    expect(outcome.measurements.reported.wasted).toBe(0);
    expect(phases(run)).toEqual(['preparing', 'running', 'winding down', 'done']);
    expect(run.progress.length).toBeGreaterThan(1);
  });

  test('by two workers has the same clients as by one', async () => {
    const sets = ['duration=60s', 'clients.count=21', 'clients.commands={ rate: 10/s }', 'generator.workers=2'];
    const run = await liveRun(smallScenario(...sets), {
      until: ({ measurements: { curves } }) => curves.total('ready') === 21 && curves.total('acknowledged') >= 21 * 20,
    });
    expectConsistent(run);
    expect(run.outcome.generator.workers).toBe(2);
    expect(run.outcome.measurements.curves.total('ready')).toBe(21);
    expect(run.outcome.measurements.ledger).toMatchObject({ lost: 0, duplicated: 0, unexpected: 0 });
    // The first commands, which fall due long before the end, had their effect under each client's own number.
    const first = Array.from({ length: 22 }, (_, client) => [0, 1, 2].map((seq) => run.effects?.count(client, seq)));
    expect(first).toEqual(Array.from({ length: 22 }, (_, client) => (client < 21 ? [1, 1, 1] : [0, 0, 0])));
  });
});

describe('a run that is broken off', () => {
  test('by its signal ends interrupted, with what was measured until then', async () => {
    const run = await liveRun(smallScenario('duration=60s'), {
      until: ({ measurements }) => measurements.curves.total('ready') === 30,
    });
    expectConsistent(run);
    expect(run.outcome.ended).toBe('interrupted');
    expect(run.outcome.measurements.curves.total('ready')).toBe(30);
    expect(run.outcome.measurements.elapsedMs).toBeLessThan(60_000);
    expect(run.events.map(({ kind }) => kind)).toContain('interrupted');
  });

  test('before it began ends interrupted too', async () => {
    const { outcome } = await liveRun(smallScenario(), { signal: AbortSignal.abort() });
    expect(outcome.ended).toBe('interrupted');
  });

  test('by a threshold ends aborted, and says which', async () => {
    const thresholds = 'thresholds=[{ expression: total(attempts) < 5, abort: true }]';
    const run = await liveRun(smallScenario('duration=60s', thresholds));
    expectConsistent(run);
    expect(run.outcome.ended).toBe('aborted');
    expect(run.events.find(({ kind }) => kind === 'aborted')?.message).toMatch(/^total\(attempts\) < 5 failed/);
  });

  test('by a listener that throws fails with its error, and leaves nothing behind', async () => {
    const error = new Error('the disk is full');
    const failing = liveRun(smallScenario('duration=60s'), {
      onProgress: ({ measurements }) => {
        if (measurements.curves.total('ready') > 0) throw error;
      },
    });
    await expect(failing).rejects.toThrow(error);
  });
});
