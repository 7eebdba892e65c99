import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import type { BatchRow } from '../../report/text/batch.ts';
import { commandLine } from '../../testing/command-line.ts';
import { MAIN } from '../../testing/squall.ts';

const dir = mkdtempSync(join(tmpdir(), 'squall-all-'));
afterAll(() => rmSync(dir, { recursive: true }));

const HEALTHY = `
duration: 4s
clients: { count: 20, arrive: { over: 1s } }
generator: { maxLateness: 5s }
faults: [{ at: 2s, drop: { code: 1012 } }]
thresholds: [ready >= 0%, peak(lost) <= 20/s]
`;
const FAILS = 'extends: healthy.yaml\nthresholds: [ready >= 0%, peak(lost) < 1/s]\n';
const EXPECTED = `${FAILS}expect: { verdict: fail, because: [peak(lost) < 1/s] }\n`;
const ELSEWHERE = 'extends: healthy.yaml\nexpect: { verdict: pass, world: run }\n';

let folders = 0;

/** A folder of scenarios, with one that is healthy. */
function folderOf(files: Readonly<Record<string, string>> = {}): string {
  const folder = join(dir, `f${folders++}`);
  mkdirSync(folder);
  for (const [name, text] of Object.entries({ 'healthy.yaml': HEALTHY, ...files })) {
    writeFileSync(join(folder, name), text);
  }
  return folder;
}

const resultsOf = (folder: string): string => join(folder, 'results');
const all = (folder: string, ...more: readonly string[]) =>
  commandLine(['simulate', folder, '--all', '--results', resultsOf(folder), ...more]);

describe('squall simulate FOLDER --all', () => {
  test('is a success when every scenario ends as expected, be that a fail', async () => {
    const folder = folderOf({ 'fails.yaml': EXPECTED, 'model.txt': 'no scenario' });
    const { code, stdout, stderr } = await all(folder);
    expect(code, stderr).toBe(0);
    expect(stderr.trim().split('\n')).toEqual([
      '1 of 2  fails: fail, as expected',
      '2 of 2  healthy: pass, as expected',
    ]);
    expect(stdout).toMatch(/^fails +fail +met .*\n {4}peak\(lost\) < 1\/s: .*\nhealthy +pass +met /m);
    expect(stdout).toContain('\n2 of 2 ended as expected\n');
    expect(readdirSync(resultsOf(folder)).map((name) => name.split('Z-')[1])).toEqual(
      expect.arrayContaining(['fails', 'healthy']),
    );
  });

  test('a file without `expect` expects a pass; results folders below are no scenarios', async () => {
    const folder = folderOf({ 'fails.yaml': FAILS });
    mkdirSync(join(folder, 'below'));
    writeFileSync(join(folder, 'below', 'scenario.yaml'), 'not one');
    const { code, stdout } = await all(folder);
    expect(code).toBe(1);
    expect(stdout).toMatch(/^fails +fail +NOT MET .*\n {4}peak\(lost\) < 1\/s: .*\n {4}expected: pass$/m);
  });

  test('the JSON has each summary, and whether the expectation was met', async () => {
    const folder = folderOf({ 'a-fails.yaml': FAILS, 'elsewhere.yaml': ELSEWHERE });
    const { code, stdout } = await all(folder, '--json');
    const rows = JSON.parse(stdout) as readonly BatchRow[];
    expect(code).toBe(1);
    expect(rows.map(({ scenario, outcome, met }) => [scenario, outcome, met])).toEqual([
      ['a-fails', 'ran', false],
      ['elsewhere', 'skipped', null],
      ['healthy', 'ran', true],
    ]);
    expect(rows.map(({ summary }) => summary?.expectation ?? null)).toEqual([
      { verdict: 'pass', because: [], met: false },
      null,
      { verdict: 'pass', because: [], met: true },
    ]);
    expect(rows[0]?.results).toMatch(/-a-fails$/);
  });

  test('--set changes every one of them', async () => {
    const { stdout } = await all(folderOf({ 'fails.yaml': EXPECTED }), '--json', '--set', 'clients.count=7');
    const rows = JSON.parse(stdout) as readonly BatchRow[];
    expect(rows.map(({ summary }) => summary?.clients.planned)).toEqual([7, 7]);
  });

  test('nothing is run unless all are valid, and every error is reported', async () => {
    const folder = folderOf({
      'bad.yaml': 'extends: nowhere.yaml\n',
      'worse.yaml': 'extends: healthy.yaml\nseed: -1\n',
    });
    const { code, stdout, stderr } = await all(folder);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain('bad.yaml:1:10: extends: no such file');
    expect(stderr).toContain('worse.yaml:2:7: seed: ');
    expect(readdirSync(folder)).not.toContain('results');
  });

  test('ctrl-C leaves the rest, and prints the table so far', async () => {
    const long = HEALTHY.replace('count: 20', 'count: 300000').replace('4s', '1h');
    const folder = folderOf({ 'a.yaml': HEALTHY, 'b.yaml': long, 'c.yaml': HEALTHY });
    const child = spawn(process.execPath, [MAIN, 'simulate', folder, '--all', '--results', resultsOf(folder)]);
    const out: string[] = [];
    child.stdout.setEncoding('utf8').on('data', (text: string) => out.push(text));
    child.stderr.once('data', () => child.kill('SIGINT'));
    expect(await once(child, 'close')).toEqual([130, null]);
    expect(out.join('')).toMatch(/^a +pass +met [^]*\nb +inconclusive +– [^]*the run was interrupted[^]*2 not begun$/m);
  });

  test.each([
    ['a folder without --all', (folder: string) => [folder], 'is a folder: name a scenario in it, or add --all'],
    ['--all with a file', (folder: string) => [join(folder, 'healthy.yaml'), '--all'], 'no folder: name a folder, or'],
    ['--all with nothing', () => [join(dir, 'nowhere'), '--all'], 'no folder: name a folder, or leave --all out'],
    ['--all with a folder of none', () => [mkdtempSync(join(dir, 'empty-')), '--all'], 'holds no *.yaml file'],
    ['--all with --seeds', (folder: string) => [folder, '--all', '--seeds', '2'], 'leave --seeds and --vary out'],
  ])('%s is a usage error', async (_title, args, message) => {
    const { code, stdout, stderr } = await commandLine(['simulate', ...args(folderOf())]);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain(message);
  });
});

