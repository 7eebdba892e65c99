import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

/** The compiled bench, since it starts processes. */
const MAIN = fileURLToPath(new URL('../../dist/bench/main.js', import.meta.url));

const NUMBER = String.raw`[\d,]+(?:\.\d+)?`;
const RATIO = String.raw`\d+\.\d\d \(\d+\.\d\d - \d+\.\d\d\)`;

describe('the bench, gone through quickly', () => {
  it('prints a ratio for all that it measures, and exits with 1 exactly if a client costs too much', async () => {
    const { output, exitCode } = await bench('--quick');
    for (const cost of ['CPU us per handshake', 'resident bytes per idle ready client']) {
      expect(output).toMatch(
        new RegExp(`^${cost} +${NUMBER} +ws client +${NUMBER} +${RATIO} +1\\.\\d\\d +(?:ok|over)$`, 'm'),
      );
    }
    for (const cost of ['CPU us per handshake, against sockets', 'CPU us per connection of a burst, with its close']) {
      expect(output).toMatch(
        new RegExp(`^${cost} +${NUMBER} +upgrade on bare net +${NUMBER} +${RATIO} +1\\.35 +(?:ok|over)$`, 'm'),
      );
    }
    expect(output).toMatch(
      new RegExp(
        `^CPU us per TLS handshake +${NUMBER} +upgrade on bare tls +${NUMBER} +${RATIO} +1\\.15 +(?:ok|over)$`,
        'm',
      ),
    );
    expect(output).toMatch(
      new RegExp(`^CPU us per refresh +${NUMBER} +POST on bare net +${NUMBER} +${RATIO} +1\\.60 +(?:ok|over)$`, 'm'),
    );
    for (const [operation, counterpart] of [
      ['handshake', 'ws with jose'],
      ['refresh', 'http that signs with jose'],
      ['refresh', 'http with a fixed answer'],
    ]) {
      const what = `embedded target: CPU us per ${operation} +${NUMBER} +${counterpart}`;
      expect(output).toMatch(new RegExp(`^${what} +${NUMBER} +${RATIO} +\\d\\.\\d\\d +(?:ok|over)$`, 'm'));
    }
    for (const path of [
      'client event, 10000 clients',
      'Recorder\\.attempt',
      'Recorder\\.ready',
      'EventQueue pop \\+ set, 10000 alarms',
      'Draws\\.unit',
    ]) {
      expect(output).toMatch(new RegExp(`^${path}.*, ns +${NUMBER} +[\\w. ]+ +${NUMBER} +${RATIO}$`, 'm'));
    }
    expect(exitCode).toBe(/over$/m.test(output) ? 1 : 0);
  });

  it('refuses an option that it does not have', async () => {
    const { output, exitCode } = await bench('--quickly');
    expect(output).toContain("Unknown option '--quickly'");
    expect(exitCode).toBe(2);
  });

  it('names the cases that there are when a name is none', async () => {
    const { output, exitCode } = await bench('--only=clients,speed');
    expect(output).toMatch(/^--only speed: no case has that name — write some of clients, /);
    expect(exitCode).toBe(2);
  });

  it('measures the same of another commit, in turns', async () => {
    const { output, exitCode } = await bench('--against=HEAD', '--only=draws', '--quick');
    expect(output).toMatch(new RegExp(`^Draws\\.unit, ns +${NUMBER} +${NUMBER} +${RATIO}$`, 'm'));
    expect(exitCode).toBe(0);
  });

  it('names a commit that there is not', async () => {
    const { output, exitCode } = await bench('--against=no-such-branch');
    expect(output).toContain('--against no-such-branch: no such commit');
    expect(exitCode).toBe(2);
  });
});

async function bench(
  ...args: readonly string[]
): Promise<{ readonly output: string; readonly exitCode: number | null }> {
  const child = spawn(process.execPath, [MAIN, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  const [out, err] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
  return { output: out + err, exitCode: child.exitCode };
}
