import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { appendFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, test } from 'vitest';
import { beginTokenRecord, TokenRecord } from '../leaks/token-record.ts';
import { commandLine } from '../testing/command-line.ts';
import { MAIN } from '../testing/squall.ts';

const dir = mkdtempSync(join(tmpdir(), 'squall-leaks-cli-'));
afterAll(() => rmSync(dir, { recursive: true }));

const run = join(dir, 'results', '2026-11-23T18-04-05Z-kept');
const record = join(run, 'tokens.fp');
const token = randomBytes(48).toString('base64url');
mkdirSync(run, { recursive: true });
beginTokenRecord(record);
const writer = new TokenRecord(record, 1);
writer.note(17, 'refresh', token);
writer.close();

const logs = join(dir, 'logs');
mkdirSync(join(logs, 'deep'), { recursive: true });
writeFileSync(join(logs, 'deep', 'app.log'), `ok\nrefreshing with ${token}\n`);
writeFileSync(join(logs, 'old.log.gz'), gzipSync(`a\nb\nc ${token.slice(10, 60)}`));
writeFileSync(join(logs, 'quiet.log'), 'nothing here\n');

describe('squall leaks', () => {
  test('finds tokens in folders and zipped files, and tells none', async () => {
    const { code, stdout, stderr } = await commandLine(['leaks', logs, '--run', run]);
    expect([code, stderr]).toEqual([1, '']);
    expect(stdout.split('\n')).toEqual([
      `${join(logs, 'deep', 'app.log')}:2:17  refresh token of client-17: whole`,
      `${join(logs, 'old.log.gz')}:3:3  refresh token of client-17: part (50 of 64 characters)`,
      '2 tokens in 3 files (0.0 MB)',
      '',
    ]);
  });

  test('--json is JSON and nothing else', async () => {
    const { code, stdout } = await commandLine(['leaks', logs, '--run', run, '--json']);
    expect(code).toBe(1);
    expect(stdout).not.toContain(token.slice(0, 16));
    expect(JSON.parse(stdout)).toMatchObject({
      found: 2,
      files: 3,
      findings: [
        { path: join(logs, 'deep', 'app.log'), line: 2, column: 17, owner: { client: 17, kind: 'refresh' } },
        { path: join(logs, 'old.log.gz'), line: 3, foundChars: 50, chars: 64 },
      ],
    });
  });

  test('without --run the newest run in results/ is meant, and stderr says so', async () => {
    const { code, stderr } = await commandLine(['leaks', logs], {}, dir);
    expect(code).toBe(1);
    expect(stderr).toContain(`looking for tokens of ${join('results', '2026-11-23T18-04-05Z-kept')}`);
  });

  test('without any run only the shape counts', async () => {
    const { code, stdout, stderr } = await commandLine(['leaks', '.'], {}, logs);
    expect([code, stdout]).toEqual([0, 'no tokens in 3 files (0.0 MB)\n']);
    expect(stderr).toContain('no run in results/ holds a record of its tokens');
  });

  test('the record of a run is no leak', async () => {
    expect(await commandLine(['leaks', run, '--run', run])).toMatchObject({
      code: 0,
      stdout: 'no tokens in 0 files (0.0 MB)\n',
    });
  });

  test('`-` reads stdin beside files, and tokens that squall mints are found as JWTs', async () => {
    const { stdout: minted } = await commandLine(['mint', '--client', '3']);
    const child = spawn(process.execPath, [MAIN, 'leaks', '-', '--run', 'none'], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    child.stdin.end(`authorization: Bearer ${minted}`);
    const [stdout] = await Promise.all([text(child.stdout), once(child, 'close')]);
    expect(child.exitCode).toBe(1);
    expect(stdout).toMatch(/^-:1:23 {2}a JWT \(sub client-3, jti [-0-9a-f]{36}, sid 3\.0, kid \S+\): \d+ characters\n/);
    expect(stdout).not.toContain('eyJ');
  });

  test('a claim cannot draw on the terminal', async () => {
    writeFileSync(join(dir, 'evil.log'), `${encoded({ alg: 'none' })}.${encoded({ jti: '\u001B[2Jx\n\u202Ey' })}.`);
    const { stdout } = await commandLine(['leaks', join(dir, 'evil.log'), '--run', 'none']);
    expect(stdout).toContain('(jti [2Jx y)');
  });

  test('a file that cannot be read is named, and the others are scanned', async () => {
    const broken = join(dir, 'broken.gz');
    writeFileSync(broken, 'no gzip');
    const some = await commandLine(['leaks', '/nowhere', broken, join(logs, 'quiet.log'), '--run', run]);
    expect(some).toMatchObject({ code: 2, stdout: 'no tokens in 1 file (0.0 MB); 2 paths could not be read\n' });
    expect(some.stderr).toMatch(
      /cannot read \/nowhere \(ENOENT: .*\)\n.*cannot read \S+broken\.gz \(incorrect header check\)\n/,
    );
    expect(await commandLine(['leaks', '/nowhere', logs, '--run', run])).toMatchObject({ code: 1 });
  });

  test.each([
    [
      ['leaks', logs, '--run', logs],
      'tokens.fp (ENOENT: no such file or directory): name the results folder of a live run, or none',
    ],
    [['leaks'], 'usage: squall leaks <paths..>'],
  ])('%j is a usage error', async (args, message) => {
    const { code, stdout, stderr } = await commandLine(args);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain(message);
  });

  test('a record that was torn, or is full, says so', async () => {
    const torn = join(dir, 'torn');
    mkdirSync(torn);
    beginTokenRecord(join(torn, 'tokens.fp'));
    // The share of this record is so small that it is full at once.
    const full = new TokenRecord(join(torn, 'tokens.fp'), 100_000);
    for (let n = 0; n < 5; n++) full.note(n, 'refresh', randomBytes(32).toString('base64url'));
    full.close();
    appendFileSync(join(torn, 'tokens.fp'), '{"client":1,"ki');
    const { code, stderr } = await commandLine(['leaks', join(logs, 'quiet.log'), '--run', torn]);
    expect(code).toBe(0);
    expect(stderr).toContain('the run recorded its first 2 tokens only');
    expect(stderr).toContain('1 line of its record is damaged');
  });
});

function encoded(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}
