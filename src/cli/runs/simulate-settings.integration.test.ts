import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it, test } from 'vitest';
import type { SeedsSummary } from '../../results/seeds-summary.ts';
import { arriveOverMs } from '../../scenario/population.ts';
import { commandLine } from '../../testing/command-line.ts';
import { readSettings } from './simulate-settings.ts';

const dir = mkdtempSync(join(tmpdir(), 'squall-cli-settings-'));
afterAll(() => rmSync(dir, { recursive: true }));

const file = join(dir, 'many.yaml');
writeFileSync(
  file,
  `
duration: 12s
clients: { count: 40, arrive: { over: 2s } }
faults: [{ at: 6s, drop: { code: 1012 } }]
thresholds: [peak(attempts) < 35/s]
`,
);

function settings(varies: readonly string[], sets: readonly string[] = [], seeds = 1) {
  return readSettings({ file, sets, varies, seeds });
}

describe('the settings of --vary', () => {
  it('are every combination, the last named fastest, after the sets', () => {
    const all = settings(['clients.count=5,6k', 'clients.arrive.over=1s, 2s'], ['seed=7']);
    expect(all.map(({ varied }) => varied.map(({ path, value }) => `${path}=${value}`).join(' '))).toEqual([
      'clients.count=5 clients.arrive.over=1s',
      'clients.count=5 clients.arrive.over=2s',
      'clients.count=6k clients.arrive.over=1s',
      'clients.count=6k clients.arrive.over=2s',
    ]);
    expect(all.map(({ scenario: { seed, clients } }) => [seed, clients.count, arriveOverMs(clients)])).toEqual([
      [7, 5, 1000],
      [7, 5, 2000],
      [7, 6000, 1000],
      [7, 6000, 2000],
    ]);
  });

  it('are one when nothing is varied', () => {
    expect(settings([])).toMatchObject([{ varied: [], scenario: { clients: { count: 40 } } }]);
  });

  it.each([
    ["description='a, b',c", ['a, b', 'c']],
    ['description="a, \\"b\\"" , c', ['a, "b"', 'c']],
    ["description=it's,b", ["it's", 'b']],
  ])('%s has commas between values, not within quotes', (vary, descriptions) => {
    expect(settings([vary]).map(({ scenario }) => scenario.description)).toEqual(descriptions);
  });

  it('may change a field inside another one that is varied or set before', () => {
    const all = settings(['clients.backoff=signalr,socket.io-client', 'clients.backoff.cap=40s,50s'], ['tokens={}']);
    expect(all.map(({ scenario: { clients } }) => clients.backoff.capMs)).toEqual([40_000, 50_000, 40_000, 50_000]);
  });

  it.each([
    ["description=it's,that's", ["it's", "that's"]],
    ['description=a],b', ['a]', 'b']],
    [`description='a, b',"c, d"`, [`'a, b'`, `"c, d"`]],
    ['clients.backoff={ base: 1s, cap: 5s },phoenix', ['{ base: 1s, cap: 5s }', 'phoenix']],
  ])('divide %s at its own commas', (vary, values) => {
    expect(settings([vary]).map(({ varied }) => varied[0]?.value)).toEqual(values);
  });

  it('show no secret that was typed', () => {
    const varied = settings(['description=wss://a:secret@host/?token=secret,eyJsecret.eyJsecret.x']).map(
      (each) => each.varied,
    );
    expect(JSON.stringify(varied)).not.toContain('secret');
  });

  it.each([
    [['clients.count'], '--vary clients.count: no values — write path=value,value, such as clients.count=500,1000'],
    [['clients.count= '], '--vary clients.count= : no values — write'],
    [['=5,6'], '--vary =5,6: no path — write'],
    [['clients.count=5,,6'], '--vary clients.count=5,,6: value 2 of 3 is empty — write'],
    [['clients.count=5,'], '--vary clients.count=5,: value 2 of 2 is empty — write'],
    [['clients.count=5,6,5'], '--vary clients.count=5,6,5: 5 a second time — keep one of them'],
    [['faults=[],x'], '--vary faults=[],x: faults: '],
    [['seed=1,2'], '--vary seed=1,2: seeds are no setting — --seeds 20 takes 20 seeds'],
    [['clients.cuont=5,6'], '--vary clients.cuont=5,6: clients.cuont: unknown key — did you mean `count`?'],
    [
      ['duration=12s,3 s,9'],
      '--vary duration=12s,3 s,9: duration: a space before the unit ("3 s") — the units are ms, s, m, h; write 3s\n' +
        '--vary duration=12s,3 s,9: duration: no unit (9) — 9 what? write 9s',
    ],
    [
      ['clients.count=5,many,lots'],
      '--vary clients.count=5,many,lots: clients.count: not a count ("many") — write a whole number from 1 to 20000000\n' +
        '--vary clients.count=5,many,lots: clients.count: not a count ("lots") — write a whole number from 1 to 20000000',
    ],
    [
      ['duration=12s,4s'],
      'many.yaml:4:16: faults.0.at: the fault would begin after the end of the run (6s; duration is 4s, --vary duration=12s,4s)',
    ],
    [
      ['clients.count=1000,5,1k'],
      '--vary: clients.count=1000 is the same scenario as clients.count=1k — leave out one, or what makes no difference',
    ],
    [
      ['clients.backoff=signalr,socket.io-client', 'clients.backoff.preset=signalr,graphql-ws'],
      '--vary: clients.backoff=signalr clients.backoff.preset=signalr is the same scenario as clients.backoff=socket.io-client clients.backoff.preset=signalr',
    ],
    [['thresholds.0=ready > 5,raedy > 5'], '--vary thresholds.0=ready > 5,raedy > 5: thresholds.0: '],
    [
      ['clients.count=5,6', 'duration=9s,10s', 'clients.count=7,8'],
      '--vary clients.count=7,8: clients.count is varied twice — name all its values in one --vary',
    ],
    [
      ['clients.backoff.cap=5s,6s', 'clients.backoff=signalr,socket.io-client'],
      'it would undo --vary clients.backoff.cap=5s,6s — name the one that stands within the other last',
    ],
    [
      [`clients.count=${Array.from({ length: 101 }, (_, n) => n + 1).join(',')}`],
      '--vary: 101 of clients.count × 100 seeds are 10100 simulations, at most 10000 are possible — name fewer values, or fewer --seeds',
    ],
  ])('%s are refused by name', (varies, message) => {
    expect(() => settings(varies, [], 100)).toThrow(message);
  });

  it.each([
    ['clients.count=9', 'clients.count=5,6', 'clients.count is set too, by --set or --clients — keep one of them'],
    ['clients.backoff.cap=9s', 'clients.backoff=signalr,none', 'it would undo the --set of clients.backoff.cap'],
  ])('beside --set %s, %s is refused', (set, vary, message) => {
    expect(() => settings([vary], [set])).toThrow(`--vary ${vary}: ${message}`);
  });

  it('name a problem of all of them once', () => {
    expect(() => settings(['duration=12s,13s,14s'], ['clients.count=many'])).toThrow(/^[^\n]*$/);
  });
});

