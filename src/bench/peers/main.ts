/**
 * squall beside its peers at one job on this machine: `node dist/bench/peers/main.js` has each open 5,000 WebSocket
 * connections as fast as it can, with a JWT at the upgrade and one message each; then the target drops all of them.
 *
 *     --clients N     connections
 *     --peers NAMES   only these, separated by commas
 *
 * CPU and time count from the first connection until the last answer, so that no start of a program counts. Memory is that
 * of all its processes then, less that at the first connection. A peer that is not installed is left out, with a line that
 * says how to get it. Linux only: it reads /proc.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { parseArgs } from 'node:util';
import { print } from '../../cli/terminal/output.ts';
import { start, type Child } from '../child.ts';
import { figure, table } from '../table.ts';
import { PEERS, type Peer } from './peers.ts';
import { usageOf } from './process-tree.ts';

const TARGET = new URL('./target.js', import.meta.url);
/** Longest time for all connections, ms. */
const TIMEOUT_MS = 90_000;
/** Time in which the connections are dropped and a peer may react, ms. */
const DROP_MS = 2000;
/** A token of the right form; nobody verifies it. */
const TOKEN = `${btoa('{"alg":"HS256"}').replaceAll('=', '')}.${btoa('{"sub":"peer","exp":4102444800}').replaceAll('=', '')}.c2lnbmF0dXJl`;

const { values } = parseArgs({
  options: { clients: { type: 'string', default: '5000' }, peers: { type: 'string' } },
});
const clients = Number(values.clients);
const names = values.peers?.split(',') ?? PEERS.map(({ name }) => name);

const rows: string[][] = [
  ['', 'CPU us per connection', 'resident bytes per connection', 'seconds', 'CPU s for the drop'],
];
const notes: string[] = [];
for (const peer of PEERS.filter(({ name }) => names.includes(name))) {
  const measured = await measure(peer);
  if (typeof measured === 'string') notes.push(`${peer.name}: ${measured}`);
  else rows.push([peer.name, ...measured.map(figure)]);
  if (peer.differs !== '') notes.push(`${peer.name}: ${peer.differs}`);
}
print(`${clients} connections, one message each, then all dropped:\n${table(rows)}`);
if (notes.length > 0) print(`\n${notes.join('\n')}`);

/** @returns the figures of its row, or why there are none */
async function measure(peer: Peer): Promise<readonly number[] | string> {
  const target = await start(TARGET, [String(clients)], isPort);
  const folder = mkdtempSync(join(tmpdir(), 'squall-peers-'));
  const { file, args } = peer.command({ clients, port: target.message, token: TOKEN, folder });
  // A group of its own, so that a peer that starts others ends with them.
  const child = spawn(file, args, { stdio: 'ignore', cwd: folder, detached: true });
  try {
    await once(child, 'spawn');
  } catch {
    close(target, folder);
    return `not installed; get it from ${peer.from}`;
  }
  try {
    return await followed(child, target);
  } finally {
    end(child);
    close(target, folder);
  }
}

async function followed(child: ChildProcess, target: Child<number>): Promise<readonly number[] | string> {
  const pid = child.pid ?? 0;
  const exited = once(child, 'exit').then(() => 'it ended before all had their answer');
  const reached = (message: string): Promise<string> =>
    new Promise((resolve) => {
      target.process.on('message', (said) => {
        if (said === message) resolve(message);
      });
    });
  const [first, all] = [reached('first'), reached('all')];
  const timeout = AbortSignal.timeout(TIMEOUT_MS);
  const late = once(timeout, 'abort').then(() => `not all had their answer after ${TIMEOUT_MS / 1000} s`);
  if ((await Promise.race([first, exited, late])) !== 'first') return 'it made no connection';
  const [began, before] = [performance.now(), usageOf(pid)];
  const outcome = await Promise.race([all, exited, late]);
  const [seconds, after] = [(performance.now() - began) / 1000, usageOf(pid)];
  if (outcome !== 'all') return outcome;
  target.process.send('drop');
  await new Promise((resolve) => setTimeout(resolve, DROP_MS));
  const dropped = usageOf(pid);
  return [
    ((after.cpuSeconds - before.cpuSeconds) * 1e6) / clients,
    (after.residentBytes - before.residentBytes) / clients,
    seconds,
    Math.max(0, dropped.cpuSeconds - after.cpuSeconds),
  ];
}

function end({ pid }: ChildProcess): void {
  try {
    if (pid !== undefined) process.kill(-pid, 'SIGKILL');
  } catch {
    // It has ended already.
  }
}

function close(target: Child<number>, folder: string): void {
  if (target.process.connected) target.process.disconnect();
  rmSync(folder, { recursive: true, force: true, maxRetries: 10 });
}

function isPort(value: unknown): value is number {
  return typeof value === 'number';
}
