import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Counts } from './counts.ts';
import { freePort, HOST, type Served } from './served.ts';

/** ActiveMQ Artemis with one user, which speaks STOMP over WebSocket, and counts what came into a queue. */
export interface ArtemisOptions {
  /** folder of an unpacked distribution */
  readonly home: string;
  readonly user: string;
  readonly password: string;
  /** queue of commands */
  readonly queue: string;
}

const START_MS = 120_000;

export async function artemisServer(options: ArtemisOptions, counts: Counts): Promise<Served> {
  const { home, user, password, queue } = options;
  const port = await freePort();
  const folder = mkdtempSync(join(tmpdir(), 'squall-artemis-'));
  const broker = join(folder, 'broker');
  const login = ['--user', user, '--password', password];
  const created = ['create', broker, ...login, '--require-login', '--silent'];
  execFileSync(join(home, 'bin', 'artemis'), created, { stdio: 'ignore', timeout: START_MS });
  const acceptor = `<acceptor name="all">tcp://${HOST}:${port}?protocols=STOMP,CORE</acceptor>`;
  replaceIn(join(broker, 'etc', 'broker.xml'), /<acceptors>[^]*<\/acceptors>/, `<acceptors>${acceptor}</acceptors>`);
  replaceIn(join(broker, 'etc', 'bootstrap.xml'), /<web [^]*<\/web>/, '');
  replaceIn(join(broker, 'etc', 'artemis.profile'), /-Xms\w+ -Xmx\w+/, '-Xms64M -Xmx256M');
  // A group of its own, since the script starts Java as its child.
  const child = spawn(join(broker, 'bin', 'artemis'), ['run'], { detached: true, stdio: ['ignore', 'pipe', 'ignore'] });
  child.once('exit', () => process.exit(1));
  process.once('exit', () => {
    if (child.pid !== undefined && child.exitCode === null) process.kill(-child.pid, 'SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  });
  const lines = createInterface({ input: child.stdout });
  await new Promise<void>((resolve, reject) => {
    const giveUp = setTimeout(() => reject(new Error('Artemis did not start')), START_MS);
    lines.on('line', (line) => {
      if (!line.includes('Server is now active')) return;
      clearTimeout(giveUp);
      resolve();
    });
  });
  const stat = ['queue', 'stat', ...login, '--url', `tcp://${HOST}:${port}`, '--queueName', queue];
  return {
    port,
    count: async () => {
      const table = execFileSync(join(broker, 'bin', 'artemis'), stat, { encoding: 'utf8', timeout: START_MS });
      const row = table.split('\n').find((line) => line.startsWith(`|${queue} `) || line.startsWith(`|${queue}|`));
      // Columns: name, address, consumers, messages, messages added.
      counts.set('commands', Number(row?.split('|')[5] ?? 0));
      await Promise.resolve();
    },
  };
}

function replaceIn(file: string, pattern: RegExp, replacement: string): void {
  writeFileSync(file, readFileSync(file, 'utf8').replace(pattern, replacement));
}
