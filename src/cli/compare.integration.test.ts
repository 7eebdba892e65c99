import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import type { Comparison } from '../compare/comparison.ts';
import { commandLine } from '../testing/command-line.ts';
import { MAIN } from '../testing/squall.ts';

const dir = mkdtempSync(join(tmpdir(), 'squall-cli-compare-'));
afterAll(() => rmSync(dir, { recursive: true }));

const file = join(dir, 'cliff.yaml');
writeFileSync(
  file,
  `
duration: 14s
tokens: { lifetime: 10s, issued: together, refresh: { lead: 3s, jitter: none } }
clients: { count: 60, arrive: { over: 2s } }
thresholds: [{ expression: peak(reconnects) < 40/s, abort: true }]
`,
);

const JITTER = ['--vary', 'tokens.refresh.jitter.uniform=0s,4s'];
let folders = 0;

function comparing(...args: readonly string[]) {
  const results = join(dir, `results-${folders++}`);
  return { results, args: ['compare', file, '--results', results, ...args] };
}

/** The one folder that a comparison has made. */
function made(results: string): string {
  const [name = ''] = readdirSync(results);
  return join(results, name);
}

describe('squall compare', () => {
  test('simulated settings are compared pair by pair, recommended, kept, and shown again by report', async () => {
    const { results, args } = comparing('--simulate', ...JITTER, '--json');
    const { code, stdout } = await commandLine(args);
    const comparison = JSON.parse(stdout) as Comparison;
    expect(code).toBe(0);
    expect(comparison).toMatchObject({
      world: 'sim',
      design: 'paired',
      pairs: 6,
      conclusive: true,
      recommendation: { setting: 2 },
      settings: [
        { runs: { done: 6, conclusive: 6, passed: 0 }, figures: { peakRefreshesPerSecond: { median: 60 } } },
        { runs: { done: 6, conclusive: 6, passed: 6 }, against: { peakRefreshesPerSecond: { evidence: 'better' } } },
      ],
    });
    const folder = made(results);
    expect(readFileSync(join(folder, 'report.html'), 'utf8')).toContain('The curves over one another');
    expect(JSON.parse((await commandLine(['report', folder, '--json'])).stdout)).toEqual(comparison);
    const shown = await commandLine(['report', folder]);
    expect(shown.stdout).toMatch(/^COMPARISON {2}cliff/);
    expect(shown.stdout).toContain('Take tokens.refresh.jitter.uniform=4s');
  });

  test('live runs take turns, each leaves a folder of its own, and the folders can be compared again', async () => {
    // The tokens of a busy machine are late, and none may expire for that: a run in which one may have is left out.
    const short = ['duration=5s', 'tokens.lifetime=4s', 'tokens.refresh.lead=2500ms', 'clients.arrive.over=1s'];
    const sets = [...short, 'generator.maxLateness=10s'].flatMap((set) => ['--set', set]);
    const vary = ['--vary', 'tokens.refresh.jitter.uniform=0s,1s', '--pairs', '2'];
    const { results, args } = comparing(...sets, ...vary, '--json');
    const { code, stdout, stderr } = await commandLine(args);
    const comparison = JSON.parse(stdout) as Comparison;
    expect(code).toBe(0);
    expect(comparison).toMatchObject({ world: 'live', pairs: 2, needs: 6, settings: [{ runs: { done: 2 } }, {}] });
    const order = stderr.split('\n').flatMap((line) => /round (\d), #(\d)/.exec(line)?.slice(1).join('') ?? []);
    expect(order).toEqual(['11', '12', '22', '21']);
    const all = comparison.settings.flatMap((setting) => setting.folders);
    expect(all).toHaveLength(4);
    expect(all.every((folder) => folder.startsWith(made(results)))).toBe(true);

    const again = await commandLine(['compare', ...all, '--json']);
    const unpaired = JSON.parse(again.stdout) as Comparison;
    expect(again.code).toBe(0);
    expect(unpaired).toMatchObject({ design: 'unpaired', world: 'live', settings: [{ runs: { done: 2 } }, {}] });
    expect(unpaired.settings.map(({ varied }) => varied.map(({ path }) => path))).toEqual([
      expect.arrayContaining(['tokens.refresh.jitter.uniform']),
      expect.arrayContaining(['tokens.refresh.jitter.uniform']),
    ]);
  });

  test('too few runs with a verdict are exit status 3', async () => {
    const { args } = comparing('--simulate', ...JITTER, '--set', 'thresholds=[p99(revocation) < 1s]', '--json');
    const { code, stdout } = await commandLine(args);
    expect(code).toBe(3);
    expect(JSON.parse(stdout)).toMatchObject({ conclusive: false, settings: [{ leftOut: [{ runs: 6 }] }, {}] });
  });

  test('ctrl-C ends it, and the results so far are reported', async () => {
    const { args } = comparing('--simulate', ...JITTER, '--pairs', '100', '--set', 'clients.count=3000', '--json');
    const child = spawn(process.execPath, [MAIN, ...args]);
    const out: string[] = [];
    child.stdout.setEncoding('utf8').on('data', (text: string) => out.push(text));
    child.stderr.once('data', () => child.kill('SIGINT'));
    expect(await once(child, 'close')).toEqual([130, null]);
    const comparison = JSON.parse(out.join('')) as Comparison;
    expect(comparison).toMatchObject({ ended: 'interrupted', recommendation: { setting: null } });
    expect(comparison.recommendation.text).toMatch(/^Interrupted before every setting/);
  });

  test.each([
    [['compare', file], 'name values to vary (--vary PATH=a,b)'],
    [['compare', file, '--vary', 'clients.count=5'], 'one setting is no comparison'],
    [['compare', file, file, ...JITTER], '--vary takes one scenario'],
    [['compare', file, '--vary', 'clients.count=5,5k,bad'], 'not a count'],
    [['compare', file, ...JITTER, '--pairs', '0'], '--pairs 0: a whole number from 1 to 100 is needed'],
    [['compare', dir, tmpdir()], 'is no results folder'],
    [['compare', dir, dir], 'is named twice; name each run once'],
    [['compare', dir, dir, '--pairs', '3'], 'finished runs are compared unchanged'],
    [
      ['compare', file, '--vary', 'clients.count=5,6', '--set', 'thresholds=[peak(attempts) < 2x baseline]'],
      'needs a baseline',
    ],
    [['compare', dir, dir, '--simulate'], 'finished runs are compared unchanged'],
  ])('%j is a usage error', async (args, message) => {
    const { code, stdout, stderr } = await commandLine(args);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain(message);
  });
});
