import fc from 'fast-check';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { HistogramLogReader } from 'hdr-histogram-js';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Outcome } from '../metrics/run.ts';
import { SERIES, TIMINGS } from '../core/metrics.ts';
import { parseScenario } from '../threshold/load-scenario.ts';
import { figuresOf } from '../storm/figures.ts';
import { measured } from '../testing/measured.ts';
import { plainAndFreed, writeRun, type Second } from '../testing/written-run.ts';
import { summariseRun, summaryOf } from './summarise-run.ts';
import { FolderError } from './folder-error.ts';
import { readFolder } from './read-folder.ts';
import { RunFolder } from './run-folder.ts';

const SCENARIO = parseScenario(
  'name: tiny\nduration: 10s\nclients: { count: 20, arrive: { over: 2s } }\nfaults: [{ at: 3s, drop: reset }]\nthresholds: [total(attempts) > 0]',
  'tiny.yaml',
);
const STARTED_AT = new Date('2026-11-23T18:04:05.678Z');

let resultsDir = '';
beforeEach(() => {
  resultsDir = mkdtempSync(join(tmpdir(), 'squall-results-'));
});
afterEach(() => rmSync(resultsDir, { recursive: true }));

function newFolder(onWarning: (message: string) => void = () => {}): RunFolder {
  const folder = new RunFolder({
    resultsDir,
    scenario: SCENARIO,
    world: 'live',
    namedAt: STARTED_AT,
    onWarning,
  });
  folder.onBegin(STARTED_AT);
  return folder;
}

function finished(): { folder: RunFolder; outcome: Outcome; summary: ReturnType<typeof summariseRun>['summary'] } {
  const folder = newFolder();
  writeRun(folder, SCENARIO, SECONDS);
  const { measurements, faults, generator } = readFolder(folder.dir);
  const outcome: Outcome = {
    measurements: { ...measurements, elapsedMs: 3400 },
    faults,
    generator,
    ended: 'completed',
    unreachable: false,
    integrity: [],
  };
  const { summary } = summariseRun({
    scenario: SCENARIO,
    world: 'live',
    startedAt: STARTED_AT,
    outcome,
    warnings: ['a warning'],
  });
  folder.finish(outcome, summary, { text: 'the report\n', page: '<p>the report</p>\n' });
  return { folder, outcome, summary };
}

const second: fc.Arbitrary<Second> = fc.record({
  events: fc.array(
    fc.tuple(fc.constantFrom(...SERIES), fc.integer({ min: 0, max: 12_000 }), fc.integer({ min: -5, max: 50 })),
  ),
  latenciesMs: fc.array(fc.tuple(fc.constantFrom(...TIMINGS), fc.double({ min: 0, max: 100_000, noNaN: true }))),
  failures: fc.array(fc.tuple(fc.constantFrom(...TIMINGS), fc.constantFrom('refused', 'http-503', 'close-1006'))),
});

const SECONDS: readonly Second[] = [1, 2, 3].map((n) => ({
  events: [['attempts', n * 900, 7 * n]],
  latenciesMs: [['handshake', 12.5 * n]],
  failures: [['handshake', 'refused']],
}));

describe('a results folder', () => {
  test('measurements are read back unchanged', () => {
    fc.assert(
      fc.property(fc.array(second, { minLength: 1, maxLength: 6 }), (seconds) => {
        const folder = newFolder();
        const after = writeRun(folder, SCENARIO, seconds);
        const { measurements, warnings } = readFolder(folder.dir);
        expect(plainAndFreed(measurements)).toEqual(after.at(-1));
        expect(warnings).toEqual([]);
      }),
      { numRuns: 30 },
    );
  });

  test('the scenario, the events and the start are read back', () => {
    const folder = newFolder();
    const event = { atMs: 3000, kind: 'fault-begin', message: 'reset of all', fault: 0 } as const;
    folder.onEvent(event);
    const content = readFolder(folder.dir);
    expect(content.scenario).toEqual(SCENARIO);
    expect(content.events).toEqual([event]);
    expect(content.startedAt).toBe(STARTED_AT.toISOString());
  });

  test('two runs of one second have folders of their own', () => {
    const names = [newFolder(), newFolder(), newFolder()].map(({ dir }) => dir.slice(resultsDir.length + 1));
    expect(names).toEqual(['', '-2', '-3'].map((suffix) => `2026-11-23T18-04-05Z-tiny${suffix}`));
  });

  test('the histograms are read by the log reader of HdrHistogram', () => {
    const folder = newFolder();
    writeRun(folder, SCENARIO, SECONDS);
    const reader = new HistogramLogReader(readFileSync(folder.path('histograms'), 'utf8'));
    const read = SECONDS.map(() => reader.nextIntervalHistogram());
    expect(read.map((histogram) => histogram?.tag)).toEqual(['handshake', 'handshake', 'handshake']);
    expect(read.map((histogram) => histogram?.maxValue)).toEqual([12_503, 25_007, 37_503]);
    expect(read.map((histogram) => histogram?.startTimeStampMsec)).toEqual(
      [0, 1000, 2000].map((ms) => STARTED_AT.getTime() + ms),
    );
    expect(reader.nextIntervalHistogram()).toBeNull();
  });

  test('a folder that cannot be made is an error that names path and fix', () => {
    expect(
      () =>
        new RunFolder({
          resultsDir: '/dev/null/x',
          scenario: SCENARIO,
          world: 'live',
          namedAt: STARTED_AT,
          onWarning: () => {},
        }),
    ).toThrow(new FolderError('cannot write results to /dev/null/x (ENOTDIR: not a directory): name another folder'));
  });
});

describe('a prediction', () => {
  test('it is kept before the run, and held against however much of the run there is', () => {
    const folder = newFolder();
    const predicted = measured({ elapsedMs: 10_000, series: { attempts: [[900, 14]] } });
    folder.keepPrediction({ figures: figuresOf(predicted, []), curves: predicted.curves });
    writeRun(folder, SCENARIO, SECONDS.slice(0, 1));
    const content = readFolder(folder.dir);
    expect(content.prediction?.curves.values('attempts')).toEqual(predicted.curves.values('attempts'));
    expect(summaryOf(content).prediction?.figures[0]).toEqual({
      name: 'peakAttemptsPerSecond',
      unit: 'per-second',
      predicted: 14,
      measured: 7,
      errorPercent: 100,
    });
  });

  test('without one there is nothing to hold against the run', () => {
    const { summary } = finished();
    expect(summary.prediction).toBeNull();
  });
});

describe('a finished run', () => {
  test('its summary and report are there, whole, and nothing half-written beside them', () => {
    const { folder, summary } = finished();
    expect(JSON.parse(readFileSync(folder.path('summary'), 'utf8'))).toEqual(summary);
    expect(readFileSync(folder.path('report'), 'utf8')).toBe('the report\n');
    expect(summaryOf(readFolder(folder.dir))).toEqual(summary);
  });

  test('measurements after the last interval are in the folder too', () => {
    const { folder } = finished();
    expect(readFolder(folder.dir).measurements.elapsedMs).toBe(3400);
  });

  test('a damaged summary is computed anew, with a warning', () => {
    const { folder, summary } = finished();
    rmSync(folder.path('summary'));
    const cutOff = summaryOf(readFolder(folder.dir));
    expect(cutOff).toMatchObject({
      ended: 'cut-off',
      verdict: 'inconclusive',
      timings: summary.timings,
      storms: summary.storms,
    });
  });
});
