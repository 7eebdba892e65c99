import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { expect, onTestFinished, test } from 'vitest';
import { parseSummary } from '../results/summary.ts';
import { MAIN, squall } from '../testing/squall.ts';

// The compiled command line: build first.

function scenario(): { readonly file: string; readonly results: string } {
  const folder = mkdtempSync(join(tmpdir(), 'squall-start-at-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'later.yaml');
  writeFileSync(file, 'duration: 5s\nclients: { count: 40, arrive: { over: 100ms } }\n');
  return { file, results: join(folder, 'results') };
}

test('a run that is interrupted while it waits for its start sends nothing to anybody', async () => {
  const { file, results } = scenario();
  const inAnHour = new Date(Date.now() + 3_600_000).toISOString();
  const child = spawn(process.execPath, [MAIN, 'run', file, '--start-at', inAnHour, '--results', results, '--json']);
  child.stderr.setEncoding('utf8').on('data', (line: string) => {
    if (line.includes('waiting')) child.kill('SIGINT');
  });
  const ended = new Promise((resolve) => child.once('close', resolve));
  const summary = parseSummary(await text(child.stdout));
  expect(await ended).toBe(130);
  expect(summary).toMatchObject({ ended: 'interrupted', clients: { started: 0 }, attempts: { total: 0 } });
});

test('a start that comes before all is ready is refused, and leaves nothing', async () => {
  const { file, results } = scenario();
  const soon = new Date(Date.now() + 1000).toISOString();
  const { code, stderr } = await squall(['run', file, '--start-at', soon, '--results', results]);
  // A machine that needs that long for the preparation finds the start time in the past.
  expect([2, 4]).toContain(code);
  expect(stderr).toMatch(/too late for the start: name a later --start-at|already; name a later time/);
});
