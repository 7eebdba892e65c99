import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import type { SeedsSummary } from '../../results/seeds-summary.ts';
import { commandLine } from '../../testing/command-line.ts';
import { MAIN } from '../../testing/squall.ts';

const dir = mkdtempSync(join(tmpdir(), 'squall-cli-seeds-'));
afterAll(() => rmSync(dir, { recursive: true }));

const file = join(dir, 'many.yaml');
writeFileSync(
  file,
  `
duration: 12s
clients: { count: 40, arrive: { over: 2s } }
faults: [{ at: 6s, drop: { code: 1012 } }]
thresholds: [peak(reconnects) > 0/s]
`,
);

let folders = 0;

function seeds(...args: readonly string[]) {
  const results = join(dir, `results-${folders++}`);
  return { results, args: ['simulate', file, '--results', results, ...args] };
}

/** The one folder that a run has made. */
function made(results: string): string {
  const [name = ''] = readdirSync(results);
  return join(results, name);
}

describe('squall simulate --seeds', () => {
  test('the summary is printed as JSON and kept with a line for each seed; progress goes to stderr', async () => {
    const { results, args } = seeds('--seeds', '4', '--json');
    const { code, stdout, stderr } = await commandLine(args);
    const summary = JSON.parse(stdout) as SeedsSummary;
    expect(code).toBe(0);
    expect(stderr).toContain('4 of 4 seeds done, 4 passed\n');
    expect(summary).toMatchObject({
      verdict: 'pass',
      seeds: { first: 1, planned: 4 },
      runs: { planned: 4, done: 4 },
      verdicts: { pass: 4 },
    });
    expect(summary.settings.map(({ figures }) => figures.t95RecoveryMs.runs)).toEqual([4]);
    const folder = made(results);
    expect(JSON.parse(readFileSync(join(folder, 'summary.json'), 'utf8'))).toEqual(summary);
    expect(readFileSync(join(folder, 'seeds.ndjson'), 'utf8').trim().split('\n')).toHaveLength(1 + 4);
    expect(JSON.parse((await commandLine(['report', folder, '--json'])).stdout)).toEqual(summary);
  });

  test.each([
    ['a seed that fails', ['thresholds=[peak(reconnects) == 0/s]'], 1, /^FAIL/],
    [
      'a seed without data, and none that fails',
      ['faults=[]', 'tokens.issued=together', 'thresholds=[p99(recovery) < 1s]'],
      3,
      /^INCONCLUSIVE/,
    ],
  ])('%s decides the exit status', async (_title, sets, status, head) => {
    const { code, stdout } = await commandLine(seeds('--seeds', '2', ...sets.flatMap((set) => ['--set', set])).args);
    expect(code).toBe(status);
    expect(stdout).toMatch(head);
  });

  test.each([
    ['0', '--seeds 0: a whole number from 1 to 10000 is needed'],
    ['10001', '--seeds 10001: a whole number from 1 to 10000 is needed'],
  ])('%s seeds are a usage error', async (n, message) => {
    const { code, stdout, stderr } = await commandLine(seeds('--seeds', n).args);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain(message);
  });

  test('seeds beyond the last that there is are a usage error', async () => {
    const { code, stderr } = await commandLine(seeds('--seeds', '2', '--set', 'seed=4294967295').args);
    expect(code).toBe(2);
    expect(stderr).toContain('the last one would be above 4294967295');
  });

  test('ctrl-C ends it, and the finished seeds are reported', async () => {
    const { results, args } = seeds('--seeds', '10000', '--json');
    const child = spawn(process.execPath, [MAIN, ...args]);
    const out: string[] = [];
    child.stdout.setEncoding('utf8').on('data', (text: string) => out.push(text));
    child.stderr.once('data', () => child.kill('SIGINT'));
    expect(await once(child, 'close')).toEqual([130, null]);
    const { ended, runs: counted } = JSON.parse(out.join('')) as SeedsSummary;
    expect(ended).toBe('interrupted');
    expect(counted.done).toBeGreaterThanOrEqual(10_000 / 20);
    const lines = readFileSync(join(made(results), 'seeds.ndjson'), 'utf8')
      .trim()
      .split('\n');
    expect(lines).toHaveLength(1 + counted.done);
  });
});
