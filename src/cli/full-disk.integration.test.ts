import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import type { Summary } from '../results/summary.ts';

const MAIN = join(import.meta.dirname, '../../dist/main.js');
const dir = mkdtempSync(join(tmpdir(), 'squall-full-run-'));
afterAll(() => rmSync(dir, { recursive: true }));

/** A rate of commands at which the gateway's record of effects exceeds every limit below within two seconds. */
const SCENARIO = `
duration: 3s
target: { embedded: {} }
tokens: { lifetime: 60s, issued: together }
clients: { count: 40, arrive: { over: 200ms }, backoff: { base: 100ms, cap: 500ms }, commands: { rate: 100/s, ackTimeout: 1s } }
generator: { maxLateness: 1s }
thresholds: [duplicated == 0, lost == 0, unexpected == 0]
`;

/** Limit of each file that the run writes, which acts like a full disk, in the shell's blocks of 512 or 1024 bytes. */
function runWithin(blocks: number): {
  readonly code: number | null;
  readonly summary: Summary;
  readonly folder: string;
} {
  const [scenario, results] = [join(dir, 'full.yaml'), join(dir, `results-${blocks}`)];
  writeFileSync(scenario, SCENARIO);
  const { status, stdout } = spawnSync(
    'sh',
    [
      '-c',
      `ulimit -f ${blocks}; exec "$0" "$@"`,
      process.execPath,
      MAIN,
      'run',
      scenario,
      '--json',
      '--results',
      results,
    ],
    { encoding: 'utf8' },
  );
  return { code: status, summary: JSON.parse(stdout) as Summary, folder: join(results, readdirSync(results)[0] ?? '') };
}

function reported(folder: string): Summary {
  return JSON.parse(
    execFileSync(process.execPath, [MAIN, 'report', folder, '--json'], { encoding: 'utf8' }),
  ) as Summary;
}

test('a gateway that cannot write its record of effects leaves them unknown, in the run and in its folder', () => {
  const { code, summary, folder } = runWithin(32);
  expect(code).toBe(3);
  for (const each of [summary, reported(folder)]) {
    expect(each).toMatchObject({
      verdict: 'inconclusive',
      commands: { lost: null, duplicated: null, unexpected: null },
    });
    expect(each.thresholds.map(({ ok }) => ok)).toEqual([null, null, null]);
  }
  expect(summary.integrity.filter(({ kind }) => kind === 'journal-incomplete')).toHaveLength(1);
  expect(summary.reasons).toEqual(
    expect.arrayContaining([
      expect.stringMatching(/^the gateway died by itself \(EFBIG: file too large\), /),
      expect.stringMatching(/^lost, duplicated and unexpected commands are not known: .*\(EFBIG: file too large\), /),
    ]),
  );
});
