import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, onTestFinished, test } from 'vitest';
import type { Summary } from '../results/summary.ts';
import { MAIN, NUMBERS, squall } from '../testing/squall.ts';

const dir = mkdtempSync(join(tmpdir(), 'squall-early-'));
afterAll(() => rmSync(dir, { recursive: true }));

/** A port without a listener. */
async function deadPort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, 'close');
  return port;
}

function scenarioFile(name: string, target: string): string {
  const file = join(dir, `${name}.yaml`);
  writeFileSync(
    file,
    `
duration: 60s
target: ${target}
tokens: { lifetime: 20m }
clients: { count: 10, arrive: { over: 200ms }, connectTimeout: 500ms, backoff: { base: 100ms, cap: 500ms } }
generator: { maxLateness: 1s, giveUpAfter: 500ms }
`,
  );
  return file;
}

test('a target that is down ends the run after the stated time, with its URL and the failures', async () => {
  const port = await deadPort();
  const file = scenarioFile('down', `{ url: "ws://127.0.0.1:${port}/rt?key=s3cret" }`);
  const { code, stdout, stderr } = await squall(['run', file, '--json', '--results', join(dir, 'down')]);
  expect(code).toBe(4);
  const where = `ws://127\\.0\\.0\\.1:${port}/rt`;
  expect(stderr).toMatch(new RegExp(`aborted: nobody became ready at ${where} within 1 s \\(clients\\.connectTimeout`));
  const { reasons, durationMs } = JSON.parse(stdout) as Summary;
  expect(reasons).toEqual([
    expect.stringMatching(
      new RegExp(`^no client ever became ready at ${where}: it did not answer: connection refused \\(\\d+ times\\)$`),
    ),
  ]);
  expect(durationMs).toBeLessThan(60_000);
  expect(stdout + stderr).not.toContain('s3cret');
});

test('a run that is stopped at once names its folder, and its report says that it was interrupted', async () => {
  const results = join(dir, 'stopped');
  const run = spawn(process.execPath, [MAIN, 'run', scenarioFile('stopped', '{ embedded: {} }'), '--results', results]);
  onTestFinished(() => void run.kill('SIGKILL'));
  const said: string[] = [];
  run.stderr.setEncoding('utf8').on('data', (text: string) => {
    said.push(text);
    if (!NUMBERS.test(text)) return;
    // Two different signals at once, since the system may merge equal ones; the run cannot wind down between them.
    run.kill('SIGINT');
    run.kill('SIGTERM');
  });
  const [code] = (await once(run, 'close')) as [number];
  const folder = join(results, readdirSync(results)[0] ?? '');
  expect(code).toBe(130);
  expect(said.join('')).toContain(`stopped at once; see the results so far with: squall report ${folder}\n`);
  const { stdout } = await squall(['report', folder]);
  expect(stdout).toMatch(/it was interrupted after \d+\.\d+s\n/);
  expect(stdout).toMatch(/- the run was interrupted and stopped at once \d+\.\d s into its 60\.0 s\n/);
  expect(stdout).not.toContain('killed');
});
