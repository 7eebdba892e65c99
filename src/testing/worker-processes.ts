import { execFileSync } from 'node:child_process';

/** The worker processes of a process that run: not those that have exited and whose parent stands still. */
export function workersOf(parent: number): readonly number[] {
  const table = execFileSync('ps', ['-A', '-o', 'pid=,ppid=,args='], { encoding: 'utf8' });
  return table
    .split('\n')
    .map((line) => /^\s*(\d+)\s+(\d+)\s+.*worker-process-main\.js/.exec(line))
    .flatMap((match) => (Number(match?.[2]) === parent ? [Number(match?.[1])] : []));
}
