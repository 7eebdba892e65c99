import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

/** The compiled script, since it starts processes. */
const HOLD = fileURLToPath(new URL('../../dist/bench/hold.js', import.meta.url));

test('clients of two worker processes are held by two processes of the light target, all dropped, and all back', async () => {
  const args = ['--clients', '200', '--workers', '2', '--worker-type', 'process', '--target-processes', '2'];
  const child = spawn(process.execPath, [HOLD, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = once(child, 'close');
  const output = await text(child.stdout);
  expect(output).toContain('200 clients in 2 worker processes, towards 2 processes of a light target:');
  expect(output).toMatch(/^all ready after, s +\d+\.\d$/m);
  expect(output).toMatch(/^all back after the drop, s +\d+\.\d$/m);
  expect(output).toMatch(/^CPU us per attempt of the storm \(all of squall\) +[\d,]+$/m);
  expect(output).toContain('pass  ready >= 99.9%: 100%');
  expect((await ended)[0]).toBeOneOf([0, 1]);
});
