import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';

/** The compiled script, since it starts processes. */
const MAIN = fileURLToPath(new URL('../../../dist/bench/peers/main.js', import.meta.url));

describe.runIf(process.platform === 'linux')('the bench beside peers', () => {
  it('measures those that are installed, and says how to get the others', async () => {
    const args = [MAIN, '--clients', '50', '--peers', 'squall,ws,k6'];
    // A folder without programs is the whole of PATH.
    const env = { ...process.env, PATH: fileURLToPath(new URL('.', import.meta.url)) };
    const { stdout } = await promisify(execFile)(process.execPath, args, { env });
    expect(stdout).toMatch(/^squall +[\d,.]+ +-?[\d,.]+ +[\d.]+ +[\d.]+$/m);
    expect(stdout).toMatch(/^ws +[\d,.]+ +-?[\d,.]+ +[\d.]+ +[\d.]+$/m);
    expect(stdout).toContain('k6: not installed; get it from https://grafana.com/');
  });
});
