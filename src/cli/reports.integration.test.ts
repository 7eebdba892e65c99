import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { Summary } from '../results/summary.ts';
import { checkJunit } from '../testing/junit-rules.ts';
import { commandLine } from '../testing/command-line.ts';

// The compiled command line: build first.

const folder = mkdtempSync(join(tmpdir(), 'squall-reports-'));
afterAll(() => rmSync(folder, { recursive: true }));
const path = (name: string): string => join(folder, name);
const read = (name: string): string => readFileSync(path(name), 'utf8');
const scenario = path('small.yaml');
writeFileSync(
  scenario,
  `
name: small
duration: 5s
clients: { count: 50, arrive: { over: 1s } }
faults: [{ at: 2s, drop: { code: 1012 } }]
thresholds:
  - peak(attempts) <= 1x baseline
  - total(attempts) < 60
`,
);
const simulate = (...args: string[]) => commandLine(['simulate', scenario, '--results', path('results'), ...args]);

describe('squall simulate', () => {
  it('writes the reports that are asked for, and the verdict stands in each', async () => {
    const files = ['junit', 'markdown', 'csv', 'json', 'text'].map((kind) => `${kind}=${path(kind)}`);
    const { code } = await simulate(...files.flatMap((file) => ['--report', file]));
    expect(code).toBe(1);
    expect(checkJunit(read('junit'))).toEqual([]);
    expect(read('junit')).toContain('tests="3" failures="1" errors="1"');
    expect(read('markdown')).toMatch(/^### ❌ squall: fail – `small`/);
    expect(read('csv').trimEnd().split('\n')).toHaveLength(51);
    expect(JSON.parse(read('json'))).toMatchObject({ verdict: 'fail' });
    expect(read('text')).toMatch(/^FAIL {2}small/);
  });

  it('writes annotations and a step summary on GitHub, and stdout stays JSON', async () => {
    const file = path('summary.md');
    writeFileSync(file, 'what was there\n');
    const args = ['simulate', scenario, '--results', path('results'), '--json'];
    const { stdout, stderr } = await commandLine(args, { GITHUB_ACTIONS: 'true', GITHUB_STEP_SUMMARY: file });
    expect(JSON.parse(stdout)).toMatchObject({ verdict: 'fail' });
    expect(stderr).toMatch(/^::error title=squall%3A small%3A fail::total\(attempts\) < 60: 100$/m);
    expect(read('summary.md')).toMatch(/^what was there\n### ❌ squall: fail/);
  });

  it.each([
    ['pdf=x', /"pdf" is no kind of report; there are text, .*junit, csv/],
    ['junt=x', /did you mean junit\?/],
    ['junit', /--report junit names no file: write --report junit=FILE/],
    [`junit=${folder}/nowhere/x`, /there is no folder .*nowhere: make it/],
    [`junit=${folder}`, /is a folder: name a file/],
  ])('refuses --report %s before it starts', async (given, message) => {
    const { code, stderr } = await simulate('--report', given);
    expect(code).toBe(2);
    expect(stderr).toMatch(message);
  });

  it('compares a run with the baseline of an earlier one, and refuses a baseline of another scenario', async () => {
    const baseline = path('baseline.yaml');
    const first = await simulate('--save-baseline', baseline, '--set', 'thresholds=["peak(attempts) <= 1x baseline"]');
    expect(first.code, 'there is nothing yet to hold it against').toBe(3);
    expect(first.stdout).toContain('no data: there is no baseline for it');

    const same = ['--set', 'thresholds=["peak(attempts) <= 1x baseline", "peak(attempts) > 1.5x baseline"]'];
    const second = await simulate('--baseline', baseline, ...same, '--json');
    expect(second.code).toBe(1);
    const { thresholds } = JSON.parse(second.stdout) as Summary;
    expect(thresholds.map(({ ok }) => ok)).toEqual([true, false]);
    expect(thresholds[0]?.text).toMatch(/^(\d+\/s) \(limit \1: 1 x \1\)$/);

    const other = await simulate('--baseline', baseline, '--set', 'clients.count=51', '--set', 'seed=9');
    expect(other.code).toBe(2);
    expect(other.stderr).toContain('seed is 9, not 1; clients.count is 51, not 50');
  });

  it('saves no baseline of a run that proves nothing', async () => {
    const file = path('none.yaml');
    const { code, stderr } = await simulate(
      '--save-baseline',
      file,
      '--set',
      'faults=[{ at: 0s, drop: { code: 1012 } }]',
    );
    expect(code).toBe(3);
    expect(stderr).toContain('no baseline is saved');
    expect(existsSync(file)).toBe(false);
  });

  it('takes a baseline with one run alone', async () => {
    const { code, stderr } = await simulate('--seeds', '3', '--save-baseline', path('x'));
    expect(code).toBe(2);
    expect(stderr).toContain('--save-baseline with --seeds: take one run, or leave --save-baseline out');
  });

  it('reports many seeds as well, with a suite for each setting', async () => {
    const files = ['junit', 'markdown', 'csv'].map((kind) => `${kind}=${path(`seeds-${kind}`)}`);
    const varied = ['--vary', 'clients.count=20,50', '--set', 'thresholds=["total(attempts) < 60"]', '--seeds', '3'];
    const args = ['simulate', scenario, '--results', path('results'), ...varied];
    const github = { GITHUB_ACTIONS: 'true', GITHUB_STEP_SUMMARY: path('seeds-step') };
    const { code, stderr } = await commandLine([...args, ...files.flatMap((file) => ['--report', file])], github);
    expect(code).toBe(1);
    expect(stderr).toContain(
      '::error title=squall%3A small clients.count=50%3A fail::total(attempts) < 60: held with 0 of 3 seeds',
    );
    expect(read('seeds-step')).toContain('### ❌ squall: fail – `small`');
    expect(checkJunit(read('seeds-junit'))).toEqual([]);
    expect(read('seeds-junit').match(/<testsuite name="small clients.count=\d+"[^>]* failures="(\d)"/g)).toHaveLength(
      2,
    );
    expect(read('seeds-junit')).toContain('held with 0 of 3 seeds, failed with 3, had no data with 0');
    expect(read('seeds-markdown')).toMatch(
      /\| ❌ #2 \| `clients.count=50` \| 0 \| 3 \| 0 \| `total\(attempts\) < 60` \(3\) \|/,
    );
    expect(read('seeds-csv')).toMatch(/^1,clients.count=20,peak-attempts-per-second,per-second,3,/m);
  });

  it('reports a folder of scenarios by their expected verdicts', async () => {
    const all = path('all');
    mkdirSync(all);
    const short = 'duration: 5s\nclients: { count: 20, arrive: { over: 1s } }\n';
    const limit = 'total(attempts) > 100';
    writeFileSync(
      join(all, 'kept.yaml'),
      `${short}thresholds: ["${limit}"]\nexpect: { verdict: fail, because: ["${limit}"] }\n`,
    );
    writeFileSync(join(all, 'broken.yaml'), `${short}thresholds: ["${limit}"]\n`);
    writeFileSync(join(all, 'skipped.yaml'), `${short}expect: { verdict: pass, world: run }\n`);
    const args = ['--report', `junit=${path('all.xml')}`, '--report', `markdown=${path('all.md')}`];
    const env = { GITHUB_ACTIONS: 'true', GITHUB_STEP_SUMMARY: path('step.md') };
    const { code, stderr } = await commandLine(['simulate', all, '--all', '--results', path('results'), ...args], env);
    expect(code).toBe(1);
    const xml = read('all.xml');
    expect(checkJunit(xml)).toEqual([]);
    expect(xml).toMatch(/<testsuite name="broken"[^>]* tests="2" failures="2" errors="0"/);
    expect(xml).toMatch(/<testsuite name="kept"[^>]* tests="2" failures="0" errors="0"/);
    expect(xml).toMatch(/<testsuite name="skipped"[^>]* tests="1" failures="0" errors="0" skipped="1"/);
    expect(read('all.md')).toMatch(/^### ❌ squall: 1 of 3 ended as expected, 1 did not, 1 skipped\n\n- `broken`\n/);
    expect(read('step.md')).toContain('| ✅ as expected | `kept` | fail |');
    expect(stderr.match(/^::error title=squall%3A (\w+)/gm), 'expected failures get no annotation').toHaveLength(1);
  });

  it('refuses a report format that such runs do not have', async () => {
    const { code, stderr } = await commandLine(['simulate', folder, '--all', '--report', `csv=${path('x')}`]);
    expect(code).toBe(2);
    expect(stderr).toContain('there is no csv report of many scenarios; there are text, json, markdown, junit');
    const compare = await commandLine([
      'compare',
      scenario,
      '--vary',
      'clients.count=5,6',
      '--report',
      `junit=${path('x')}`,
    ]);
    expect(compare.code).toBe(2);
    expect(compare.stderr).toContain(
      'there is no junit report of a comparison; there are text, html, json, markdown, csv',
    );
  });
});

describe('squall report', () => {
  it('makes any report of a folder later, in a file or on stdout', async () => {
    const { stdout: summary } = await commandLine(['simulate', scenario, '--results', path('later'), '--json']);
    const dir = join(path('later'), readdirSync(path('later'))[0]!);
    const csv = await commandLine(['report', dir, '--as', 'csv']);
    expect(csv.stdout.split('\n')[0]).toContain('start_ms,attempts,');
    const json = await commandLine(['report', dir, '--as', 'json']);
    expect(JSON.parse(json.stdout)).toEqual(JSON.parse(summary));
    expect((await commandLine(['report', dir, '--as', 'junit', '-o', path('later.xml')])).code).toBe(0);
    expect(checkJunit(read('later.xml'))).toEqual([]);
  });
});
