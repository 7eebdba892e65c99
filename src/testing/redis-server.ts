import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { freePort, HOST } from './real-servers/served.ts';
import { CERTIFICATES } from './real-servers/certificates.ts';

/** Line that redis-server prints when it accepts connections. */
const READY = 'Ready to accept connections';
/** Most characters kept of what it prints. */
const MAX_CHARS = 8000;

/** Path of the machine's redis-server; null: it has none. Tests that need it are skipped by `describe.skipIf(REDIS_SERVER === null)`. */
export const REDIS_SERVER: string | null =
  (process.env['PATH'] ?? '')
    .split(delimiter)
    .map((folder) => join(folder, 'redis-server'))
    .find((path) => existsSync(path)) ?? null;

/** Authority of the certificate that a test's Redis shows over TLS, for SQUALL_REDIS_CA. */
export const REDIS_AUTHORITY = join(CERTIFICATES, 'ca.pem');

export interface RedisOptions {
  /** password of the default user */
  readonly password?: string;
  /** the only user, with its rules; the default user is off */
  readonly user?: { readonly name: string; readonly password: string; readonly rules: string };
  readonly tls?: boolean;
  /** whether a Redis that starts again has the data that it had */
  readonly keepsData?: boolean;
  /** address that it listens on, of a network namespace for one; absent: loopback */
  readonly host?: string;
  /** command that starts it within another network namespace, such as `ip netns exec NAME` */
  readonly within?: readonly string[];
}

/** A redis-server of a test. */
export interface TestRedis {
  readonly port: number;
  /** without credentials */
  readonly url: string;
  /** Ends it at once, as `kill -9` does. */
  kill(): Promise<void>;
  /** Starts it again on the same port. */
  restart(): Promise<void>;
  /** Stops its process, so that connections stay and nobody answers; `resume` lets it go on. */
  pause(): void;
  resume(): void;
  /** All that was written to it so far, as commands; it must keep its data. */
  written(): string;
  /** Ends it and removes what it kept. */
  stop(): Promise<void>;
}

/** Starts a Redis that several tests share, or a bench uses; the caller stops it. */
export async function launchRedis(options: RedisOptions = {}): Promise<TestRedis> {
  const folder = mkdtempSync(join(tmpdir(), 'squall-redis-'));
  const port = await freePort();
  const host = options.host ?? HOST;
  const file = join(folder, 'redis.conf');
  writeFileSync(file, configuration({ ...options, host }, folder, port));
  let child = await start(file, options.within ?? []);
  const kill = async (): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const over = once(child, 'exit');
    child.kill('SIGKILL');
    await over;
  };
  const atExit = (): void => void child.kill('SIGKILL');
  process.once('exit', atExit);
  return {
    port,
    url: `${options.tls === true ? 'rediss' : 'redis'}://${host}:${port}`,
    kill,
    restart: async () => {
      child = await start(file, options.within ?? []);
    },
    pause: () => void child.kill('SIGSTOP'),
    resume: () => void child.kill('SIGCONT'),
    written: () => {
      const log = join(folder, 'appendonlydir');
      return readdirSync(log)
        .map((name) => readFileSync(join(log, name), 'latin1'))
        .join('');
    },
    stop: async () => {
      process.off('exit', atExit);
      await kill();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function configuration({ host, password, user, tls, keepsData }: RedisOptions, folder: string, port: number): string {
  const lines = [
    `bind ${host}`,
    `port ${tls === true ? 0 : port}`,
    `dir ${folder}`,
    'save ""',
    'protected-mode no',
    `appendonly ${keepsData === true ? 'yes' : 'no'}`,
    'appendfsync always',
  ];
  if (password !== undefined) lines.push(`requirepass ${password}`);
  if (user !== undefined) lines.push('user default off', `user ${user.name} on >${user.password} ${user.rules}`);
  if (tls === true) {
    lines.push(`tls-port ${port}`, 'tls-auth-clients no', `tls-ca-cert-file ${REDIS_AUTHORITY}`);
    lines.push(`tls-cert-file ${join(CERTIFICATES, 'server.pem')}`, `tls-key-file ${join(CERTIFICATES, 'server.key')}`);
  }
  return `${lines.join('\n')}\n`;
}

/** Starts the process and waits until it accepts connections. */
async function start(file: string, within: readonly string[]): Promise<ChildProcess> {
  if (REDIS_SERVER === null) throw new Error('redis-server is missing: apt-get install redis-server');
  const [command, ...args] = [...within, REDIS_SERVER, file];
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  let said = '';
  await new Promise<void>((resolve, reject) => {
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      said = (said + text).slice(-MAX_CHARS);
      if (said.includes(READY)) resolve();
    });
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`redis-server ended with code ${code}: ${said}`)));
  });
  return child;
}
