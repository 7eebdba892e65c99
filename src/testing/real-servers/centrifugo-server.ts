import { spawn } from 'node:child_process';
import { createPublicKey, randomUUID, type JsonWebKey } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { JWK } from 'jose';
import { listen } from '../../embedded/listen.ts';
import type { CountName, Counts } from './counts.ts';
import { freePort, HOST, whenReady, type Served } from './served.ts';

/** Centrifugo, whose remote procedure calls this process answers and counts. Everything else Centrifugo counts itself. */
export interface CentrifugoOptions {
  readonly binary: string;
  /** public ES256 key of the tokens */
  readonly key: JWK;
  readonly issuer: string;
  readonly audience: string;
  /** how often it pings */
  readonly pingSeconds: number;
  /** from a token's expiry until its connection is closed */
  readonly graceSeconds: number;
}

/** Centrifugo's own metrics, and what they count here. */
const METRICS: readonly (readonly [RegExp, CountName])[] = [
  [/^centrifugo_transport_messages_received\{.*frame_type="connect".*\} (\d+)$/gm, 'connections'],
  [/^centrifugo_client_num_server_disconnects\{code="3500"\} (\d+)$/gm, 'refused'],
  [/^centrifugo_client_num_reply_errors\{.*method="connect".*\} (\d+)$/gm, 'refused'],
  [/^centrifugo_client_command_duration_seconds_count\{.*method="refresh".*\} (\d+)$/gm, 'renewals'],
  [/^centrifugo_client_num_server_disconnects\{code="3005"\} (\d+)$/gm, 'expiries'],
  [/^centrifugo_client_num_server_disconnects\{code="3012"\} (\d+)$/gm, 'pingTimeouts'],
];

export async function centrifugoServer(options: CentrifugoOptions, counts: Counts): Promise<Served> {
  const calls = createServer((request, response) => {
    void bodyOf(request).then((body) => {
      const { user, data } = JSON.parse(body) as { user: string; data: { id?: unknown } };
      counts.command(user, data.id);
      response.writeHead(200, { 'Content-Type': 'application/json' }).end('{"result":{"data":{}}}');
    });
  });
  const callsPort = await listen(calls, HOST, 0);
  const port = await freePort();
  const folder = mkdtempSync(join(tmpdir(), 'squall-centrifugo-'));
  const file = join(folder, 'config.json');
  writeFileSync(file, JSON.stringify(configuration(options, port, callsPort)));
  const child = spawn(options.binary, ['-c', file], { stdio: 'ignore' });
  child.once('exit', () => process.exit(1));
  process.once('exit', () => {
    child.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  });
  await whenReady(`http://${HOST}:${port}/health`);
  return {
    port,
    count: async () => {
      const metrics = await (await fetch(`http://${HOST}:${port}/metrics`)).text();
      for (const [, name] of METRICS) counts.set(name, 0);
      for (const [pattern, name] of METRICS) {
        for (const [, value] of metrics.matchAll(pattern)) counts.set(name, counts.of(name) + Number(value));
      }
      counts.set('authenticated', counts.of('connections') - counts.of('refused'));
    },
  };
}

function configuration(options: CentrifugoOptions, port: number, callsPort: number): object {
  const { issuer, audience, pingSeconds, graceSeconds } = options;
  const key = createPublicKey({ key: options.key as JsonWebKey, format: 'jwk' });
  return {
    http_server: { address: HOST, port },
    client: {
      ping_interval: `${pingSeconds}s`,
      pong_timeout: `${pingSeconds / 2}s`,
      expired_close_delay: `${graceSeconds}s`,
      token: { ecdsa_public_key: key.export({ type: 'spki', format: 'pem' }), issuer, audience },
    },
    rpc: { proxy: { endpoint: `http://${HOST}:${callsPort}/` }, without_namespace: { proxy_enabled: true } },
    channel: { without_namespace: { allow_subscribe_for_client: true, allow_publish_for_client: true } },
    http_api: { key: randomUUID() },
    prometheus: { enabled: true },
    health: { enabled: true },
  };
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}
