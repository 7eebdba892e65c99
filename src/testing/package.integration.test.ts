import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CHECKOUT, runTool } from './checkout.ts';
import { programsIn } from './readme-examples.ts';
import { squall, type Ended } from './squall.ts';

/** Patterns of the files that the package may hold; of `dist` those that run and their types, but none for tests. */
const WANTED = [
  /^(?:package\.json|README\.md|CHANGELOG\.md|LICENSE)$/,
  /^scenarios\/(?:[\w-]+\.yaml|README\.md)$/,
  /^fixtures\/[\w./-]+\.json$/,
  // the example of a protocol of one's own
  /^fixtures\/protocols\/[\w-]+\.mjs$/,
  /^dist\/(?!testing\/|bench\/)[\w./-]+(?<!\.test)(?:\.js|\.d\.ts)$/,
];

describe('the package', () => {
  // `npm ci` makes the declarations, through `prepare`.
  if (!existsSync(join(CHECKOUT, 'dist', 'index.d.ts'))) runTool('npm', ['run', 'declarations'], CHECKOUT);
  const files = packedFiles();

  it('holds only files that its users need', () => {
    expect(files.filter((file) => !WANTED.some((wanted) => wanted.test(file)))).toEqual([]);
  });

  it('holds the command, the library with its types, and the legal text', () => {
    const needed = ['dist/main.js', 'dist/index.js', 'dist/index.d.ts', 'LICENSE', 'README.md', 'CHANGELOG.md'];
    expect(needed.filter((file) => !files.includes(file))).toEqual([]);
  });

  it('holds no types but the library’s', () => {
    const types = files.filter((file) => file.endsWith('.d.ts'));
    expect(types.filter((file) => /^dist\/(?:cli|tui|sim|embedded|report)\//.test(file))).toEqual([]);
    // A scenario's type names the type of each protocol, one file each.
    expect(types.filter((file) => !file.startsWith('dist/core/protocol/')).length).toBeLessThan(90);
  });

  it('holds every scenario', () => {
    const scenarios = readdirSync(join(CHECKOUT, 'scenarios')).map((name) => `scenarios/${name}`);
    expect(scenarios).not.toEqual([]);
    expect(scenarios.filter((file) => !files.includes(file))).toEqual([]);
  });
});

describe('squall installed from its tarball', () => {
  const home = mkdtempSync(join(tmpdir(), 'squall-installed-'));
  const folder = join(home, 'empty');
  const main = join(home, 'package', 'dist', 'main.js');
  afterAll(() => rmSync(home, { recursive: true }));

  beforeAll(() => {
    const [tarball = ''] = runTool('npm', ['pack', '--pack-destination', home, '--ignore-scripts'], CHECKOUT)
      .trim()
      .split('\n')
      .slice(-1);
    runTool('tar', ['-xzf', join(home, tarball), '-C', home], home);
    symlinkSync(join(CHECKOUT, 'node_modules'), join(home, 'package', 'node_modules'));
    mkdirSync(folder);
  });

  const installed = (...args: readonly string[]): Promise<Ended> => squall(args, {}, folder, main);
  const brief = [
    'duration=3s',
    'clients.count=20',
    'clients.arrive.over=1s',
    'thresholds=[ready >= 0%]',
    'faults=[]',
    'generator.maxLateness=5s',
  ];
  const sets = brief.flatMap((set) => ['--set', set]);

  it('lists its scenarios, for people and for machines', async () => {
    const [{ stdout: text }, { stdout: json, stderr }] = await Promise.all([
      installed('scenarios'),
      installed('scenarios', '--json'),
    ]);
    expect(text).toMatch(/^Tokens run out\n {2}expiry-cliff-jittered +25s +pass +Does a cohort/);
    expect(Math.max(...text.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80);
    expect(stderr).toBe('');
    expect(JSON.parse(json)).toContainEqual({
      name: 'deploy-drop',
      group: 'Gateways and networks go',
      question: 'How long until all are back when every socket is closed at once?',
      durationMs: 22_000,
      duration: '22s',
      expect: 'pass',
      world: 'both',
    });
  });

  it.each([
    [['validate', 'expiry-cliff', 'rotation-trap-strict'], 0],
    [['simulate', 'expiry-cliff'], 1],
    [['simulate', 'deploy-drop', '--seeds', '2', ...sets], 0],
    [['run', 'half-open', ...sets], 0],
    [['compare', 'deploy-drop', '--vary', 'clients.backoff=phoenix,signalr', '--simulate', '--pairs', '1', ...sets], 0],
    [['tune', 'expiry-cliff', '--find', 'tokens.refresh.jitter.uniform=0s..18s', '--no-live', '--seeds', '1'], 0],
    [['calibrate', 'expiry-cliff', '--max-rate', '20/s'], 0],
  ])('takes the name of a bundled scenario in an empty folder: %j', async (args, exit) => {
    const { code, stderr } = await installed(...args);
    expect([code, stderr]).toEqual([exit, expect.stringMatching(/^[\w-]+: using the bundled scenario \//m)]);
  });

  describe('as a library', () => {
    const programs = programsIn(readFileSync(join(CHECKOUT, 'README.md'), 'utf8'));
    const consumer = join(home, 'consumer');

    beforeAll(() => {
      mkdirSync(join(consumer, 'node_modules'), { recursive: true });
      symlinkSync(join(home, 'package'), join(consumer, 'node_modules', 'squall'));
      cpSync(join(CHECKOUT, 'scenarios'), join(consumer, 'scenarios'), { recursive: true });
      writeFileSync(join(consumer, 'package.json'), '{ "type": "module" }');
      const compilerOptions = {
        strict: true,
        exactOptionalPropertyTypes: true,
        target: 'ES2023',
        module: 'NodeNext',
        types: ['node'],
        typeRoots: [join(CHECKOUT, 'node_modules', '@types')],
      };
      writeFileSync(join(consumer, 'tsconfig.json'), JSON.stringify({ compilerOptions }));
    });

    it('compiles and runs the programs of the README', () => {
      expect(programs).not.toEqual([]);
      programs.forEach((text, i) => writeFileSync(join(consumer, `program-${i}.ts`), text));
      expect(runTool('tsc', ['-p', consumer], consumer)).toBe('');
      for (const i of programs.keys()) {
        expect(runTool(process.execPath, [`program-${i}.js`], consumer)).toMatch(/^(?:pass|fail|inconclusive) \d/);
      }
    });

    it('throws an error with a code for a scenario that the caller can mend', () => {
      const program = `import { parseScenario, simulate, SquallError } from 'squall';
        const { summary, exitCode } = await simulate(
          parseScenario('{ duration: 5s, clients: { count: 10, arrive: { over: 1s } }, thresholds: [ready == 10] }', 'a.yaml'),
        );
        console.log(summary.verdict, exitCode);
        try {
          parseScenario('{ duration: 20s, clients: { count: 0 } }', 'b.yaml');
        } catch (error) {
          console.log(error instanceof SquallError, error.code, error.message);
        }`;
      writeFileSync(join(consumer, 'errors.js'), program);
      const right = 'write a whole number from 1 to 20000000';
      expect(runTool(process.execPath, ['errors.js'], consumer).split('\n')).toEqual([
        'pass 0',
        `true scenario-invalid b.yaml:1:36: clients.count: too few (0) — ${right}`,
        '',
      ]);
    });
  });

  it('prefers a file to a bundled scenario of the same name, and says so', async () => {
    writeFileSync(join(folder, 'clock-skew'), 'duration: 9s\nclients: { count: 7, arrive: { over: 1s } }\n');
    const { stdout, stderr } = await installed('validate', 'clock-skew');
    expect(stdout).toMatch(/^clock-skew: valid: 7 clients for 9 s/);
    expect(stderr).toBe('clock-skew: using the file of that name, not the bundled scenario\n');
  });

  it('copies a bundled scenario that then validates, and suggests the nearest name', async () => {
    const { code, stdout } = await installed('init', '--from', 'rotation-trap-strict', 'load');
    expect([code, stdout]).toEqual([0, 'load/rotation-trap-strict.yaml\nload/rotation-trap.yaml\n']);
    expect(await installed('validate', 'load/rotation-trap-strict.yaml')).toMatchObject({ code: 0, stderr: '' });
    const wrong = await installed('init', '--from', 'rotatoin-trap');
    expect([wrong.code, wrong.stderr]).toEqual([2, expect.stringContaining('did you mean rotation-trap?')]);
  });
});

function packedFiles(): readonly string[] {
  const output = runTool('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], CHECKOUT);
  const packages = JSON.parse(output) as readonly { readonly files: readonly { readonly path: string }[] }[];
  return packages.flatMap((each) => each.files.map((file) => file.path));
}
