import { spawnSync } from 'node:child_process';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** A server that is not from npm: where it is, or why there is none and what would change that. */
export type Install = { readonly at: string } | { readonly missing: string };

/** May what is missing be built or downloaded, or is only what is there used? */
export type Effort = 'install' | 'find';

/** Folder that keeps what was built or unpacked for the next run. */
export const CACHE = join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'squall-real-servers');

/** Runs a program to its end, with its output on standard error. @returns whether it ended well */
export function carriedOut(
  program: string,
  args: readonly string[],
  options: { readonly env?: NodeJS.ProcessEnv; readonly minutes: number; readonly cwd?: string },
): boolean {
  const { env = {}, minutes, cwd } = options;
  const { status } = spawnSync(program, args, {
    env: { ...process.env, ...env },
    timeout: minutes * 60_000,
    stdio: ['ignore', 2, 2],
    ...(cwd === undefined ? {} : { cwd }),
  });
  return status === 0;
}

/** What a program says of its version, on either stream; null: there is no such program. */
export function versionOf(program: string, flag: string): string | null {
  const { status, stdout, stderr } = spawnSync(program, [flag], { encoding: 'utf8', timeout: 60_000 });
  return status === 0 ? `${stdout}${stderr}` : null;
}
