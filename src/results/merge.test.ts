import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { HistogramLogReader } from 'hdr-histogram-js';
import { afterAll, describe, expect, it } from 'vitest';
import { Draws } from '../core/random/draws.ts';
import { Journal, readJournal } from '../metrics/journal.ts';
import type { IntegrityIssue } from '../metrics/run.ts';
import { SERIES, TIMINGS, type SeriesName, type TimingName } from '../core/metrics.ts';
import { parseScenario } from '../threshold/load-scenario.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { plainAndFreed, writeRun, type Second } from '../testing/written-run.ts';
import { summariseRun, summaryOf } from './summarise-run.ts';
import { FORMAT } from './stamp.ts';
import { mergeFolders } from './merge.ts';
import { readFolder } from './read-folder.ts';
import { RunFolder } from './run-folder.ts';

const SHARDS = [0, 1, 2, 3];
const CLIENTS = 400;
const SECONDS = 6;
const STARTED = new Date('2026-11-23T18:04:05Z');

const root = mkdtempSync(join(tmpdir(), 'squall-merge-'));
afterAll(() => rmSync(root, { recursive: true }));

function scenarioOf(...sets: readonly string[]): Scenario {
  const text = `
duration: 10s
clients: { count: ${CLIENTS}, arrive: { over: 1s } }
faults: [{ at: 2s, drop: { code: 1012 } }]
thresholds: [peak(attempts) < 100/s, p99(handshake) < 2s]
`;
  return parseScenario(text, 'merge.yaml', { sets });
}

/** Random events of a shard in each second. */
function secondsOf(shard: number): readonly Second[] {
  const draws = new Draws(shard);
  let n = 0;
  const unit = (): number => draws.unit(shard, 0, n++);
  const one = <T>(all: readonly T[]): T => all[Math.floor(unit() * all.length)]!;
  return Array.from({ length: SECONDS }, (_, second) => ({
    events: [
      // More commands come due than are sent or skipped, and more are sent than settled, so no count is below 0.
      ['due', second * 1000, 2000],
      ['sent', second * 1000, 1000],
      ...Array.from({ length: 60 }, (): readonly [SeriesName, number, number] => [
        one(SERIES),
        Math.floor((second + unit()) * 1000),
        1 + Math.floor(unit() * 5),
      ]),
    ],
    latenciesMs: Array.from({ length: 40 }, (): readonly [TimingName, number] => [one(TIMINGS), 5000 * unit() ** 4]),
    failures: Array.from({ length: 5 }, (): readonly [TimingName, string] => [
      one(TIMINGS),
      one(['http-503', 'timeout']),
    ]),
  }));
}

interface Written {
  readonly seconds: readonly Second[];
  readonly planned: number;
  readonly scenario?: Scenario;
  /** false: squall was killed */
  readonly finish?: boolean;
  readonly startedAt?: Date;
  readonly integrity?: readonly IntegrityIssue[];
}

/** The folder of a run with these events. */
function written(
  name: string,
  { seconds, planned, scenario = scenarioOf(), finish = true, startedAt = STARTED, integrity = [] }: Written,
) {
  const resultsDir = join(root, name);
  const run = { scenario, world: 'live', startedAt } as const;
  const folder = new RunFolder({ scenario, world: 'live', resultsDir, namedAt: STARTED, onWarning: () => {} });
  folder.onBegin(startedAt);
  folder.onEvent({ atMs: planned, kind: 'warning', message: `from ${name}` });
  for (const { kind, text, atMs } of integrity) folder.onEvent({ atMs, kind: 'warning', message: text, issue: kind });
  const journal = new Journal(folder.path('effects'));
  journal.append(planned, 7);
  journal.close();
  writeRun(folder, scenario, seconds, planned);
  if (!finish) return folder.dir;
  const { measurements, faults, generator } = readFolder(folder.dir);
  const outcome = { measurements, faults, generator, ended: 'completed', unreachable: false, integrity } as const;
  folder.finish(outcome, summariseRun({ ...run, outcome, warnings: [] }).summary, { text: '', page: '' });
  return folder.dir;
}

