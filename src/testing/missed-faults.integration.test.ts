import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { parseSummary } from '../results/summary.ts';
import { squall } from './squall.ts';

// Each of these faults misses: no client has arrived, no request is made, or an earlier fault left nothing to hit. A key
// fault cannot miss, since no fault takes the token service down.
const BOTH_WORLDS = [
  { fault: '{ at: 0s, cohort: [50%, 100%], drop: reset }', why: 'hit 0 of 20 (20 not-connected)' },
  { fault: '{ at: 0s, for: 500ms, cohort: [50%, 100%], link: silent }', why: 'hit 0 of 20 (20 not-connected)' },
  { fault: '{ at: 100ms, for: 1s, refresh: { status: 503 } }', why: 'met nobody' },
  { fault: '{ at: 2500ms, for: 400ms, handshake: hang }', why: 'met nobody' },
  { fault: '{ at: 6s, for: 500ms, gateway: crash }', why: 'hit 0 of 2 (2 down)' },
  { fault: '{ at: 3200ms, session: compromised }', why: 'hit 0 of 40 (40 over-already)' },
  { fault: '{ at: 5s, clock: 5s }', why: 'hit 0 of 40 (40 stopped)' },
];
const LIVE = [
  { fault: '{ at: 1s, exec: ["false"] }', why: 'hit 0 of 1 (1 failed)' },
  {
    fault: '{ at: 1s, for: 1s, toxiproxy: { url: "http://127.0.0.1:9", proxy: none, toxic: { type: down } } }',
    why: 'hit 0 of 1 (1 failed)',
  },
];
/** Earlier faults that hit, so that later ones miss. */
const BEFORE = ['{ at: 5500ms, for: 1s, gateway: crash }', '{ at: 3s, session: compromised }'];

test.each([
  { verb: 'run', missing: [...BOTH_WORLDS, ...LIVE] },
  { verb: 'simulate', missing: BOTH_WORLDS },
])('squall $verb: every fault that misses makes the verdict inconclusive, and says why', async ({ verb, missing }) => {
  const folder = mkdtempSync(join(tmpdir(), 'squall-missed-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'missed.yaml');
  writeFileSync(
    file,
    `
duration: 7s
target: { embedded: { gateways: 2 } }
tokens: { lifetime: 10m, issued: together }
clients: { count: 40, arrive: { over: 2s }, backoff: { base: 100ms, cap: 200ms } }
generator: { maxLateness: 5s }
faults:
${[...BEFORE, ...missing.map(({ fault }) => fault)].map((fault) => `  - ${fault}\n`).join('')}`,
  );
  const { code, stdout, stderr } = await squall([
    verb,
    file,
    ...(verb === 'run' ? ['--allow-exec'] : []),
    '--json',
    '--results',
    folder,
  ]);
  expect(code, stderr).toBe(3);
  const summary = parseSummary(stdout);
  expect(summary?.verdict).toBe('inconclusive');
  const [crash, compromised, ...missed] = summary?.faults ?? [];
  expect([crash, compromised]).toMatchObject([
    { planned: 2, hit: 2 },
    { planned: 40, hit: 40 },
  ]);
  expect(summary?.reasons).toEqual(
    missed.map(({ label, atMs }, index) => `the fault \`${label}\` at ${atMs / 1000} s ${missing[index]?.why}`),
  );
});
