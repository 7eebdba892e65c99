import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { parseScenario } from '../scenario/load.ts';
import { figuresOf } from '../storm/figures.ts';
import { measured } from '../testing/measured.ts';
import type { Judged } from '../threshold/judge.ts';
import { SeedsFolder } from './seeds-folder.ts';
import { summariseSeeds } from './seeds-summary.ts';

const scenario = parseScenario(
  'name: many\nseed: 5\nduration: 20s\nclients: { count: 9 }\nthresholds: [p99(recovery) < 9s, wasted < 9]',
  'many.yaml',
);
const NO_FIGURES = figuresOf(measured({ elapsedMs: 1000 }), []);

function judged(seed: number, verdict: Judged['verdict'] = 'pass', ok: boolean | null = true): Judged {
  const threshold = { value: null, text: '' };
  return {
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

/** The seeds of the lines in a folder, as they stand. */
function seedsIn(dir: string): readonly number[] {
  const lines = readFileSync(join(dir, 'seeds.ndjson'), 'utf8').split('\n');
  return lines.filter((line) => line !== '').map((line) => (JSON.parse(line) as Judged).seed);
}

describe('the summary of many seeds', () => {
  it('counts verdicts and thresholds, names who did not pass, and spreads the figures', () => {
    const done = [judged(5), judged(6, 'fail', false), judged(7, 'inconclusive', null)];
    expect(summariseSeeds({ scenario, planned: 3, done })).toMatchObject({
      scenario: 'many',
      world: 'sim',
      ended: 'completed',
      verdict: 'fail',
      seeds: { first: 5, planned: 3, done: 3 },
      verdicts: { pass: 1, fail: 1, inconclusive: 1 },
      offenders: [
        { seed: 6, verdict: 'fail' },
        { seed: 7, verdict: 'inconclusive' },
      ],
      figures: { wasted: { runs: 3, min: 5, median: 6, max: 7, mean: 6, sd: 1 }, lost: { runs: 0, mean: null } },
      thresholds: [
        { expression: 'p99(recovery) < 9s', passed: 1, failed: 1, noData: 1 },
        { expression: 'wasted < 9', passed: 3, failed: 0, noData: 0 },
      ],
    });
  });

  it.each<[string, Judged[], number, string, string]>([
    ['passes when all seeds do', [judged(5), judged(6)], 2, 'pass', 'completed'],
    [
      'is inconclusive when one is and none failed',
      [judged(5), judged(6, 'inconclusive')],
      2,
      'inconclusive',
      'completed',
    ],
    ['is no pass when seeds are missing', [judged(5)], 2, 'inconclusive', 'interrupted'],
    ['is no pass when nothing was done', [], 2, 'inconclusive', 'interrupted'],
    ['fails when one did, whatever is missing', [judged(5, 'fail')], 2, 'fail', 'interrupted'],
  ])('%s', (_title, done, planned, verdict, ended) => {
    expect(summariseSeeds({ scenario, planned, done })).toMatchObject({ verdict, ended });
  });
});

describe('the folder of many seeds', () => {
  const resultsDir = mkdtempSync(join(tmpdir(), 'squall-seeds-'));
  afterAll(() => rmSync(resultsDir, { recursive: true }));
  const warnings: string[] = [];
  const make = () =>
    new SeedsFolder({ resultsDir, scenario, namedAt: new Date(0), onWarning: (message) => warnings.push(message) });
  it('holds its lines in the order of the seeds, each as soon as that can be', () => {
    const folder = make();
    for (const seed of [7, 6]) folder.add(judged(seed));
    expect(seedsIn(folder.dir)).toEqual([]);
    folder.add(judged(5));
    expect(seedsIn(folder.dir)).toEqual([5, 6, 7]);
    const summary = summariseSeeds({ scenario, planned: 3, done: [] });
    folder.finish(summary, 'the report\n');
    expect(folder.dir).toBe(join(resultsDir, '1970-01-01T00-00-00Z-many-seeds'));
    expect(readdirSync(folder.dir).toSorted()).toEqual(['report.txt', 'scenario.yaml', 'seeds.ndjson', 'summary.json']);
    expect(JSON.parse(readFileSync(join(folder.dir, 'summary.json'), 'utf8'))).toEqual(summary);
    expect(warnings).toEqual([]);
  });

  it('holds in the end also the seeds whose predecessors were never done', () => {
    const folder = make();
    for (const seed of [9, 5, 7]) folder.add(judged(seed));
    expect(seedsIn(folder.dir)).toEqual([5]);
    folder.finish(summariseSeeds({ scenario, planned: 5, done: [] }), '');
    expect(seedsIn(folder.dir)).toEqual([5, 7, 9]);
  });
});
