import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { squall } from '../testing/squall.ts';

/** A scenario from a stranger: its command prints text that would steer a CI server. */
const scenario = (marker: string): string => `duration: 2s
target: { embedded: {} }
clients: { count: 3, arrive: { over: 500ms } }
generator: { maxLateness: 5s }
faults:
  - at: 1s
    exec: "touch ${marker}; printf '::error::PWN\\\\n::set-output name=x::PWN\\\\n##[error]PWN' >&2; exit 1"
`;

describe('a scenario that runs commands', () => {
  const folder = mkdtempSync(join(tmpdir(), 'squall-exec-'));
  const marker = join(folder, 'pwned');
  const results = join(folder, 'results');
  beforeAll(() => writeFileSync(join(folder, 's.yaml'), scenario(marker)));
  afterAll(() => rmSync(folder, { recursive: true }));
  const run = (...more: readonly string[]) =>
    squall(['run', join(folder, 's.yaml'), '--results', results, ...more], { GITHUB_ACTIONS: 'true', CI: 'true' });

  it('is refused by run, compare and tune, and validate names the missing option', async () => {
    const bare = { GITHUB_ACTIONS: '' };
    const [ran, compared, tuned, valid] = await Promise.all([
      run(),
      squall(
        ['compare', join(folder, 's.yaml'), '--vary', 'clients.count=2,3', '--pairs', '1', '--results', results],
        bare,
      ),
      squall(
        [
          'tune',
          join(folder, 's.yaml'),
          '--find',
          'clients.count=2..3',
          '--results',
          results,
          '--set',
          'thresholds=[ready >= 1%]',
        ],
        bare,
      ),
      squall(['validate', join(folder, 's.yaml')], bare),
    ]);
    for (const { code, stderr } of [ran, compared, tuned]) {
      expect(stderr).toContain('faults.0: it would run a command on this machine');
      expect(stderr).toContain('add --allow-exec');
      expect(code).toBe(4);
    }
    expect(valid.stdout).toContain('`squall run` needs --allow-exec');
    expect(existsSync(marker)).toBe(false);
    expect(existsSync(results) ? readdirSync(results) : []).toEqual([]);
  });

  it('runs them if the user allows it, and their output commands no CI server', async () => {
    const { stderr, stdout } = await run('--allow-exec');
    expect(existsSync(marker)).toBe(true);
    const lines = `${stdout}\n${stderr}`.split('\n');
    expect(lines.some((line) => line.includes('PWN'))).toBe(true);
    const commands = lines.filter((line) => line.trimStart().startsWith('::'));
    expect(commands.filter((line) => !/^::(?:warning|error) title=squall/.test(line))).toEqual([]);
    expect(lines.filter((line) => line.includes('##['))).toEqual([]);
  });
});
