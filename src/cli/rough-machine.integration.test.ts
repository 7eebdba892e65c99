import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { pathToFileURL } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';
import type { Summary } from '../results/summary.ts';
import { MAIN, NUMBERS, squall } from '../testing/squall.ts';

const dir = mkdtempSync(join(tmpdir(), 'squall-rough-'));
afterAll(() => rmSync(dir, { recursive: true }));

const scenario = join(dir, 'small.yaml');
writeFileSync(
  scenario,
  `
duration: 4s
target: { embedded: {} }
tokens: { lifetime: 60s, issued: together }
clients: { count: 20, arrive: { over: 200ms }, commands: { rate: 5/s, ackTimeout: 1s } }
generator: { maxLateness: 1s }
`,
);

/** Environment with Node options that run this code at the start of each process. */
function beginningWith(name: string, code: string): NodeJS.ProcessEnv {
  const file = join(dir, `${name}.mjs`);
  writeFileSync(file, code);
  return { NODE_OPTIONS: `--import ${pathToFileURL(file).href}` };
}

/** A copy of the compiled main module with only those modules that it imports before it checks Node's version. */
function mainAlone(): string {
  const alone = join(dir, 'alone', 'dist');
  for (const file of [
    'main.js',
    'cli/terminal/exit-code.js',
    'cli/terminal/node-version.js',
    'cli/terminal/shortage.js',
  ]) {
    mkdirSync(dirname(join(alone, file)), { recursive: true });
    cpSync(join(dirname(MAIN), file), join(alone, file));
  }
  writeFileSync(join(dir, 'alone', 'package.json'), '{ "type": "module" }');
  return join(alone, 'main.js');
}

describe('a machine that squall cannot run on', () => {
  test('a Node that is too old is named before anything is loaded that it might not read', () => {
    const old = "Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '18.20.8' } });";
    const { status, stderr } = spawnSync(process.execPath, [mainAlone(), 'validate', scenario], {
      env: { ...process.env, ...beginningWith('old', old) },
      encoding: 'utf8',
    });
    expect(stderr).toBe('squall: Node 18.20.8 is too old: squall needs 20.19.0 or later\n');
    expect(status).toBe(4);
  });

  test('an incomplete installation does not exit as a failed threshold', () => {
    const { status, stderr } = spawnSync(process.execPath, [mainAlone(), 'validate', scenario], { encoding: 'utf8' });
    expect(stderr).toMatch(
      /^squall: it could not be loaded: .*cli\.js.*\nIs the installation whole\? Install it anew\.\n$/,
    );
    expect(status).toBe(70);
  });

  test('a process that may open too few files to load squall says so', () => {
    const command = 'ulimit -n 60; exec "$0" "$@"';
    const { status, stderr } = spawnSync('sh', ['-c', command, process.execPath, MAIN, 'validate', scenario], {
      encoding: 'utf8',
    });
    expect(stderr).toMatch(/^squall: this process can open no more files \(EMFILE\): raise the limit, .*\n$/);
    expect(status).toBe(4);
  });
});

describe('a run that is harmed', () => {
  test('a target that is killed as it starts is reported in a sentence', async () => {
    const killed = "if (process.argv[1]?.endsWith('main.js') && process.send) process.kill(process.pid, 'SIGKILL');";
    const { code, stderr } = await squall(
      ['run', scenario, '--results', join(dir, 'k')],
      beginningWith('kill', killed),
    );
    expect(stderr).toContain('squall: the embedded target did not start: SIGKILL: look for what ended it');
    expect(code).toBe(4);
  });

  test('an error that no code catches ends the run with the exit code of a defect, without a stack', async () => {
    const thrown = `
      const write = process.stderr.write.bind(process.stderr);
      process.stderr.write = (text, ...rest) => {
        if (String(text).includes('phase: running')) setTimeout(() => { throw new Error('out of the blue'); });
        return write(text, ...rest);
      };
    `;
    const { code, stderr } = await squall(['run', scenario, '--results', join(dir, 't')], {
      ...beginningWith('throw', thrown),
    });
    expect(stderr).toContain('squall: a defect in squall, not in your scenario: Error: out of the blue');
    expect(stderr).not.toMatch(/^ +at /m);
    expect(code).toBe(70);
  });

  test('a results folder that is deleted in the middle leaves the summary on stdout, which says so', async () => {
    const results = join(dir, 'deleted');
    const run = spawn(process.execPath, [MAIN, 'run', scenario, '--json', '--results', results]);
    run.stderr.setEncoding('utf8').on('data', (said: string) => {
      if (NUMBERS.test(said)) for (const each of readdirSync(results)) rmSync(join(results, each), { recursive: true });
    });
    const over = once(run, 'close');
    const summary = JSON.parse(await text(run.stdout)) as Summary;
    expect((await over)[0]).toBe(3);
    expect(summary.integrity.map(({ kind }) => kind)).toEqual(['journal-incomplete', 'results-incomplete']);
    expect(summary).toMatchObject({
      ended: 'completed',
      verdict: 'inconclusive',
      commands: { lost: null, duplicated: null, unexpected: null },
    });
  });
});
