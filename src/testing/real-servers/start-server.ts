import { spawn, type ChildProcess, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { JWK } from 'jose';
import { onTestFinished } from 'vitest';
import { importSigningKey, shippedTestJwk } from '../../jwt/keys.ts';
import type { AccessOptions } from './access.ts';
import type { ServerCounts } from './counts.ts';
import { HOST, type ReadyLine } from './served.ts';
import type { ServerName, ServerOptions } from './servers.ts';
import { AUDIENCE, ISSUER } from './tokens.ts';

/** Compiled, since a process of its own runs JavaScript. */
const MAIN = fileURLToPath(new URL('../../../dist/testing/real-servers/main.js', import.meta.url));

/** A condition on counts that does not come true within this time fails its test. */
const CONDITION_TIMEOUT_MS = 60_000;
const POLL_MS = 50;

/** A process that has not ended by itself after this time is killed. */
const END_MS = 5000;

/** Most characters kept of what a process says on standard error. */
const MAX_CHARS = 4000;

/** A server in a process of its own. */
export interface RealServer {
  readonly port: number;
  counts(): Promise<ServerCounts>;
  /** Waits until the counts fulfil a condition, and returns them. */
  until(condition: (counts: ServerCounts) => boolean): Promise<ServerCounts>;
  /** Cuts every connection at once, and returns the counts. */
  drop(): Promise<ServerCounts>;
  readonly stop: () => Promise<void>;
}

/** Starts a server, which ends with the test that started it. */
export async function startServer<Name extends ServerName>(
  name: Name,
  options: ServerOptions[Name],
): Promise<RealServer> {
  const server = await launchServer(name, options);
  onTestFinished(server.stop);
  return server;
}

/** Starts a server that several tests share; the caller stops it. */
export async function launchServer<Name extends ServerName>(
  name: Name,
  options: ServerOptions[Name],
): Promise<RealServer> {
  const child = spawn(process.execPath, [MAIN, name, JSON.stringify(options)], { stdio: 'pipe' });
  const { port, controlPort } = await readyLine(child, name);
  const control = `http://${HOST}:${controlPort}/`;
  const ask = async (method: 'GET' | 'POST'): Promise<ServerCounts> =>
    (await (await fetch(control, { method })).json()) as ServerCounts;
  return {
    port,
    counts: () => ask('GET'),
    until: async (condition) => {
      const giveUpAt = performance.now() + CONDITION_TIMEOUT_MS;
      for (;;) {
        const counts = await ask('GET');
        if (condition(counts)) return counts;
        if (performance.now() > giveUpAt) throw new Error(`${name} counted ${JSON.stringify(counts)}`);
        await new Promise((resolve) => setTimeout(resolve, POLL_MS));
      }
    },
    drop: () => ask('POST'),
    stop: () => stop(child),
  };
}

/** What servers accept by default: tokens that squall mints with its shipped test key and default claims. */
export async function mintedAccess(): Promise<AccessOptions & { readonly keys: readonly JWK[] }> {
  const { publicJwk } = await importSigningKey(await shippedTestJwk('ES256'), 'ES256');
  if (publicJwk === undefined) throw new Error('the shipped ES256 key has no public half');
  return { keys: [publicJwk], issuer: ISSUER, audience: AUDIENCE };
}

async function readyLine(child: ChildProcessWithoutNullStreams, name: string): Promise<ReadyLine> {
  let complaints = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (complaints = (complaints + text).slice(-MAX_CHARS)));
  const lines = createInterface({ input: child.stdout });
  const line = await Promise.race([
    once(lines, 'line').then(([text]) => String(text)),
    once(child, 'exit').then(([code]) => {
      throw new Error(`${name} ended with code ${code} before it was ready: ${complaints}`);
    }),
  ]);
  return JSON.parse(line) as ReadyLine;
}

/** Ends the process, which first ends what it started. */
async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill('SIGTERM');
  const force = setTimeout(() => child.kill('SIGKILL'), END_MS);
  await gone;
  clearTimeout(force);
}
