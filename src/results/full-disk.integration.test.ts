import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { readFolder } from './read-folder.ts';

const resultsDir = mkdtempSync(join(tmpdir(), 'squall-full-'));
afterAll(() => rmSync(resultsDir, { recursive: true }));

/** Writes seconds far beyond the file size limit of its process, which the test starts for that. */
const WRITER = `
const { RunFolder } = await import('../../dist/results/run-folder.js');
const { parseScenario } = await import('../../dist/threshold/load-scenario.js');
const { writeRun } = await import('../../dist/testing/written-run.js');
const scenario = parseScenario('name: full\\nduration: 100s\\nclients: { count: 5, arrive: { over: 1s } }', 'full.yaml');
const warnings = [];
const folder = new RunFolder({ resultsDir: process.env.RESULTS, scenario, world: 'live', namedAt: new Date(0), onWarning: (text) => warnings.push(text) });
folder.onBegin(new Date(0));
const second = (n) => ({ events: [['attempts', n * 1000, 1]], latenciesMs: [['handshake', 5]], failures: [] });
writeRun(folder, scenario, Array.from({ length: 60 }, (_, n) => second(n)));
process.stdout.write(JSON.stringify({ dir: folder.dir, failure: folder.failure, warnings }));
`;

test('a disk that fills during the run is reported once, and the folder is correct up to then', () => {
  // The shell's limit is in blocks of 512 or 1024 bytes; the timeline of a minute is larger than either.
  const output = execFileSync(
    'sh',
    ['-c', 'ulimit -f 16; exec "$0" --input-type=module -e "$1"', process.execPath, WRITER],
    {
      cwd: import.meta.dirname,
      env: { ...process.env, RESULTS: resultsDir },
      encoding: 'utf8',
    },
  );
  const { dir, failure, warnings } = JSON.parse(output) as { dir: string; failure: string; warnings: string[] };
  expect(warnings).toEqual([failure]);
  expect(failure).toMatch(
    /^writing to \S+timeline\.ndjson failed \(EFBIG: .*\): the results folder ends \d+ ms into the run$/,
  );
  const { measurements } = readFolder(dir);
  expect(failure).toContain(` ends ${measurements.elapsedMs} ms `);
  expect(measurements.curves.total('attempts')).toBe(measurements.elapsedMs / 1000);
  expect(measurements.timings.handshake.count).toBe(measurements.elapsedMs / 1000);
});