describe('squall run FOLDER --all', () => {
  test('does the same on real sockets, and leaves out scenarios that expect a verdict of simulations only', async () => {
    const folder = folderOf({ 'elsewhere.yaml': ELSEWHERE.replace('world: run', 'world: simulate') });
    const { code, stdout, stderr } = await commandLine(['run', folder, '--all', '--results', resultsOf(folder)]);
    expect(code, stderr).toBe(0);
    expect(stdout).toMatch(/^elsewhere +skipped +–\n {4}it expects a verdict of `squall simulate` only/m);
    expect(stdout).toMatch(/^healthy +pass +met /m);
  });
});

test('a single scenario reports whether it ended as expected, and keeps its exit code', async () => {
  const folder = folderOf({ 'fails.yaml': EXPECTED });
  const alone = (...args: readonly string[]) =>
    commandLine(['simulate', join(folder, 'fails.yaml'), '--results', resultsOf(folder), ...args]);
  const met = await alone();
  expect([met.code, met.stdout]).toEqual([1, expect.stringMatching(/^as expected$/m)]);
  const broken = await alone('--set', 'faults=[]');
  expect(broken.code).toBe(0);
  expect(broken.stdout).toMatch(/^not as expected: fail because of peak\(lost\) < 1\/s$/m);
});

test('one scenario that cannot be run on real sockets costs the others nothing, and leaves no folder', async () => {
  const key = 'extends: healthy.yaml\ntokens: { keyFile: ./key.json }\n';
  const folder = folderOf({ 'broken.yaml': key, 'key.json': '{}' });
  const junit = join(folder, 'junit.xml');
  const args = ['run', folder, '--all', '--report', `junit=${junit}`];
  const { code, stdout } = await commandLine([...args, '--results', resultsOf(folder)]);
  expect(code).toBe(1);
  expect(stdout).toMatch(/^broken +refused +NOT MET\n[^]*^healthy +pass +met /m);
  expect(readFileSync(junit, 'utf8')).toMatch(/<testsuite name="broken"[^>]* errors="1"[^]*<testsuite name="healthy"/);
  expect(readdirSync(resultsOf(folder)).map((name) => name.split('Z-')[1])).toEqual(['healthy']);
});
