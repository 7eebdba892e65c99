import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { createRemoteJWKSet, importJWK, jwtVerify, type JWK } from 'jose';
import { afterAll, describe, expect, test } from 'vitest';
import { readMachineLimits } from '../live/health/machine-limits.ts';
import { clientsPerProcess } from '../live/health/preflight.ts';
import { FLAW_NAMES } from '../jwt/bad.ts';
import { RunFolder } from '../results/run-folder.ts';
import { VERSION } from '../metrics/version.ts';
import { commandLine } from '../testing/command-line.ts';
import { parseScenario } from '../threshold/load-scenario.ts';
import { MAIN, squall } from '../testing/squall.ts';
import { writeRun } from '../testing/written-run.ts';

const dir = mkdtempSync(join(tmpdir(), 'squall-cli-'));
afterAll(() => rmSync(dir, { recursive: true }));

const VERBS = [
  'probe',
  'run',
  'simulate',
  'calibrate',
  'worker',
  'report',
  'leaks',
  'validate',
  'scenarios',
  'init',
  'serve',
  'mint',
  'doctor',
];

describe('squall', () => {
  test('--help lists every command on stdout', async () => {
    const { code, stdout, stderr } = await commandLine(['--help']);
    expect([code, stderr]).toEqual([0, '']);
    for (const verb of VERBS) expect(stdout).toContain(`squall ${verb} `.trim());
  });

  test.each(VERBS)('%s --help shows its options and examples', async (verb) => {
    const { code, stdout } = await commandLine([verb, '--help']);
    expect(code).toBe(0);
    expect(stdout).toMatch(new RegExp(`^squall ${verb}[^]*Options:[^]*Examples:`));
  });

  test('--version prints the version of the package', async () => {
    expect(await squall(['--version'])).toEqual({ code: 0, stdout: `${VERSION}\n`, stderr: '' });
  });

  test('help is --help, of squall and of a command', async () => {
    expect(await commandLine(['help'])).toEqual(await commandLine(['--help']));
    expect(await commandLine(['help', 'doctor'])).toEqual(await commandLine(['doctor', '--help']));
  });

  test('completion --help is help, and not the script', async () => {
    const { code, stdout, stderr } = await commandLine(['completion', '--help']);
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/^squall completion\n[^]*Examples:/);
    expect(stdout).not.toContain('_squall_yargs_completions');
  });

  test('completion prints a script', async () => {
    const { code, stdout, stderr } = await commandLine(['completion']);
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toContain('_squall_yargs_completions');
  });

  test.each([
    [['reprot'], 'squall: unknown command reprot; did you mean report?\n'],
    [['qqqqqqqq'], 'squall: unknown command qqqqqqqq; there are run, simulate, '],
    [[], 'squall: which command? There are run, simulate, '],
    [['report', 'x', '--jsn'], 'squall: unknown option --jsn; did you mean --json?\n'],
    [['serve', '--token-prt=1'], 'squall: unknown option --token-prt; did you mean --token-port?\n'],
    [['report'], 'squall: report what? <folder> is missing\nusage: squall report <folder>\n'],
    [['help', 'raport'], 'squall: unknown command raport; did you mean report?\n'],
    [['tune', 'x.yaml'], 'squall: missing: --find\n'],
    [['mint', '--count'], 'squall: --count needs a value\n'],
    [['report', 'a', 'b'], 'squall: unexpected: b\nusage: squall report <folder>\n'],
    [['doctor', '--clients', 'many'], 'squall: --clients many: a whole number from 1 to 10000000 is needed\n'],
    [['doctor', '--clients', '1', '--clients', '2'], 'squall: --clients is given 2 times; give it once\n'],
    [
      ['mint', '--expires-at', 'tomorrow'],
      'squall: --expires-at tomorrow: an instant with its zone is needed, such as ',
    ],
    [['mint', '--lifetime', '30'], 'squall: --lifetime 30: a duration with its unit is needed, such as 30s or 5m\n'],
    [['mint', '--bad', 'luck'], 'squall: --bad "luck": not one of expired, '],
    [
      ['report', '/nowhere'],
      'squall: /nowhere is no results folder (it has no scenario.yaml): name the folder of a run\n',
    ],
    [['validate', '/nowhere.yaml'], '/nowhere.yaml: no such file'],
  ])('%j is a usage error that says what would be right', async (args, message) => {
    const { code, stdout, stderr } = await commandLine(args);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain(message);
    expect(stderr).not.toMatch(/^ +at /m);
  });
});