const observations = SHARDS.map(secondsOf);
/** The events that one process with all clients would have recorded. */
const together = Array.from({ length: SECONDS }, (_, second): Second => ({
  events: observations.flatMap((shard) => shard[second]!.events),
  latenciesMs: observations.flatMap((shard) => shard[second]!.latenciesMs),
  failures: observations.flatMap((shard) => shard[second]!.failures),
}));

const shards = SHARDS.map((shard) =>
  written(`shard-${shard}`, { seconds: observations[shard]!, planned: CLIENTS / 4 }),
);
const single = written('single', { seconds: together, planned: CLIENTS });
const out = (name: string): string => join(root, name);

describe('four shards that are merged', () => {
  const dir = out('whole');
  const { ends, warnings } = mergeFolders(shards, dir);

  it('equal the single run of the same observations, exactly', () => {
    const [whole, one] = [readFolder(dir), readFolder(single)];
    expect(whole.faults).toEqual(one.faults);
    expect(whole.scenario).toEqual(one.scenario);
    expect({ ends, warnings }).toEqual({ ends: ['completed', 'completed', 'completed', 'completed'], warnings: [] });
    const thresholdsOf = (content: typeof whole) => summaryOf({ ...content, summary: null }).thresholds;
    expect(thresholdsOf(whole)).toEqual(thresholdsOf(one));
    const ledger = null; // of a merged folder that is not evaluated yet, it is worked out from the effects
    const measured = [whole, one].map(({ measurements }) => ({ ...plainAndFreed(measurements), ledger }));
    expect(measured[0]).toEqual(measured[1]);
  });

  it('keep every interval of every histogram, for the standard tools', () => {
    const reader = new HistogramLogReader(readFileSync(join(dir, 'histograms.hlog'), 'utf8'));
    let entries = 0;
    for (let found = reader.nextIntervalHistogram(); found !== null; found = reader.nextIntervalHistogram()) {
      entries += 1;
      found.destroy();
    }
    const recorded = observations.flatMap((shard) =>
      shard.map(({ latenciesMs }) => new Set(latenciesMs.map(([name]) => name)).size),
    );
    expect(entries).toBe(recorded.reduce((sum, n) => sum + n, 0));
  });

  it('keep all effects, and all events with their shard', () => {
    expect(readJournal(join(dir, 'effects.bin')).count(CLIENTS / 4, 7)).toBe(4);
    expect(readFolder(dir).events.map(({ message }) => message)).toEqual(
      SHARDS.map((shard) => `shard ${shard + 1}: from shard-${shard}`),
    );
  });
});

describe('folders that are not all shards of one run', () => {
  const half = { seconds: observations[0]!, planned: CLIENTS / 4 };

  it.each([
    [
      'a shard is missing',
      shards.slice(1),
      /hold 300 clients, and the scenario has 400: name the folders of all shards/,
    ],
    [
      'a whole run among them',
      [...shards, single],
      /hold 800 clients, .*: these are whole runs, or one shard is there twice/,
    ],
    ['one is named twice', [shards[0]!, ...shards], /shard-0.* is named twice/],
    [
      'one is of another scenario',
      [written('other', { ...half, scenario: scenarioOf('clients.perUser=2', 'seed=5') }), ...shards.slice(1)],
      /is of another run than .*other.*: seed is 1, not 5; clients.perUser is 1, not 2/,
    ],
  ])('are refused, and nothing is written: %s', (name, dirs, message) => {
    expect(() => mergeFolders(dirs, out(name))).toThrow(message);
    expect(existsSync(out(name))).toBe(false);
  });

  it('are not merged into a folder that holds something', () => {
    mkdirSync(out('full/something'), { recursive: true });
    expect(() => mergeFolders(shards, out('full'))).toThrow(/holds something already: name a new folder/);
  });
});

