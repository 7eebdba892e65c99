import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { CHECKOUT } from '../testing/checkout.ts';
import { MAIN, squall } from '../testing/squall.ts';

const results = mkdtempSync(join(tmpdir(), 'squall-run-'));
afterAll(() => rmSync(results, { recursive: true }));

const TIMEOUT = { timeout: 120_000 };

/** A run of half a minute, which a test ends early. */
class Run {
  readonly child: ChildProcess;
  readonly dir: string;
  #heard = '';

  constructor() {
    this.dir = mkdtempSync(join(results, 'r-'));
    const scenario = join(CHECKOUT, 'scenarios', 'deploy-drop.yaml');
    const args = [MAIN, 'run', scenario, '--set', 'clients.count=20', '--results', this.dir];
    this.child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, CI: '1' } });
    for (const stream of [this.child.stdout, this.child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => (this.#heard += text));
    }
  }

  get heard(): string {
    return this.#heard;
  }

  /** Number of seconds of the run that are on the disk. */
  get seconds(): number {
    const timeline = join(this.folder, 'timeline.ndjson');
    return existsSync(timeline) ? Math.max(0, readFileSync(timeline, 'utf8').split('\n').length - 2) : 0;
  }

  get folder(): string {
    return join(this.dir, readdirSync(this.dir)[0] ?? '');
  }
}

describe('a run that is interrupted', () => {
  it('winds down at the first ctrl-C, reports its figures, and exits with 130', async () => {
    const run = new Run();
    await expect.poll(() => run.seconds, TIMEOUT).toBeGreaterThan(0);
    run.child.kill('SIGINT');
    await once(run.child, 'close');
    expect(run.child.exitCode).toBe(130);
    expect(run.heard).toContain('the run was interrupted');
    const summary: unknown = JSON.parse(readFileSync(join(run.folder, 'summary.json'), 'utf8'));
    expect(summary).toMatchObject({ ended: 'interrupted', verdict: 'inconclusive', clients: { planned: 20 } });
  });

  it('leaves a folder that can be reported when it is killed', async () => {
    const run = new Run();
    await expect.poll(() => run.seconds, TIMEOUT).toBeGreaterThan(0);
    run.child.kill('SIGKILL');
    await once(run.child, 'close');
    const { code, stdout } = await squall(['report', run.folder, '--json']);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ ended: 'cut-off', verdict: 'inconclusive' });
  });
});
