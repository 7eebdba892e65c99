import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import type { Summary } from '../../results/summary.ts';
import { simulate } from '../../sim/simulate.ts';
import { scenarioOf } from '../../testing/simulated.ts';
import { runScenario } from '../runs/run-scenario.ts';

test('a run that breaks off leaves its folder, and prints its figures so far with --json', async () => {
  const resultsDir = mkdtempSync(join(tmpdir(), 'squall-broken-'));
  onTestFinished(() => rmSync(resultsDir, { recursive: true }));
  const printed: string[] = [];
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => printed.push(String(text)) > 0);
  vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  onTestFinished(() => void vi.restoreAllMocks());
  const scenario = scenarioOf('duration: 10s\nclients: { count: 5, arrive: { over: 1s } }');
  const outOfMemory = new RangeError('WebAssembly.Memory.grow(): Unable to grow instance memory');
  const performed = runScenario(
    {
      scenario,
      world: 'sim',
      resultsDir,
      run: (options) =>
        simulate(scenario, {
          ...options,
          listener: {
            ...options.listener,
            onInterval: (interval) => {
              options.listener.onInterval(interval);
              if (interval.endMs >= 3000) throw outOfMemory;
            },
          },
        }),
    },
    { json: true, reports: [], saveBaseline: undefined },
  );
  await expect(performed).rejects.toMatchObject({ name: 'BrokenOff', cause: outOfMemory });
  expect(JSON.parse(printed.join('')) as Summary).toMatchObject({
    ended: 'cut-off',
    verdict: 'inconclusive',
    durationMs: 3000,
    clients: { readyAtEnd: 5 },
  });
});