describe('a merge', () => {
  it.each([true, false])('keeps the issues that make a shard inconclusive (ended: %s)', (finish) => {
    const issue = { kind: 'clock-stepped', atMs: 1500, text: 'the wall clock stepped' } as const;
    const seen = { seconds: observations[0]!, planned: CLIENTS / 4, finish, integrity: [issue] };
    const flawed = written(`flawed-${finish}`, seen);
    const { integrity } = mergeFolders([...shards.slice(1), flawed], out(`some flawed-${finish}`));
    const expected = [{ ...issue, text: 'shard 4: the wall clock stepped' }];
    expect(integrity).toEqual(expected);
    const summary = summaryOf(readFolder(out(`some flawed-${finish}`)));
    expect(summary).toMatchObject({ integrity: expected, verdict: 'inconclusive' });
    expect(summary.reasons).toContain('shard 4: the wall clock stepped');
  });

  it.each<readonly [string, string, (lines: readonly string[]) => readonly string[], RegExp]>([
    ['timeline.ndjson', 'damaged', (lines) => lines.with(4, '{'), /^shard 4: timeline.ndjson line 5 is damaged/],
    ['timeline.ndjson', 'missing', (lines) => lines.slice(0, 5), /^shard 4: timeline.ndjson holds 4000 ms of the run/],
    [
      'histograms.hlog',
      'damaged',
      (lines) => [...lines.slice(0, -1), 'x'],
      /^shard 4: histograms.hlog: 1 damaged lines/,
    ],
    ['histograms.hlog', 'missing', (lines) => lines.slice(0, -1), /^shard 4: histograms.hlog holds \d+ values of /],
  ])('is inconclusive when a line of the %s of a finished shard is %s', (file, how, change, expected) => {
    const hurt = out(`${how} ${file}`);
    cpSync(shards[3]!, hurt, { recursive: true });
    const lines = readFileSync(join(hurt, file), 'utf8').trimEnd().split('\n');
    writeFileSync(join(hurt, file), `${change(lines).join('\n')}\n`);
    const dir = out(`whole of ${how} ${file}`);
    const { integrity, warnings } = mergeFolders([...shards.slice(0, 3), hurt], dir);
    const shorter = [expect.stringMatching(/^shard 4 is known until \d\.0 s, and another until 6\.0 s: /)];
    expect(warnings).toEqual(file === 'timeline.ndjson' ? shorter : []);
    expect(integrity[0]).toMatchObject({ kind: 'results-incomplete', text: expect.stringMatching(expected) as string });
    expect(readFolder(dir).integrity).toEqual(integrity);
  });

  it('gives the scenario of shards of an older format the names of this one', () => {
    const fault = 'faults=[{ at: 2s, for: 1s, handshake: { accept-then-close: { code: 1013 } } }]';
    const scenario = scenarioOf(fault, 'thresholds=["most(logged-out) < 5"]');
    const dir = written('older', { seconds: observations[0]!, planned: CLIENTS, scenario, finish: false });
    const rewrite = (file: string, from: string, to: string): void => {
      writeFileSync(join(dir, file), readFileSync(join(dir, file), 'utf8').replace(from, to));
    };
    rewrite('scenario.yaml', 'accept-then-close:', 'kick:');
    rewrite('scenario.yaml', 'most(logged-out)', 'most(login)');
    rewrite('timeline.ndjson', `"format":${FORMAT}`, '"format":2');
    mergeFolders([dir], out('of an older format'));
    expect(readFolder(out('of an older format')).scenario).toEqual(scenario);
  });

  it.each([
    [250, []],
    [251, ['shards-apart']],
  ])('of shards that began %i ms apart is as fit for a verdict as their load was one', (apartMs, kinds) => {
    const startedAt = new Date(STARTED.getTime() + apartMs);
    const later = written(`later by ${apartMs}`, { seconds: observations[0]!, planned: CLIENTS / 4, startedAt });
    const dir = out(`apart by ${apartMs}`);
    const { integrity } = mergeFolders([later, ...shards.slice(1)], dir);
    expect(integrity.map(({ kind }) => kind)).toEqual(kinds);
    expect(readFolder(dir).integrity).toEqual(integrity);
  });

  it('reports a shard that was killed, and starts that lie apart', () => {
    const late = new Date(STARTED.getTime() + 3000);
    const killed = written('killed', {
      seconds: observations[0]!.slice(0, 3),
      planned: CLIENTS / 4,
      finish: false,
      startedAt: late,
    });
    const { ends, warnings } = mergeFolders([killed, ...shards.slice(1)], out('some killed'));
    expect(ends[0]).toBe('cut-off');
    expect(warnings).toEqual([
      'shard 1 is known until 3.0 s, and another until 6.0 s: the figures hold its 100 clients as they were then, and nothing of what they did later',
    ]);
    expect(summaryOf(readFolder(out('some killed')))).toMatchObject({ ended: 'cut-off', verdict: 'inconclusive' });
  });
});