describe('squall init and validate', () => {
  test('outlines a scenario towards a server of the user, with a users file that only its owner reads', async () => {
    const folder = join(dir, 'outlined');
    const flags = [
      '--url',
      'ws://127.0.0.1:3000',
      '--protocol',
      'socket.io',
      '--identity',
      'keycloak',
      '--goal',
      'expiry',
    ];
    const file = join(folder, 'scenario.yaml');
    const users = join(folder, 'users.csv');
    expect(await commandLine(['init', folder, ...flags])).toMatchObject({ code: 0, stdout: `${file}\n${users}\n` });
    expect(statSync(users).mode & 0o077).toBe(0);
    expect(await commandLine(['validate', file])).toMatchObject({ code: 0 });
    writeFileSync(users, 'username,password\nme,mine\n');
    const other = join(folder, 'other.yaml');
    expect(await commandLine(['init', other, ...flags])).toMatchObject({
      code: 0,
      stdout: `${other}\n`,
      stderr: expect.stringContaining(
        `${users} exists and is kept: the scenario reads from it username and password\n`,
      ) as string,
    });
    expect(readFileSync(users, 'utf8')).toBe('username,password\nme,mine\n');
    const wrong = await commandLine(['init', folder, '--protocol', 'socketio']);
    expect(wrong.code).toBe(2);
    expect(wrong.stderr).toContain('did you mean socket.io?');
  });

  test('a new scenario is valid, and is not overwritten', async () => {
    const file = join(dir, 'fresh', 'scenario.yaml');
    expect(await commandLine(['init', join(dir, 'fresh')])).toMatchObject({ code: 0, stdout: `${file}\n` });
    expect((await commandLine(['validate', file])).stdout).toMatch(/scenario\.yaml: valid: 200 clients for 25 s/);
    const text = readFileSync(file, 'utf8');
    const again = await commandLine(['init', file]);
    expect(again).toMatchObject({ code: 2, stdout: '' });
    expect(again.stderr).toContain('exists and is not overwritten');
    expect(readFileSync(file, 'utf8')).toBe(text);
  });

  test('valid files are listed on stdout, the errors of the others on stderr', async () => {
    const [good, bad] = [join(dir, 'good.yaml'), join(dir, 'bad.yaml')];
    writeFileSync(good, 'duration: 20s\nclients: { count: 5 }\n');
    writeFileSync(bad, 'duration: 20\nclients: { cuont: 5 }\nthresholds: [p98(handshake) < 2s]\n');
    const { code, stdout, stderr } = await commandLine(['validate', good, bad]);
    expect(code).toBe(2);
    expect(stdout).toMatch(
      /^\S+good\.yaml: valid: 5 clients for 20 s against the embedded target, 0 faults, 0 thresholds\n$/,
    );
    expect(stderr).toMatch(/bad\.yaml:1:\d+: duration: [^]*bad\.yaml:2:\d+: [^]*did you mean `count`/);
  });

  test('--set may be repeated, and does not swallow the file after it', async () => {
    const file = join(dir, 'set.yaml');
    writeFileSync(file, 'duration: 20s\nclients: { count: 5 }\n');
    const { stdout } = await commandLine(['validate', '--set', 'clients.count=7', '--set', 'duration=30s', file]);
    expect(stdout).toContain('valid: 7 clients for 30 s');
  });

  test('a threshold that cannot be understood is an error of the scenario', async () => {
    const file = join(dir, 'threshold.yaml');
    writeFileSync(file, 'duration: 20s\nclients: { count: 5 }\nthresholds: [p99(handshak) < 2s]\n');
    const { code, stderr } = await commandLine(['validate', file]);
    expect(code).toBe(2);
    expect(stderr).toMatch(/threshold\.yaml:3:\d+: thresholds\.0: /);
  });
});

