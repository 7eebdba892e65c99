import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { commandLine } from '../testing/command-line.ts';
import { MAIN } from '../testing/squall.ts';

const dir = mkdtempSync(join(tmpdir(), 'squall-cli-calibrate-'));
afterAll(() => rmSync(dir, { recursive: true }));

const file = join(dir, 'scenario.yaml');
writeFileSync(file, 'duration: 20s\nclients: { count: 5 }\ngenerator: { maxLateness: 1s }\n');

describe('squall calibrate', () => {
  test('it writes a file that a scenario can include, and its progress to stderr', async () => {
    const out = join(dir, 'model.yaml');
    const { code, stdout, stderr } = await commandLine(['calibrate', file, '--max-rate', '20/s', '--out', out]);
    expect({ code, stdout }).toEqual({ code: 0, stdout: `${out}\n` });
    expect(stderr).toMatch(/^(handshakes 20\/s: did [^\n]+\n)+(refreshes 20\/s: did [^\n]+\n)+$/);
    expect(readFileSync(out, 'utf8')).toMatch(/^ {2}handshakes: [^\n]+ # at least$/m);
    const including = join(dir, 'including.yaml');
    writeFileSync(including, 'duration: 20s\nclients: { count: 5 }\nmodel: model.yaml\n');
    expect(await commandLine(['validate', including])).toMatchObject({ code: 0 });
  });

  test('it prints the model without --out, and ctrl-C ends it with the model measured so far', async () => {
    const child = spawn(process.execPath, [MAIN, 'calibrate', file]);
    const out: string[] = [];
    child.stdout.setEncoding('utf8').on('data', (text: string) => out.push(text));
    child.stderr.once('data', () => child.kill('SIGINT'));
    expect(await once(child, 'close')).toEqual([130, null]);
    expect(out.join('')).toMatch(/interrupted[^]*^model:\n {2}gateways: 1[^]* # at least\n/m);
  });

  test('it overwrites no file', async () => {
    const { code, stderr } = await commandLine(['calibrate', file, '--out', file]);
    expect(code).toBe(2);
    expect(stderr).toContain(`--out ${file} exists and is not overwritten`);
  });

  test.each([
    ['20', '--max-rate 20: a rate with its unit is needed, such as 50/s, at most 2000/s'],
    ['2001/s', '--max-rate 2001/s: a rate with its unit is needed, such as 50/s, at most 2000/s'],
  ])('--max-rate %s is a usage error', async (rate, message) => {
    const { code, stderr } = await commandLine(['calibrate', file, '--max-rate', rate]);
    expect(code).toBe(2);
    expect(stderr).toContain(message);
  });

  test.each([
    ['lets no client in', 'ws://127.0.0.1:1/', 'none of 40 clients became ready (refused 40)'],
    ['may not be addressed', 'ws://192.0.2.1/', '--allow-host 192.0.2.1'],
  ])('a target that %s is refused, and nothing is written', async (_title, url, message) => {
    const out = join(dir, 'refused.yaml');
    const { code, stdout, stderr } = await commandLine([
      'calibrate',
      file,
      '--set',
      `target={ url: "${url}" }`,
      '--out',
      out,
    ]);
    expect({ code, stdout }).toEqual({ code: 4, stdout: '' });
    expect(stderr).toContain(message);
    expect(existsSync(out)).toBe(false);
  });
});
