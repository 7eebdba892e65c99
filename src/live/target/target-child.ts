import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { constants, getPriority, setPriority } from 'node:os';
import type { FromTarget, TargetConfig, ToTarget } from '../../embedded/protocol.ts';
import { RunRefused } from '../refused.ts';

/** Longest wait until a started target listens, ms. */
const START_TIMEOUT_MS = 20_000;

/**
 * Nice value of a process of the target above the one of squall itself. Where both want a core, the load generator comes
 * first: its own lateness makes a verdict uncertain, while the target's slowness is what is measured.
 */
const YIELDS = 5;

const ENTRY = new URL('../../embedded/main.js', import.meta.url);

/** Whether a process has not ended yet. */
export function isAlive({ exitCode, signalCode }: ChildProcess): boolean {
  return exitCode === null && signalCode === null;
}

/** Resolves at 'close' and not at 'exit', since the last counts may arrive in between. */
export async function gone(child: ChildProcess): Promise<void> {
  await once(child, 'close');
}

/** Resolves to whether the awaited message arrives in time and before the child is gone. */
export function answer(
  child: ChildProcess,
  withinMs: number,
  isIt: (message: FromTarget) => boolean,
): Promise<boolean> {
  return new Promise((resolve) => {
    const over = (arrived: boolean): void => {
      clearTimeout(timer);
      child.off('message', hear).off('close', miss);
      resolve(arrived);
    };
    const hear = (message: FromTarget): void => {
      if (isIt(message)) over(true);
    };
    const miss = (): void => over(false);
    const timer = setTimeout(miss, withinMs);
    child.on('message', hear).once('close', miss);
  });
}

/** A process of the target that listens, and where. */
export interface Started {
  readonly child: ChildProcess;
  readonly gatewayUrl: string;
  readonly tokenUrl: string;
}

/**
 * Starts a process of the target and waits until it listens.
 *
 * @throws {RunRefused} if it does not listen in time, or ends before
 */
export function launch(config: TargetConfig): Promise<Started> {
  return new Promise((resolve, reject) => {
    const child = fork(ENTRY, { stdio: ['ignore', 'ignore', 'inherit', 'ipc'], execArgv: [] });
    yieldCores(child);
    const failed = (message: string): void => {
      clearTimeout(timer);
      child.kill('SIGKILL');
      const fix = 'look for what ended it or held it up (the kernel log tells when memory ran out), and run again';
      reject(new RunRefused('does-not-fit', `the embedded target did not start: ${message}`, fix));
    };
    const died = (code: number | null, signal: string | null): void => failed(signal ?? `exit code ${code}`);
    const timer = setTimeout(() => failed(`it was not listening after ${START_TIMEOUT_MS} ms`), START_TIMEOUT_MS);
    child.once('close', died);
    child.on('error', (error) => failed(error.message));
    child.once('message', (message: FromTarget) => {
      if (message.type !== 'listening') return failed(message.type === 'failed' ? message.message : message.type);
      clearTimeout(timer);
      child.off('close', died);
      resolve({ child, gatewayUrl: message.gatewayUrl, tokenUrl: message.tokenUrl });
    });
    child.send({ type: 'start', config } satisfies ToTarget, () => {});
  });
}

/** Lowers the priority of a process, where the system allows it. */
function yieldCores({ pid }: ChildProcess): void {
  if (pid === undefined) return;
  try {
    setPriority(pid, Math.min(getPriority() + YIELDS, constants.priority.PRIORITY_LOW));
  } catch {
    // The run works without it, with a later generator.
  }
}
