import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import type { Tuning } from '../compare/tuning.ts';
import { commandLine } from '../testing/command-line.ts';

const dir = mkdtempSync(join(tmpdir(), 'squall-cli-tune-'));
afterAll(() => rmSync(dir, { recursive: true }));

const file = join(dir, 'cliff.yaml');
writeFileSync(
  file,
  `
duration: 5s
tokens: { lifetime: 4s, issued: together, refresh: { lead: 1s, jitter: none } }
clients: { count: 60, arrive: { over: 1s } }
thresholds: [peak(refreshes) < 60/s]
`,
);

const FIND = 'tokens.refresh.jitter.uniform=0s..1600ms';
let folders = 0;

function tuning(...args: readonly string[]) {
  const results = join(dir, `results-${folders++}`);
  return { results, args: ['tune', file, '--results', results, ...args] };
}

describe('squall tune', () => {
  test('the smallest value is found, its milder neighbour fails, and the trade-off is shown and kept', async () => {
    const { results, args } = tuning('--find', FIND, '--seeds', '3', '--no-live');
    const { code, stdout } = await commandLine(args);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^TUNING {2}cliff/);
    expect(stdout).toMatch(/^0s +0 of 3/m);
    const [folder = ''] = readdirSync(results);
    const kept = JSON.parse(readFileSync(join(results, folder, 'tuning.json'), 'utf8')) as Tuning;
    const of = (value: string | null) => kept.tried.find((each) => each.value === value);
    expect(of(kept.found)).toMatchObject({ meets: true, runs: { done: 3, passed: 3 } });
    expect(of(kept.milder)).toMatchObject({ meets: false });
    expect(of(kept.found)!.size - of(kept.milder)!.size).toBeLessThanOrEqual(1600 / 128);
    expect(stdout).toContain(`Take tokens.refresh.jitter.uniform=${kept.found}: the smallest value`);
  });

  test('live runs on either side confirm it', async () => {
    const sets = ['--set', 'generator.maxLateness=10s'];
    const find = ['--find', 'clients.count=40..80', '--largest', '--seeds', '1'];
    const { code, stdout } = await commandLine(tuning(...find, ...sets, '--json').args);
    const { found, milder, live } = JSON.parse(stdout) as Tuning;
    expect([found, milder]).toEqual(['59', '60']);
    expect(live.map(({ value, expected }) => [value, expected])).toEqual([
      ['59', 'pass'],
      ['60', 'fail'],
    ]);
    expect(live[0]?.verdict).toBe('pass');
    expect(code).toBe(0);
  });

  test('inconclusive runs are not reported as failures: exit status 3, with the reason', async () => {
    const open = ['--set', 'thresholds=[p99(revocation) < 1s]', '--seeds', '1', '--no-live'];
    const { code, stdout } = await commandLine(tuning('--find', FIND, ...open).args);
    expect(code).toBe(3);
    expect(stdout.replaceAll(/\s+/g, ' ')).toContain(
      'was shown to meet the thresholds: runs came to no verdict (p99(rev',
    );
  });

  test('no value that meets the thresholds is exit status 1', async () => {
    const never = ['--set', 'thresholds=[peak(refreshes) < 1/s]', '--seeds', '1'];
    const { code, stdout } = await commandLine(tuning('--find', FIND, ...never).args);
    expect(code).toBe(1);
    expect(stdout.replaceAll(/\s+/g, ' ')).toContain('from 0s to 1600ms meets the thresholds.');
  });

  test.each([
    [['--find', 'clients.count'], 'write path=from..to'],
    [['--find', 'clients.count=5..5'], 'the range is empty'],
    [['--find', 'seed=1..5'], 'seeds are no setting'],
    [['--find', 'clients.backoff=ws..phoenix'], 'not two durations, rates, shares or numbers'],
    [['--find', 'clients.count=5..10', '--set', 'thresholds=[]'], 'the scenario has no thresholds'],
    [['--find', 'clients.cuont=5..10'], '--find clients.cuont=5..10: clients.cuont: unknown key'],
    [
      ['--find', 'tokens.refresh.jitter.uniform=0s..99h'],
      /--find tokens\.refresh\.jitter\.uniform=0s\.\.99h: 99h makes the scenario invalid:\n\S+: tokens\.refresh\.jitter: /,
    ],
  ])('%j is a usage error', async (args, message) => {
    const { code, stdout, stderr } = await commandLine(tuning(...args).args);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(message);
    expect(stderr).not.toMatch(/^--set tokens|^--set clients/m);
  });
});
