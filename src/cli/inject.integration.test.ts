import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { DropFault } from '../core/fault/drop.ts';
import { AT_ONCE } from '../core/fault/planned.test.helper.ts';
import type * as liveRoom from '../live/run/run.ts';
import type { RunEvent } from '../metrics/run.ts';
import { loadScenario } from '../threshold/load-scenario.ts';
import { liveRun, smallScenario } from '../testing/live-run.ts';
import { runJob } from './runs/run-job.ts';

// The compiled world, whose workers and target are real files: build first.
const { runLive } = (await import(new URL('../../dist/live/run/run.js', import.meta.url).href)) as typeof liveRoom;

const HALF: DropFault = { ...AT_ONCE, kind: 'drop', share: 0.5, mode: { kind: 'close', code: 1012, reason: '' } };

/** A run whose fault is injected long after all arrivals; its results folder is removed when the test ends. */
async function injectedRun() {
  const resultsDir = mkdtempSync(join(tmpdir(), 'squall-inject-'));
  onTestFinished(() => rmSync(resultsDir, { recursive: true }));
  const scenario = smallScenario('duration=4s', 'clients.count=60', 'clients.arrive.over=300ms');
  let inject: ((fault: DropFault) => unknown) | null = null;
  const ran = await runJob(
    { scenario, world: 'live', resultsDir, run: (options) => runLive(scenario, options) },
    {
      signal: new AbortController().signal,
      watch: async () => ({
        onControls: (controls) => (inject = (fault) => controls.inject(fault)),
        onEvent: () => {},
        onInterval: () => {},
        onProgress: ({ measurements }) => {
          if (measurements.elapsedMs < 2000 || measurements.curves.total('stateReady') < 60) return;
          inject?.(HALF);
          inject = null;
        },
        end: async () => {},
      }),
    },
  );
  const read = (file: string): string => readFileSync(join(ran.dir, file), 'utf8');
  return { ...ran, read };
}

test('a fault that is injected is recorded like a planned one, and the scenario of the folder plans it', async () => {
  const { outcome, summary, read, dir } = await injectedRun();
  const [fault] = outcome.faults;
  expect(outcome.faults).toHaveLength(1);
  expect(fault).toMatchObject({ kind: 'drop', injected: true, hit: fault!.planned, missed: {} });
  expect(fault!.hit).toBeGreaterThan(0);
  expect(outcome.measurements.curves.total('lostClosed')).toBe(fault!.hit);
  expect(summary.faults).toEqual(outcome.faults);
  const events = read('events.ndjson')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as RunEvent);
  expect(events.filter(({ kind }) => kind.startsWith('fault'))).toMatchObject([
    { kind: 'fault-begin', fault: 0 },
    { kind: 'fault-end', fault: 0 },
  ]);

  const again = loadScenario(join(dir, 'scenario.yaml'));
  expect(again.faults).toEqual([{ ...HALF, atMs: fault!.atMs }]);
  const repeated = await liveRun(again);
  expect(repeated.outcome.faults).toMatchObject([
    { atMs: fault!.atMs, injected: false, planned: fault!.planned, hit: fault!.hit },
  ]);
});