describe('squall mint', () => {
  test.each(['HS256', 'RS256', 'ES256', 'EdDSA'])(
    'a token signed with %s verifies with the shipped key',
    async (algorithm) => {
      const file = new URL(`../../fixtures/keys/${algorithm.toLowerCase()}.jwk.json`, import.meta.url);
      const jwk = JSON.parse(readFileSync(file, 'utf8')) as JWK;
      const { d: _secret, p: _p, q: _q, dp: _dp, dq: _dq, qi: _qi, ...open } = jwk;
      const { stdout } = await commandLine(['mint', '--algorithm', algorithm, '--client', '7', '--lifetime', '90s']);
      const { payload } = await jwtVerify(stdout.trim(), await importJWK(open, algorithm), { audience: 'squall' });
      expect(payload.sub).toBe('client-7');
      expect((payload.exp ?? 0) - (payload.iat ?? 0)).toBeCloseTo(90, 3);
    },
  );

  test('--count mints for the clients that follow, --expires-at fixes the expiry', async () => {
    const expiresAt = '2030-01-02T03:04:05.678Z';
    const { stdout } = await commandLine(['mint', '--sub', '5', '--count', '3', '--expires-at', expiresAt, '--json']);
    expect(JSON.parse(stdout)).toEqual(
      [5, 6, 7].map((n) => ({
        subject: `client-${n}`,
        expiresAt,
        flaw: null,
        token: expect.stringMatching(/^ey/) as string,
      })),
    );
  });

  test('--bad all prints each flaw before its token', async () => {
    const { stdout } = await commandLine(['mint', '--bad', 'all']);
    expect(
      stdout
        .trim()
        .split('\n')
        .map((line) => line.split(' ')[0]),
    ).toEqual(FLAW_NAMES);
  });

  test('a key that does not fit is named by its file, and never quoted', async () => {
    const file = join(dir, 'key.json');
    for (const text of [
      's3cr3t-not-json',
      '{"kty":"EC","crv":"P-256","d":"s3cr3t","x":"AA","y":"AA"}',
      '{"kty":"oct","k":"s3cr3t"}',
    ]) {
      writeFileSync(file, text);
      const { code, stdout, stderr } = await commandLine(['mint', '--key', file]);
      expect([code, stdout]).toEqual([2, '']);
      expect(stderr).toContain(`--key ${file}`);
      expect(stderr).not.toContain('s3cr3t');
    }
  });
});

describe('squall doctor', () => {
  test('--json is JSON and nothing else', async () => {
    const { stdout, stderr } = await commandLine(['doctor', '--clients', '1', '--json']);
    expect(stderr).toBe('');
    expect(JSON.parse(stdout)).toMatchObject({ clients: 1, ok: true, node: { ok: true }, shortfalls: [] });
  });

  test('more clients than any machine holds are refused, with the fix', async () => {
    const { code, stdout } = await commandLine(['doctor', '--clients', '10000000']);
    expect(code).toBe(4);
    expect(stdout).toContain('10000000 clients do not fit; at most');
    expect(stdout).toMatch(
      /^too little: 10000000 clients do not fit in \d+ MiB .*\n  run with --set clients\.count=\d+, or free memory$/m,
    );
  });
});

