import type * as cliRoom from '../cli/cli.ts';
import type { Ended } from './squall.ts';

/** The compiled command line, whose workers are real files. */
const compiled = new URL('../../dist/cli/cli.js', import.meta.url).href;

/** The previous command line. Command lines share the streams and environment of this process, so they run in turns. */
let previous: Promise<unknown> = Promise.resolve();

/**
 * Runs a command line of squall in this process, which is faster than a new process. It does not suit tests of signals,
 * process exits or standard input.
 */
export function commandLine(args: readonly string[], env: NodeJS.ProcessEnv = {}, cwd = process.cwd()): Promise<Ended> {
  const ended = previous.then(() => run(args, env, cwd));
  previous = ended.catch(() => {});
  return ended;
}

async function run(args: readonly string[], env: NodeJS.ProcessEnv, cwd: string): Promise<Ended> {
  const { cli } = (await import(compiled)) as typeof cliRoom;
  const [stdout, stderr] = [caught(process.stdout), caught(process.stderr)];
  const before = { env: { ...process.env }, cwd: process.cwd(), listeners: process.listeners('uncaughtException') };
  // yargs prints help on the console, which a test replaces.
  const { log } = console;
  Object.assign(console, { log: (text: string) => process.stdout.write(`${text}\n`) });
  process.chdir(cwd);
  setEnvironment({ ...process.env, ...env });
  try {
    const code = await cli(args);
    return { code, stdout: stdout.end(), stderr: stderr.end() };
  } finally {
    Object.assign(console, { log });
    stdout.end();
    stderr.end();
    setEnvironment(before.env);
    process.chdir(before.cwd);
    for (const listener of process.listeners('uncaughtException'))
      if (!before.listeners.includes(listener)) process.off('uncaughtException', listener);
  }
}

/** Captures the writes to a stream until `end` returns them. */
function caught(stream: NodeJS.WriteStream): { readonly end: () => string } {
  const own = Object.getOwnPropertyDescriptor(stream, 'write');
  const listeners = stream.listeners('error');
  const texts: string[] = [];
  stream.write = (text: Uint8Array | string) => texts.push(String(text)) > 0;
  return {
    end: () => {
      Reflect.deleteProperty(stream, 'write');
      if (own !== undefined) Object.defineProperty(stream, 'write', own);
      for (const listener of stream.listeners('error'))
        if (!listeners.includes(listener)) stream.off('error', listener as () => void);
      return texts.join('');
    },
  };
}

function setEnvironment(env: NodeJS.ProcessEnv): void {
  for (const name of Object.keys(process.env)) if (!(name in env)) delete process.env[name];
  for (const [name, value] of Object.entries(env)) {
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  }
}
