import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { REDIS_SERVER } from '../testing/redis-server.ts';

/** The compiled script, since it starts processes. */
const SCALE = fileURLToPath(new URL('../../dist/bench/scale.js', import.meta.url));

test.skipIf(REDIS_SERVER === null || process.platform !== 'linux')(
  'a coordinator counts every client of simulated workers, and its cost per worker is measured',
  async () => {
    const child = spawn(process.execPath, [SCALE, '--quick'], { stdio: ['ignore', 'pipe', 'inherit'] });
    const ended = once(child, 'close');
    const output = await text(child.stdout);
    expect(output).toContain('200 clients a worker; per worker and second, over 3 s:');
    expect(output).toMatch(/^4( +[\d,.]+){4}$/m);
    expect(output).toMatch(/^2 to 4( +\d+\.\d\d){4}$/m);
    expect(output).not.toContain('not every client was counted');
    // A busy machine may make a ratio too large.
    expect((await ended)[0]).toBeOneOf([0, 1]);
  },
);
