import { spawn } from 'node:child_process';
import { createPublicKey } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { connect, createServer as createRelay } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { JWK } from 'jose';
import { listen } from '../../embedded/listen.ts';
import type { Counts } from './counts.ts';
import { cutOf, HOST, type Served } from './served.ts';

/** A Centrifugo that verifies tokens, and asks this process to carry commands out. */
export interface CentrifugoOptions {
  /** path of its program */
  readonly program: string;
  /** public ES256 key of the tokens */
  readonly key: JWK;
  readonly issuer: string;
  readonly audience: string;
  readonly pingSeconds?: number;
  /** time after a token's expiry until the connection is closed */
  readonly graceSeconds?: number;
}

/** Starts it behind a relay, which can cut every connection. */
export async function centrifugoServer(options: CentrifugoOptions, counts: Counts): Promise<Served> {
  const commands = createServer((request, response) => void carryOut(request, response, counts));
  const commandPort = await listen(commands, HOST, 0);
  const port = await freePort();
  await start(options, port, `http://${HOST}:${commandPort}/`);
  const relay = createRelay((socket) => {
    counts.add('connections');
    const upstream = connect(port, HOST);
    socket.pipe(upstream).pipe(socket);
    for (const [end, other] of [
      [socket, upstream],
      [upstream, socket],
    ] as const) {
      end.on('error', () => other.destroy()).on('close', () => other.destroy());
    }
  });
  return { port: await listen(relay, HOST, 0), drop: cutOf(relay), count: () => readMetrics(port, counts) };
}

async function start(options: CentrifugoOptions, port: number, commandsUrl: string): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'squall-centrifugo-'));
  const file = join(folder, 'config.json');
  writeFileSync(file, JSON.stringify(configOf(options, port, commandsUrl)));
  const child = spawn(options.program, ['-c', file], { stdio: ['ignore', 'pipe', 'pipe'] });
  process.once('exit', () => {
    child.kill('SIGKILL');
    rmSync(folder, { recursive: true });
  });
  child.stdout.resume();
  for await (const line of createInterface({ input: child.stderr })) {
    if (line.includes('serving websocket')) {
      child.stderr.resume();
      return;
    }
  }
  throw new Error('Centrifugo ended before it was ready');
}

function configOf(options: CentrifugoOptions, port: number, endpoint: string): object {
  const { key, issuer, audience, pingSeconds = 25, graceSeconds = 25 } = options;
  const publicKey = createPublicKey({ key: { ...key }, format: 'jwk' }).export({ type: 'spki', format: 'pem' });
  return {
    http_server: { address: HOST, port: String(port) },
    client: {
      token: { ecdsa_public_key: publicKey, issuer, audience },
      ping_interval: `${pingSeconds}s`,
      pong_timeout: `${Math.ceil(pingSeconds / 3)}s`,
      expired_close_delay: `${graceSeconds}s`,
    },
    rpc: { proxy: { endpoint, timeout: '10s' }, without_namespace: { proxy_enabled: true } },
    channel: { without_namespace: { allow_subscribe_for_client: true, allow_publish_for_client: true } },
    prometheus: { enabled: true },
  };
}

/** Carries a command out that Centrifugo passes on. */
async function carryOut(request: IncomingMessage, response: ServerResponse, counts: Counts): Promise<void> {
  const body = (await request.setEncoding('utf8').toArray()).join('');
  const { user, data } = JSON.parse(body) as { user: string; data: { id?: unknown } };
  counts.command(user, data.id);
  response.setHeader('Content-Type', 'application/json');
  response.end('{"result":{"data":{"ok":true}}}');
}

/** Takes over what Centrifugo counts itself. */
async function readMetrics(port: number, counts: Counts): Promise<void> {
  const text = await (await fetch(`http://${HOST}:${port}/metrics`)).text();
  const sum = (name: string, label = ''): number =>
    text
      .split('\n')
      .filter((line) => line.startsWith(`${name}{`) && line.includes(label))
      .reduce((total, line) => total + Number(line.slice(line.lastIndexOf(' '))), 0);
  counts.set('authenticated', sum('centrifugo_client_connections_accepted'));
  counts.set('refused', sum('centrifugo_client_num_reply_errors', 'method="connect"'));
  counts.set('renewals', sum('centrifugo_client_command_duration_seconds_count', 'method="refresh"'));
  counts.set('expiries', sum('centrifugo_client_num_server_disconnects', 'code="3005"'));
  counts.set('pingTimeouts', sum('centrifugo_client_num_server_disconnects', 'code="3012"'));
}

async function freePort(): Promise<number> {
  const server = createServer();
  const port = await listen(server, HOST, 0);
  server.close();
  await once(server, 'close');
  return port;
}
