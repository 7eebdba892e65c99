import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { Summary } from '../results/summary.ts';
import { loadScenario } from '../threshold/load-scenario.ts';
import { drawnFor } from '../testing/live-run.ts';
import { PseudoTerminal } from '../testing/pseudo-terminal.ts';
import { MAIN } from '../testing/squall.ts';

const SCENARIO = `
name: by-key
duration: 60s
tokens: { lifetime: 60s }
clients: { count: 60, arrive: { over: 300ms }, backoff: { base: 100ms, cap: 500ms } }
generator: { maxLateness: 1s }
`;

/** Runs the scenario in its own terminal; its results are removed when the test ends. */
function runInTerminal(columns: number, rows: number) {
  const home = mkdtempSync(join(tmpdir(), 'squall-keys-'));
  const file = join(home, 'by-key.yaml');
  writeFileSync(file, SCENARIO);
  const results = join(home, 'results');
  const terminal = new PseudoTerminal(
    columns,
    rows,
    `"${process.execPath}" "${MAIN}" run ${file} --results ${results}`,
  );
  onTestFinished(() => {
    terminal.kill();
    rmSync(home, { recursive: true });
  });
  return { terminal, folder: (): string => join(results, readdirSync(results)[0]!) };
}

test('a fault that is injected by key hits its clients, and is recorded like a planned one', async () => {
  const { terminal, folder } = runInTerminal(80, 24);
  await terminal.shows('60 of 60');
  terminal.press('f');
  await terminal.shows('Enter inject now');
  terminal.press('jjljjjjjlj');
  await terminal.shows(/❯ 50%[^]*it resets connections/);
  terminal.press('\r');
  await terminal.shows('injected: drop reset on 50% of clients');
  await terminal.shows(/drop reset over, hit (\d+)\/\1\b/);
  terminal.press('q');
  expect(await terminal.ended).toBe(130);

  const text = readFileSync(join(folder(), 'summary.json'), 'utf8');
  const { faults, ended } = JSON.parse(text) as Summary;
  const scenario = loadScenario(join(folder(), 'scenario.yaml'));
  const drawn = drawnFor(scenario, 0);
  expect(drawn).toBeGreaterThan(10);
  expect(drawn).toBeLessThan(50);
  expect(faults).toMatchObject([
    { kind: 'drop', label: 'drop reset', injected: true, planned: drawn, hit: drawn, missed: {} },
  ]);
  expect(scenario.faults).toMatchObject([
    { kind: 'drop', mode: { kind: 'reset' }, share: 0.5, atMs: faults[0]!.atMs, repeat: null },
  ]);
  expect(ended).toBe('interrupted');
});