describe('squall simulate --vary', () => {
  let folders = 0;
  const simulate = async (args: readonly string[]) => {
    const results = join(dir, `results-${folders++}`);
    const ended = await commandLine(['simulate', file, '--results', results, ...args]);
    return { ...ended, results };
  };

  test('every setting has every seed, the worst verdict decides, and the folder tells it again', async () => {
    const { code, stdout, stderr, results } = await simulate([
      '--vary',
      'clients.arrive.over=1s,4s',
      '--vary',
      'clients.backoff=signalr,socket.io-client',
      '--seeds',
      '3',
      '--json',
    ]);
    const summary = JSON.parse(stdout) as SeedsSummary;
    expect(code).toBe(1);
    expect(stderr).toContain('12 of 12 simulations done, ');
    expect(summary).toMatchObject({
      verdict: 'fail',
      runs: { planned: 12, done: 12 },
      seeds: { first: 1, planned: 3 },
    });
    expect(summary.settings.map(({ done, varied }) => [done, ...varied.map(({ value }) => value)])).toEqual([
      [3, '1s', 'signalr'],
      [3, '1s', 'socket.io-client'],
      [3, '4s', 'signalr'],
      [3, '4s', 'socket.io-client'],
    ]);
    const folder = join(results, readdirSync(results)[0] ?? '');
    expect(JSON.parse((await commandLine(['report', folder, '--json'])).stdout)).toEqual(summary);
    const report = await commandLine(['report', folder]);
    expect([report.code, report.stderr]).toEqual([0, '']);
    expect(report.stdout.replace(/results .*/, '')).toBe(
      readFileSync(join(folder, 'report.txt'), 'utf8').replace(/results .*/, ''),
    );
  });

  test('a setting gives the same run as --set with its seed', async () => {
    const varied = await simulate(['--vary', 'clients.count=20,30', '--json']);
    const set = await simulate(['--set', 'clients.count=30', '--seeds', '1', '--json']);
    const [, second] = (JSON.parse(varied.stdout) as SeedsSummary).settings;
    const [only] = (JSON.parse(set.stdout) as SeedsSummary).settings;
    expect(second).toEqual({ ...only, varied: [{ path: 'clients.count', value: '30' }] });
  });

  test('settings without data are inconclusive, whatever the others are', async () => {
    const { code, stdout } = await simulate([
      '--set',
      'faults=[]',
      '--set',
      'tokens.issued=together',
      '--vary',
      'thresholds.0=peak(attempts) < 900/s,p99(recovery) < 1s',
    ]);
    expect([code, stdout.split(' ')[0]]).toEqual([3, 'INCONCLUSIVE']);
  });

  test('an impossible value is a usage error before any folder is made', async () => {
    const { code, stdout, stderr, results } = await simulate(['--vary', 'clients.count=20,many']);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toBe(
      '--vary clients.count=20,many: clients.count: not a count ("many") — write a whole number from 1 to 20000000\n',
    );
    expect(readdirSync(dir)).not.toContain(results.slice(dir.length + 1));
  });

  test('its help has an example', async () => {
    const { stdout } = await commandLine(['simulate', '--help']);
    expect(stdout).toMatch(
      /^ +squall simulate \S+ --vary .*\n +tokens\.refresh\.jitter\.uniform=0s,5s,30s --seeds 20$/m,
    );
  });
});
