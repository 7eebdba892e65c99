import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { CHECKOUT } from '../testing/checkout.ts';
import { MAIN, squall } from '../testing/squall.ts';

const results = mkdtempSync(join(tmpdir(), 'squall-run-'));
afterAll(() => rmSync(results, { recursive: true }));

/** A run of half a minute, of which a test sees the beginning. */
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

  get folder(): string {
    return join(this.dir, readdirSync(this.dir)[0] ?? '');
  }

  /** Waits until a second of the run is on the disk. */
  async underWay(): Promise<void> {
    await expect.poll(() => this.#heard, { timeout: 30_000 }).toContain('phase: running');
    await expect
      .poll(() => readFileSync(join(this.folder, 'timeline.ndjson'), 'utf8').split('\n').length, { timeout: 30_000 })
      .toBeGreaterThan(2);
  }
}

describe('a run that is interrupted', () => {
  it('winds down at the first ctrl-C, reports what it has, and exits 130', async () => {
    const run = new Run();
    await run.underWay();
    run.child.kill('SIGINT');
    const [code] = await once(run.child, 'close');
    expect(code).toBe(130);
    expect(run.heard).toContain('the run was interrupted');
    const summary: unknown = JSON.parse(readFileSync(join(run.folder, 'summary.json'), 'utf8'));
    expect(summary).toMatchObject({ ended: 'interrupted', verdict: 'inconclusive', clients: { planned: 20 } });
  });

  it('leaves a folder that can be reported when it is killed', async () => {
    const run = new Run();
    await run.underWay();
    run.child.kill('SIGKILL');
    await once(run.child, 'close');
    const { code, stdout } = await squall(['report', run.folder, '--json']);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ ended: 'cut-off', verdict: 'inconclusive' });
  });
});
