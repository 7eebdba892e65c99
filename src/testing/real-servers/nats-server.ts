import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { WebSocket } from 'ws';
import { listen } from '../../embedded/listen.ts';
import { signNonce } from '../../protocols/nkeys.ts';
import type { Counts } from './counts.ts';
import { natsJwt, natsKey, type NatsKey } from './nats-keys.ts';
import { freePort, HOST, whenReady, type Served } from './served.ts';

/** nats-server with JWTs of an operator, a stream of all commands, and a service that issues user JWTs. */
export interface NatsOptions {
  readonly binary: string;
  /** port of the service: `POST /jwt?nkey=U…&seconds=4` answers with `{ "jwt" }` */
  readonly servicePort: number;
  readonly pingSeconds?: number;
}

const CONNECTIONS = {
  subs: -1,
  data: -1,
  payload: -1,
  conn: -1,
  leaf: -1,
  imports: -1,
  exports: -1,
  wildcards: true,
};
/** With streams, which the system's account may not have. */
const UNLIMITED = { ...CONNECTIONS, mem_storage: -1, disk_storage: -1, streams: -1, consumer: -1 };
const STREAM = 'COMMANDS';

interface Monitoring {
  readonly total_connections: number;
}

interface Streams {
  readonly account_details?: readonly {
    readonly stream_detail?: readonly { readonly state: { readonly messages: number } }[];
  }[];
}

export async function natsServer(options: NatsOptions, counts: Counts): Promise<Served> {
  const [operator, account, system] = [natsKey('operator'), natsKey('account'), natsKey('account')];
  const own = natsKey('user');
  const [port, monitoring, tcp] = [await freePort(), await freePort(), await freePort()];
  const folder = mkdtempSync(join(tmpdir(), 'squall-nats-'));
  const file = join(folder, 'nats.conf');
  writeFileSync(file, configuration());
  const service = createServer((request, response) => {
    const query = new URL(request.url ?? '/', `http://${HOST}`).searchParams;
    const exp = Math.floor(Date.now() / 1000) + Number(query.get('seconds'));
    counts.add('passwordGrants');
    response.setHeader('Content-Type', 'application/json');
    response.end(JSON.stringify({ jwt: userJwt(query.get('nkey') ?? '', exp) }));
  });
  await listen(service, HOST, options.servicePort);
  const child = spawn(options.binary, ['-c', file], { stdio: 'ignore' });
  child.once('exit', () => process.exit(1));
  process.once('exit', () => {
    child.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  });
  await whenReady(`http://${HOST}:${monitoring}/healthz`);
  await makeStream(`ws://${HOST}:${port}`, userJwt(own.publicKey), own);
  return {
    port,
    count: async () => {
      const { total_connections: connections } = await monitored<Monitoring>('varz');
      const { account_details: [details] = [] } = await monitored<Streams>('jsz?accounts=1&streams=1');
      // The connection that made the stream is this process's own.
      counts.set('connections', connections - 1);
      counts.set('commands', details?.stream_detail?.[0]?.state.messages ?? 0);
    },
  };

  function userJwt(subject: string, expiresAtSeconds?: number): string {
    return natsJwt(
      account,
      subject,
      { type: 'user', pub: {}, sub: {}, subs: -1, data: -1, payload: -1 },
      expiresAtSeconds,
    );
  }

  async function monitored<T>(path: string): Promise<T> {
    return (await (await fetch(`http://${HOST}:${monitoring}/${path}`)).json()) as T;
  }

  function accountJwt({ publicKey }: NatsKey, limits: object): string {
    return natsJwt(operator, publicKey, { type: 'account', limits });
  }

  function configuration(): string {
    return `
listen: ${HOST}:${tcp}
http: ${HOST}:${monitoring}
ping_interval: "${options.pingSeconds ?? 120}s"
websocket { listen: "${HOST}:${port}", no_tls: true }
jetstream { store_dir: "${folder}" }
operator: ${natsJwt(operator, operator.publicKey, { type: 'operator' })}
system_account: ${system.publicKey}
resolver: MEMORY
resolver_preload: { ${account.publicKey}: ${accountJwt(account, UNLIMITED)}, ${system.publicKey}: ${accountJwt(system, CONNECTIONS)} }
`;
  }
}

/** Makes a stream of the commands, by a connection of its own. */
function makeStream(url: string, jwt: string, { seed }: NatsKey): Promise<void> {
  const config = JSON.stringify({ name: STREAM, subjects: ['squall.>'], storage: 'memory' });
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(url);
    socket.once('error', reject);
    socket.on('message', (data: Buffer) => {
      const text = String(data);
      if (text.startsWith('INFO ')) {
        const { nonce } = JSON.parse(text.slice('INFO '.length)) as { nonce: string };
        const connect = JSON.stringify({ jwt, ...signNonce(seed, nonce), protocol: 1, verbose: false });
        const request = `PUB $JS.API.STREAM.CREATE.${STREAM} _INBOX.a ${config.length}\r\n${config}\r\n`;
        socket.send(Buffer.from(`CONNECT ${connect}\r\nSUB _INBOX.a 1\r\n${request}`));
      } else if (text.includes('"config"')) {
        socket.close();
        resolve();
      } else if (text.includes('-ERR') || text.includes('"error"')) reject(new Error(text));
    });
  });
}
