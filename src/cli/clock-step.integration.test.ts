import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { pathToFileURL } from 'node:url';
import { afterAll, expect, test } from 'vitest';
import type { Summary } from '../results/summary.ts';
import { MAIN, NUMBERS } from '../testing/squall.ts';

const dir = mkdtempSync(join(tmpdir(), 'squall-clock-'));
afterAll(() => rmSync(dir, { recursive: true }));

const scenario = join(dir, 'clock.yaml');
writeFileSync(
  scenario,
  `
duration: 6s
target: { embedded: {} }
tokens: { lifetime: 8s, issued: together, refresh: { lead: 6s, jitter: none } }
clients: { count: 20, arrive: { over: 200ms }, backoff: { base: 100ms, cap: 500ms } }
generator: { maxLateness: 1s }
thresholds: [total(refreshes) > 0]
`,
);

/** Sets `Date.now` of every thread and process that loads it by STEP_MS, as soon as the file STEP_WHEN exists. */
const stepper = join(dir, 'stepper.mjs');
writeFileSync(
  stepper,
  `
import { existsSync } from 'node:fs';
const now = Date.now.bind(Date);
let [stepMs, lookAgainMs] = [0, 0];
Date.now = () => {
  const ms = performance.now();
  if (stepMs === 0 && ms >= lookAgainMs) {
    lookAgainMs = ms + 20;
    if (existsSync(process.env.STEP_WHEN)) stepMs = Number(process.env.STEP_MS);
  }
  return now() + stepMs;
};
`,
);

/** Runs the scenario; the wall clock of all its processes steps during the run. */
async function runWithStep(stepMs: number): Promise<{ readonly code: number; readonly summary: Summary }> {
  const when = join(dir, `step${stepMs}`);
  const run = spawn(process.execPath, [MAIN, 'run', scenario, '--json', '--results', join(dir, 'results')], {
    env: {
      ...process.env,
      NODE_OPTIONS: `--import ${pathToFileURL(stepper).href}`,
      STEP_WHEN: when,
      STEP_MS: String(stepMs),
    },
  });
  run.stderr.setEncoding('utf8').on('data', (said: string) => {
    if (NUMBERS.test(said)) writeFileSync(when, '');
  });
  const over = once(run, 'close');
  const stdout = await text(run.stdout);
  const [code] = (await over) as [number];
  return { code, summary: JSON.parse(stdout) as Summary };
}

test.each([30_000, -30_000])(
  'a wall clock set by %i ms during a run is reported, makes it inconclusive, and moves no client and no token',
  async (stepMs) => {
    const { code, summary } = await runWithStep(stepMs);
    expect(code).toBe(3);
    const how = stepMs > 0 ? 'forward by 30\\.0 s, or the machine slept that long' : 'back by 30\\.0 s';
    expect(summary.reasons).toEqual([
      expect.stringMatching(new RegExp(`^the machine's wall clock was set ${how}, \\d\\.\\d s into the run$`)),
    ]);
    expect(summary.integrity).toMatchObject([{ kind: 'clock-stepped' }]);
    // Every client refreshes each 2 s: at 2 s and 4 s, and perhaps at the very end.
    expect(summary.refreshes.total).toBeGreaterThanOrEqual(40);
    expect(summary.refreshes.total).toBeLessThanOrEqual(60);
    // A refresh replaces the connection; no connection was closed for an expired token.
    expect(summary.losses).not.toHaveProperty('close-4401');
  },
);
