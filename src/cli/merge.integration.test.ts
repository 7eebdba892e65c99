import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect, it, onTestFinished } from 'vitest';
import type { Summary } from '../results/summary.ts';
import { commandLine } from '../testing/command-line.ts';
import { MAIN, squall, type Ended } from '../testing/squall.ts';

const SHARDS = ['1/2', '2/2'];
/** Times for the preparation of all processes, tried in turn, since a busy machine needs a longer one. */
const READY_MS = [6_000, 20_000, 60_000];
/** Exit code of a process that was not ready at the start. */
const REFUSED = 4;

/** A target in its own process, as several machines would share it. */
async function served(): Promise<{ readonly gatewayUrl: string; readonly end: () => Promise<void> }> {
  const child = spawn(process.execPath, [MAIN, 'serve', '--json'], { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = once(child, 'close');
  const [line] = (await once(createInterface(child.stdout), 'line')) as [string];
  const { gatewayUrl } = JSON.parse(line) as { gatewayUrl: string };
  const end = async (): Promise<void> => {
    child.kill('SIGINT');
    await ended;
  };
  return { gatewayUrl, end };
}

// The compiled command line: build first.
it(
  'two processes hold the clients of one run, and their folders merge into one result',
  { timeout: 180_000 },
  async () => {
    const folder = mkdtempSync(join(tmpdir(), 'squall-merged-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const { gatewayUrl, end } = await served();
    const file = join(folder, 'shared.yaml');
    writeFileSync(
      file,
      `
duration: 5s
target: { url: "${gatewayUrl}" }
clients: { count: 43, arrive: { over: 1s }, backoff: { base: 100ms } }
faults: [{ at: 2s, drop: { code: 1012 } }]
thresholds: [total(attempts) == 86, ready == 100%]
generator: { maxLateness: 2s }
`,
    );
    const results = (shard: string): string => join(folder, `shard-${shard[0]}`);
    let startAt = '';
    let ended: readonly Ended[] = [];
    for (const readyMs of READY_MS) {
      startAt = new Date(Date.now() + readyMs).toISOString();
      ended = await Promise.all(
        SHARDS.map((shard) =>
          squall(['run', file, '--shard', shard, '--start-at', startAt, '--results', results(shard), '--json']),
        ),
      );
      if (ended.every(({ code }) => code !== REFUSED)) break;
      for (const shard of SHARDS) rmSync(results(shard), { recursive: true, force: true });
    }
    await end();
    const shards = ended.map(({ stdout }) => JSON.parse(stdout) as Summary);
    expect(shards.map(({ clients }) => clients.planned)).toEqual([22, 21]);
    expect(new Set(shards.map(({ startedAt }) => startedAt))).toEqual(new Set([startAt]));
    expect(shards[1]?.warnings).toEqual([
      expect.stringMatching(/^one shard of 2, number 2: its thresholds are evaluated/),
    ]);

    const dirs = SHARDS.map((shard) => join(results(shard), readdirSync(results(shard))[0]!));
    const whole = join(folder, 'whole');
    const junit = join(folder, 'junit.xml');
    const merged = await commandLine(['merge', ...dirs, '-o', whole, '--json', '--report', `junit=${junit}`]);
    expect(readFileSync(junit, 'utf8')).toContain('tests="3" failures="0" errors="0"');
    const summary = JSON.parse(merged.stdout) as Summary;
    expect(summary).toMatchObject({
      verdict: 'pass',
      warnings: [],
      clients: { planned: 43, started: 43 },
      attempts: { total: 86 },
      faults: [{ planned: 43, hit: 43 }],
      timings: { handshake: { count: 86 }, recovery: { count: 43 } },
    });
    expect(merged.code).toBe(0);
    expect(readdirSync(whole).toSorted()).toEqual([
      'events.ndjson',
      'histograms.hlog',
      'report.html',
      'report.txt',
      'scenario.yaml',
      'summary.json',
      'timeline.ndjson',
    ]);
    expect(JSON.parse(readFileSync(join(whole, 'summary.json'), 'utf8'))).toEqual(summary);
    expect((await commandLine(['report', whole])).stdout).toMatch(/^PASS {2}shared/);

    const missing = await commandLine(['merge', ...dirs.slice(1), '-o', join(folder, 'part')]);
    expect(missing.code).toBe(2);
    expect(missing.stderr).toContain('these folders hold 21 clients, and the scenario has 43');
  },
);
