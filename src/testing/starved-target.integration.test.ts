import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { describe, expect, onTestFinished, test } from 'vitest';
import { runVerdict, type RunVerdict } from '../threshold/run-verdict.ts';
import { liveRun, smallScenario } from './live-run.ts';

/** A threshold that fails however quick the machine is. */
const FAILS = 'total(attempts) < 10';
const scenario = smallScenario(
  'duration=6s',
  'clients.commands={ rate: 10/s, ackTimeout: 20s }',
  `thresholds=["${FAILS}"]`,
);
/** When the hog begins and ends, ms from the start of the run. */
const [HOG_FROM_MS, HOG_TO_MS] = [1000, 5000];
/** Share of two seconds beyond which a target counts as starved. */
const STARVED = 0.5;

/** Cores that this process may use, when `taskset` can give processes to one of them; else none. */
function cores(): readonly string[] {
  const { status, stdout } = spawnSync('taskset', ['-cp', String(process.pid)], { encoding: 'utf8' });
  if (status !== 0) return [];
  return (stdout.trim().split(': ').at(-1) ?? '').split(',').flatMap((range) => {
    const [from = 0, to = from] = range.split('-').map(Number);
    return Array.from({ length: to - from + 1 }, (_, n) => String(from + n));
  });
}

const CORES = cores();
const CAN_PIN = CORES.length > 1 && availableParallelism() > 1 && spawnSync('renice', ['--version']).status === 0;

/** The processes of the embedded target. */
function targetProcesses(): readonly string[] {
  const table = execFileSync('ps', ['-A', '-o', 'pid=,ppid=,args='], { encoding: 'utf8' });
  return table
    .split('\n')
    .map((line) => /^\s*(\d+)\s+(\d+)\s+.*embedded\/main\.js/.exec(line))
    .flatMap((match) => (Number(match?.[2]) === process.pid ? [match![1]!] : []));
}

/** Gives the target one core, and there the least share, beside a process that never rests. @returns ends that process */
function hog(): () => void {
  const core = CORES.at(-1)!;
  for (const pid of targetProcesses()) {
    execFileSync('taskset', ['-a', '-cp', core, pid], { stdio: 'ignore' });
    execFileSync('renice', ['-n', '19', '-p', pid], { stdio: 'ignore' });
  }
  const child = spawn('taskset', ['-c', core, process.execPath, '-e', 'for (;;);'], { stdio: 'ignore' });
  const end = (): void => void child.kill('SIGKILL');
  onTestFinished(end);
  return end;
}

async function run(isHogged: boolean): Promise<RunVerdict & { readonly starved: number }> {
  let end: (() => void) | null = null;
  const { outcome } = await liveRun(scenario, {
    onProgress: ({ measurements: { elapsedMs } }) => {
      if (!isHogged || elapsedMs < HOG_FROM_MS) return;
      end ??= hog();
      if (elapsedMs >= HOG_TO_MS) end();
    },
  });
  return { ...runVerdict(scenario, outcome), starved: outcome.generator.targetStarved };
}

const where = CAN_PIN ? '' : ' (not shown here: that needs taskset, renice and two cores)';

describe.runIf(CAN_PIN)(`a run whose threshold fails${where}`, () => {
  test('is inconclusive while other work has the cores of the embedded target, and fails without it', async () => {
    const hogged = await run(true);
    expect(hogged.starved).toBeGreaterThan(STARVED);
    expect([hogged.verdict, hogged.reasons[0]]).toEqual([
      'inconclusive',
      expect.stringMatching(/^other work on this machine took the cores of the embedded target/) as string,
    ]);
    const free = await run(false);
    expect(free.starved).toBeLessThan(hogged.starved);
    // On a machine that is busy with other work, even this run may be starved.
    expect(free.verdict).toBe(free.starved > STARVED ? 'inconclusive' : 'fail');
  });
});
