import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { describe, expect, it, onTestFinished } from 'vitest';
import { scrape, type Scraped } from '../../testing/openmetrics-rules.ts';
import { MAIN } from '../../testing/squall.ts';
import { metricsAddress } from './metrics-flag.ts';

const SCENARIO = `
duration: 60s
target: { embedded: {} }
clients: { count: 40, arrive: { over: 500ms }, commands: { rate: 2/s } }
`;

describe('the address of metrics', () => {
  it.each([
    ['9464', { host: '127.0.0.1', port: 9464 }],
    ['0.0.0.0:9464', { host: '0.0.0.0', port: 9464 }],
    ['[::1]:0', { host: '::1', port: 0 }],
  ])('understands %s', (text, address) => {
    expect(metricsAddress(text)).toEqual(address);
  });

  it.each(['', 'localhost', '70000', ':9464', 'http://x:1'])('refuses "%s"', (text) => {
    expect(() => metricsAddress(text)).toThrow('a port is needed, such as 9464');
  });
});

// The compiled command line: build first.
it('a live run can be scraped until it ends', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'squall-metrics-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'small.yaml');
  writeFileSync(file, SCENARIO);
  const args = [MAIN, 'run', file, '--results', join(folder, 'results'), '--metrics', '0', '--json'];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  const ended = once(child, 'close');
  child.stdout.resume();
  let url = '';
  let scraped: Scraped | undefined;
  for await (const line of createInterface(child.stderr)) {
    url = /^metrics at (\S+)$/.exec(line)?.[1] ?? url;
    if (!line.includes('ready 40/40') || scraped !== undefined) continue;
    const answer = await fetch(url);
    expect(answer.headers.get('content-type')).toContain('application/openmetrics-text; version=1.0.0');
    scraped = scrape(await answer.text());
    child.kill('SIGINT');
  }
  expect((await ended)[0]).toBe(130);
  const samples = scraped?.samples;
  expect(samples?.get('squall_clients{state="ready"}')).toBe(40);
  expect(samples?.get('squall_handshake_seconds_count')).toBe(40);
  expect(samples?.get('squall_commands_sent_total')).toBeGreaterThan(0);
  await expect(fetch(url)).rejects.toThrow('fetch failed');
});
