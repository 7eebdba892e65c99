import { appendFileSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { parseScenario } from '../threshold/load-scenario.ts';
import { Journal } from '../metrics/journal.ts';
import { plainAndFreed, writeRun, type PlainMeasurements, type Second } from '../testing/written-run.ts';
import { summaryOf } from './summarise-run.ts';
import type { FILES } from './files.ts';
import { FolderError } from './folder-error.ts';
import { readFolder } from './read-folder.ts';
import { RunFolder } from './run-folder.ts';

const SCENARIO = parseScenario(
  'name: cut\nduration: 10s\nclients: { count: 20, arrive: { over: 2s } }\nthresholds: [total(attempts) < 1]',
  'cut.yaml',
);
const SECONDS: readonly Second[] = [1, 2, 3, 4].map((n) => ({
  events: [
    ['attempts', n * 900, 7 * n],
    ['stateReady', n * 500, n],
  ],
  latenciesMs: [
    ['handshake', 12.5 * n],
    ['lateness', 0.3 * n],
  ],
  failures: [['refresh', 'http-503']],
}));

const resultsDir = mkdtempSync(join(tmpdir(), 'squall-cut-'));
afterAll(() => rmSync(resultsDir, { recursive: true }));

let folder: RunFolder;
let after: readonly PlainMeasurements[] = [];
beforeEach(() => {
  folder = new RunFolder({
    resultsDir,
    scenario: SCENARIO,
    world: 'live',
    namedAt: new Date(0),
    onWarning: () => {},
  });
  folder.onBegin(new Date(0));
  after = writeRun(folder, SCENARIO, SECONDS);
  folder.onEvent({ atMs: 1, kind: 'warning', message: 'the first' });
  folder.onEvent({ atMs: 2, kind: 'warning', message: 'the second' });
});

const NEAR = 12;
const SELDOM = 13;

/**
 * Cuts a file at positions within and just before its last line, from the end on, and reads it each time: at each byte
 * near the ends of the line, and at some between.
 */
function cutEverywhere(file: keyof typeof FILES, look: (wholeLines: number, torn: boolean) => void): void {
  const text = readFileSync(folder.path(file), 'utf8');
  const lastLine = text.split('\n').at(-2) ?? '';
  const from = text.length - lastLine.length - 3;
  for (let length = text.length; length >= from; length--) {
    if (length < text.length - NEAR && length > from + NEAR && length % SELDOM > 0) continue;
    truncateSync(folder.path(file), length);
    look(text.slice(0, length).split('\n').length - 1, text[length - 1] !== '\n');
  }
}

function read(): { measurements: PlainMeasurements; warnings: readonly string[]; events: number } {
  const { measurements, warnings, events } = readFolder(folder.dir);
  return { measurements: plainAndFreed(measurements), warnings, events: events.length };
}

describe('a folder whose writer was killed', () => {
  test('wherever the timeline was cut, all complete seconds are read, and nothing of the torn one', () => {
    cutEverywhere('timeline', (wholeLines, torn) => {
      const { measurements, warnings } = read();
      expect(measurements).toEqual(after[wholeLines - 2]);
      expect(warnings.some((warning) => warning.startsWith('timeline.ndjson ends in the middle of line'))).toBe(torn);
    });
  });

  test('wherever the histograms were cut, the curves are whole and the torn line is named', () => {
    cutEverywhere('histograms', (_wholeLines, torn) => {
      const { measurements, warnings } = read();
      expect(measurements.curves).toEqual(after.at(-1)?.curves);
      expect(warnings.some((warning) => warning.startsWith('histograms.hlog ends in the middle of line'))).toBe(torn);
    });
  });

  test('wherever the events were cut, all earlier events are read', () => {
    cutEverywhere('events', (wholeLines) => expect(read().events).toBe(wholeLines));
  });

  test('damaged lines are left out and counted', () => {
    appendFileSync(folder.path('histograms'), 'Tag=handshake,0.000,1.000,1.000,SGVsbG8=\nnonsense\n');
    appendFileSync(folder.path('events'), '{"atMs":1}\n');
    appendFileSync(folder.path('timeline'), '{"startMs":4000}\n');
    const { measurements, warnings } = read();
    expect(measurements).toEqual(after.at(-1));
    expect(warnings).toEqual([
      'timeline.ndjson line 6 is damaged; it and what follows are left out',
      'histograms.hlog: 2 damaged lines are left out',
      'events.ndjson: 1 damaged lines are left out',
    ]);
  });

  test('its summary says that it was cut off, and when, and has the figures up to then', () => {
    const summary = summaryOf(readFolder(folder.dir));
    expect(summary).toMatchObject({ ended: 'cut-off', verdict: 'inconclusive', durationMs: 4000 });
    expect(summary.reasons).toEqual(['the run was cut off 4.0 s into its 10.0 s', 'total(attempts) < 1: 70']);
    expect(summary.warnings).toEqual(['the first', 'the second']);
    expect(summary.attempts.total).toBe(70);
  });

  test('further reasons for an inconclusive verdict are reasons, not warnings', () => {
    folder.onEvent({ atMs: 2500, kind: 'target-died', message: 'the gateway died', issue: 'process-died' });
    const summary = summaryOf(readFolder(folder.dir));
    expect(summary.integrity).toEqual([{ kind: 'process-died', atMs: 2500, text: 'the gateway died' }]);
    expect(summary.reasons.slice(0, 2)).toEqual(['the run was cut off 4.0 s into its 10.0 s', 'the gateway died']);
    expect(summary.warnings).toEqual(['the first', 'the second']);
  });

  test('one that somebody stopped at once says so, and not that squall was killed', () => {
    folder.stopNow();
    const summary = summaryOf(readFolder(folder.dir));
    expect(summary).toMatchObject({ ended: 'interrupted', verdict: 'inconclusive' });
    expect(summary.reasons[0]).toBe('the run was interrupted and stopped at once 4.0 s into its 10.0 s');
  });

  test('a run that was cut off within its first second recorded no counts, and says so', () => {
    const header = readFileSync(folder.path('timeline'), 'utf8').split('\n')[0] ?? '';
    writeFileSync(folder.path('timeline'), `${header}\n`);
    const summary = summaryOf(readFolder(folder.dir));
    expect(summary).toMatchObject({
      durationMs: 0,
      clients: { planned: 20, started: null },
      generator: { latenessP99Ms: null },
    });
    expect(new Set(Object.values(summary.counts))).toEqual(new Set([null]));
  });

  test('duplicated effects are counted in the gateway’s own journal', () => {
    const journal = new Journal(folder.path('effects'));
    for (const [client, seq] of [
      [3, 1],
      [3, 1],
      [3, 1],
      [7, 1],
    ] as const)
      journal.append(client, seq);
    journal.close();
    expect(readFolder(folder.dir).measurements.ledger).toMatchObject({ duplicated: 2, lost: null });
  });

  test('a journal that ends inside an entry gives no count', () => {
    writeFileSync(folder.path('effects'), Buffer.alloc(20));
    const unknown = { lost: null, duplicated: null, unexpected: null };
    expect(readFolder(folder.dir).measurements.ledger).toMatchObject(unknown);
  });

  test.each(['scenario', 'timeline'] as const)('without its %s it is no results folder', (file) => {
    rmSync(folder.path(file));
    expect(() => readFolder(folder.dir)).toThrow(/name the folder of a run$/);
  });

  test('a device in its place is no folder', () => {
    expect(() => readFolder('/dev/null')).toThrow(new FolderError('/dev/null is no folder: name the folder of a run'));
  });
});