describe('squall report', () => {
  const scenario = parseScenario('name: kept\nduration: 10s\nclients: { count: 9, arrive: { over: 1s } }', 'kept.yaml');
  const folder = new RunFolder({
    resultsDir: dir,
    scenario,
    world: 'live',
    namedAt: new Date(),
    onWarning: () => {},
  });
  folder.onBegin(new Date());
  writeRun(folder, scenario, [{ events: [['attempts', 100, 9]], latenciesMs: [['handshake', 5]], failures: [] }]);

  test('a run that was cut off is reported up to that moment', async () => {
    const { code, stdout, stderr } = await commandLine(['report', folder.dir]);
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/^INCONCLUSIVE {2}kept\n[^]*- the run was cut off 1\.0 s into its 10\.0 s\n/);
  });

  test('--json prints the summary and nothing else', async () => {
    const { stdout, stderr } = await commandLine(['report', folder.dir, '--json']);
    expect(stderr).toBe('');
    expect(JSON.parse(stdout)).toMatchObject({ ended: 'cut-off', attempts: { total: 9 } });
  });

  test('--html writes the page of a run that was cut off into its folder, or into a file', async () => {
    const page = join(folder.dir, 'report.html');
    expect(await commandLine(['report', folder.dir, '--html'])).toEqual({
      code: 0,
      stdout: '',
      stderr: `wrote ${page}\n`,
    });
    const text = readFileSync(page, 'utf8');
    expect(text).toMatch(/^<!doctype html>[^]*\? INCONCLUSIVE[^]*the run was cut off 1\.0 s into its 10\.0 s/);
    const file = join(dir, 'page.html');
    await commandLine(['report', folder.dir, '--html', file]);
    expect(readFileSync(file, 'utf8')).toBe(text);
    expect((await commandLine(['report', folder.dir, '--as', 'html'])).stdout).toBe(text);
  });

  test.each([
    [['--html', '--json'], 'squall: --html writes only a page: leave --json, --as and --output out\n'],
    [
      ['--html', '/nowhere/page.html'],
      'squall: --html: there is no folder /nowhere: make it, or name a file elsewhere\n',
    ],
  ])('%j is refused', async (options, message) => {
    expect(await commandLine(['report', folder.dir, ...options])).toEqual({ code: 2, stdout: '', stderr: message });
  });

  test.each([
    [{ FORCE_COLOR: '1' }, true],
    [{ FORCE_COLOR: '1', NO_COLOR: '1' }, false],
    [{}, false],
  ])('with %j in the environment a pipe gets colour: %s', async (env, colour) => {
    const { stdout } = await commandLine(['report', folder.dir], {
      FORCE_COLOR: undefined,
      NO_COLOR: undefined,
      ...env,
    });
    expect(stdout.includes('\u001B[')).toBe(colour);
  });

  test('a reader that leaves early is no error', async () => {
    expect(await shell('"$0" "$1" report "$2" | true')).toMatchObject({ stderr: '' });
  });

  test.runIf(process.platform === 'linux')('an output that cannot be written is reported, and is no pass', async () => {
    const { code, stderr } = await shell('"$0" "$1" report "$2" >/dev/full');
    expect(code).toBe(3);
    expect(stderr).toMatch(/^squall: cannot write the output \(ENOSPC: [^\n]*\)\n$/);
  });

  /** Runs a line of sh in which `"$0" "$1"` is squall and `"$2"` the folder. */
  async function shell(line: string): Promise<{ code: number | null; stderr: string }> {
    const child = spawn('sh', ['-c', line, process.execPath, MAIN, folder.dir], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    const stderr: string[] = [];
    child.stderr.setEncoding('utf8').on('data', (text: string) => stderr.push(text));
    await once(child, 'close');
    return { code: child.exitCode, stderr: stderr.join('') };
  }
});

describe('squall serve', () => {
  test('it serves keys and tokens until ctrl-C, and then prints its counts', async () => {
    mkdirSync(join(dir, 'serve'));
    const tokens = join(dir, 'serve', 'users.csv');
    const child = spawn(process.execPath, [
      MAIN,
      'serve',
      '--json',
      '--set',
      'clients.count=2',
      '--refresh-tokens',
      tokens,
    ]);
    const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    const { tokenUrl, connections } = JSON.parse(await nextLine(lines)) as { tokenUrl: string; connections: number };
    expect(connections).toBe(Math.min(250_000, clientsPerProcess(readMachineLimits())));
    const [, refreshToken = ''] = readFileSync(tokens, 'utf8').split('\n');
    const body = new URLSearchParams({ grant_type: 'refresh_token', refresh_token: refreshToken });
    const answer = (await (await fetch(tokenUrl, { method: 'POST', body })).json()) as { access_token: string };
    const keys = createRemoteJWKSet(new URL('/.well-known/jwks.json', tokenUrl));
    expect((await jwtVerify(answer.access_token, keys)).payload.sub).toBe('client-0');
    child.kill('SIGINT');
    expect(JSON.parse(await nextLine(lines))).toMatchObject({ refreshes: 1, handshakes: 0 });
    expect(await once(child, 'exit')).toEqual([0, null]);
  });

  test('a target that is not embedded cannot be served', async () => {
    const { code, stderr } = await commandLine(['serve', '--set', 'target={url: "ws://127.0.0.1:1/"}']);
    expect(code).toBe(2);
    expect(stderr).toContain('serve needs a scenario whose target is embedded');
  });
});

async function nextLine(lines: AsyncIterator<string, undefined>): Promise<string> {
  return (await lines.next()).value ?? '';
}
