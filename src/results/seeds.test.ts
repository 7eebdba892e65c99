import { appendFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { parseScenario } from '../threshold/load-scenario.ts';
import { figuresOf } from '../storm/figures.ts';
import { measured } from '../testing/measured.ts';
import { SeedsFolder } from './seeds-folder.ts';
import type { SeedRun } from './seeds-line.ts';
import { planSeeds, type Setting } from './seeds-plan.ts';
import { readSeeds } from './seeds-read.ts';
import { summariseSeeds } from './seeds-summary.ts';

const scenario = parseScenario(
  'name: many\nseed: 5\nduration: 20s\nclients: { count: 9 }\nthresholds: [p99(recovery) < 9s, wasted < 9]',
  'many.yaml',
);
const NO_FIGURES = figuresOf(measured({ elapsedMs: 1000 }), []);
const ONE: readonly [Setting] = [{ varied: [], scenario }];
const TWO: readonly [Setting, Setting] = [
  { varied: [{ path: 'clients.count', value: '9' }], scenario },
  {
    varied: [{ path: 'clients.count', value: '5' }],
    scenario: { ...scenario, clients: { ...scenario.clients, count: 5 } },
  },
];

function seedRun(seed: number, verdict: SeedRun['verdict'] = 'pass', ok: boolean | null = true): SeedRun {
  const threshold = { value: null, intended: null, text: '', open: null };
  return {
    setting: 1,
    seed,
    verdict,
    reasons: [],
    figures: { ...NO_FIGURES, wasted: seed },
    thresholds: [
      { ...threshold, expression: 'p99(recovery) < 9s', ok },
      { ...threshold, expression: 'wasted < 9', ok: true },
    ],
  };
}

function summaryOf(done: readonly SeedRun[], planned: number, settings: readonly [Setting, ...Setting[]] = ONE) {
  return summariseSeeds({ plan: planSeeds(settings, planned), done, early: 'interrupted' });
}

describe('the summary of many seeds', () => {
  it('counts verdicts and thresholds, names the runs that did not pass, and gives the spread of the figures', () => {
    const done = [seedRun(5), seedRun(6, 'fail', false), seedRun(7, 'inconclusive', null)];
    const verdicts = { pass: 1, fail: 1, inconclusive: 1 };
    expect(summaryOf(done, 3)).toMatchObject({
      scenario: 'many',
      world: 'sim',
      ended: 'completed',
      verdict: 'fail',
      seeds: { first: 5, planned: 3 },
      runs: { planned: 3, done: 3 },
      verdicts,
      settings: [
        {
          varied: [],
          verdict: 'fail',
          done: 3,
          verdicts,
          offenders: [
            { seed: 6, verdict: 'fail' },
            { seed: 7, verdict: 'inconclusive' },
          ],
          figures: { wasted: { runs: 3, min: 5, median: 6, max: 7, mean: 6, sd: 1 }, lost: { runs: 0, mean: null } },
          thresholds: [
            { expression: 'p99(recovery) < 9s', passed: 1, failed: 1, noData: 1 },
            { expression: 'wasted < 9', passed: 3, failed: 0, noData: 0 },
          ],
        },
      ],
    });
  });

  it.each<[string, SeedRun[], number, string, string]>([
    ['passes when all seeds do', [seedRun(5), seedRun(6)], 2, 'pass', 'completed'],
    [
      'is inconclusive when one is and none failed',
      [seedRun(5), seedRun(6, 'inconclusive')],
      2,
      'inconclusive',
      'completed',
    ],
    ['is no pass when seeds are missing', [seedRun(5)], 2, 'inconclusive', 'interrupted'],
    ['is no pass when nothing was done', [], 2, 'inconclusive', 'interrupted'],
    ['fails when one did, whatever is missing', [seedRun(5, 'fail')], 2, 'fail', 'interrupted'],
  ])('%s', (_title, done, planned, verdict, ended) => {
    expect(summaryOf(done, planned)).toMatchObject({ verdict, ended, settings: [{ verdict }] });
  });

  it('keeps settings apart, and has the worst verdict of them', () => {
    const done = [seedRun(5), { ...seedRun(5, 'fail', false), setting: 2 }, seedRun(6)];
    expect(summaryOf(done, 2, TWO)).toMatchObject({
      ended: 'interrupted',
      verdict: 'fail',
      seeds: { first: 5, planned: 2 },
      runs: { planned: 4, done: 3 },
      verdicts: { pass: 2, fail: 1 },
      settings: [
        {
          varied: [{ path: 'clients.count', value: '9' }],
          verdict: 'pass',
          done: 2,
          figures: { wasted: { mean: 5.5 } },
        },
        { varied: [{ path: 'clients.count', value: '5' }], verdict: 'fail', done: 1, figures: { wasted: { mean: 5 } } },
      ],
    });
  });
});

describe('the folder of many seeds', () => {
  const resultsDir = mkdtempSync(join(tmpdir(), 'squall-seeds-'));
  afterAll(() => rmSync(resultsDir, { recursive: true }));
  const warnings: string[] = [];
  beforeEach(() => {
    warnings.length = 0;
  });
  const make = (planned: number, settings: readonly [Setting, ...Setting[]] = ONE) =>
    new SeedsFolder({
      resultsDir,
      plan: planSeeds(settings, planned),
      settings,
      namedAt: new Date(0),
      onWarning: (message) => warnings.push(message),
    });

  it('holds its lines in the order of the seeds, each as soon as that can be', () => {
    const folder = make(3);
    for (const seed of [7, 6]) folder.add(seedRun(seed));
    expect(runsIn(folder.dir)).toEqual([]);
    folder.add(seedRun(5));
    expect(runsIn(folder.dir)).toEqual(['1:5', '1:6', '1:7']);
    const summary = summaryOf([], 3);
    folder.finish(summary, 'the report\n');
    expect(folder.dir).toBe(join(resultsDir, '1970-01-01T00-00-00Z-many-seeds'));
    expect(readdirSync(folder.dir).toSorted()).toEqual(['report.txt', 'scenario.yaml', 'seeds.ndjson', 'summary.json']);
    expect(JSON.parse(readFileSync(join(folder.dir, 'summary.json'), 'utf8'))).toEqual(summary);
    expect(warnings).toEqual([]);
  });

  it('holds in the end also the seeds whose predecessors were never done', () => {
    const folder = make(5);
    for (const seed of [9, 5, 7]) folder.add(seedRun(seed));
    expect(runsIn(folder.dir)).toEqual(['1:5']);
    folder.finish(summaryOf([], 5), '');
    expect(runsIn(folder.dir)).toEqual(['1:5', '1:7', '1:9']);
  });

  it('holds the scenario of every setting, and the lines of all settings seed by seed', () => {
    const folder = make(2, TWO);
    for (const run of [seedRun(6), { ...seedRun(5), setting: 2 }, seedRun(5)]) folder.add(run);
    expect(runsIn(folder.dir)).toEqual(['1:5', '2:5', '1:6']);
    expect(folder.dir).toMatch(/-many-settings$/);
    const counts = ['scenario-1.yaml', 'scenario-2.yaml'].map(
      (name) => parseScenario(readFileSync(join(folder.dir, name), 'utf8'), name).clients.count,
    );
    expect(counts).toEqual([9, 5]);
  });

  it('is read back as it was summed up', () => {
    const folder = make(1, TWO);
    const done = [seedRun(5), { ...seedRun(5, 'fail', false), setting: 2 }];
    for (const run of done) folder.add(run);
    folder.finish(summaryOf(done, 1, TWO), '');
    expect(readSeeds(folder.dir)).toEqual({ summary: summaryOf(done, 1, TWO), warnings: [] });
  });

  it('counts the finished runs when it was cut off', () => {
    const folder = make(2, TWO);
    const done = [seedRun(5), { ...seedRun(5), setting: 2 }];
    for (const run of done) folder.add(run);
    const file = join(folder.dir, 'seeds.ndjson');
    appendFileSync(file, `{"setting":3}\n${JSON.stringify({ ...seedRun(7) })}\n{"setting":1,"se`);
    expect(readSeeds(folder.dir)).toEqual({
      summary: { ...summaryOf(done, 2, TWO), ended: 'cut-off' },
      warnings: [
        'seeds.ndjson ends in the middle of line 6, which is left out',
        'seeds.ndjson: 2 damaged lines are left out',
      ],
    });
  });

  it('is worked out anew when its summary is damaged', () => {
    const folder = make(1);
    folder.add(seedRun(5));
    folder.finish(summaryOf([seedRun(5)], 1), '');
    writeFileSync(join(folder.dir, 'summary.json'), '{"format":1');
    expect(readSeeds(folder.dir)).toEqual({
      summary: summaryOf([seedRun(5)], 1),
      warnings: ['summary.json is damaged; the figures are worked out anew'],
    });
  });

  it('is refused without a plan', () => {
    const folder = make(1);
    writeFileSync(join(folder.dir, 'seeds.ndjson'), '{"format":2}\n');
    expect(() => readSeeds(folder.dir)).toThrow(/holds no seeds\.ndjson that this version of squall can read/);
  });

  it('is null for a folder without seeds', () => {
    expect(readSeeds(resultsDir)).toBeNull();
  });
});

/** `setting:seed` of each line of a folder after the plan, in order. */
function runsIn(dir: string): readonly string[] {
  const lines = readFileSync(join(dir, 'seeds.ndjson'), 'utf8').split('\n').slice(1);
  return lines
    .filter((line) => line !== '')
    .map((line) => {
      const { setting, seed } = JSON.parse(line) as SeedRun;
      return `${setting}:${seed}`;
    });
}
