import { spawnSync } from 'node:child_process';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The root folder of this checkout, seen from src/testing as from dist/testing. */
export const CHECKOUT = fileURLToPath(new URL('../..', import.meta.url));

/** A tool that hangs is killed after this time, and its test fails. */
const TOOL_TIMEOUT_MS = 150_000;

/** Runs `npm`, or a development tool of this checkout (`tsc`, `oxlint`), and returns its standard output, whatever its exit code. */
export function runTool(name: string, args: readonly string[], cwd: string): string {
  const tools = join(CHECKOUT, 'node_modules', '.bin');
  const result = spawnSync(name, args, {
    cwd,
    env: { ...process.env, PATH: [tools, process.env['PATH']].join(delimiter) },
    encoding: 'utf8',
    timeout: TOOL_TIMEOUT_MS,
  });
  if (result.error !== undefined) throw result.error;
  return result.stdout;
}
