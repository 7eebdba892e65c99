import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The job of a peer: this many connections, as fast as it can, each with one message. */
export interface Job {
  readonly clients: number;
  readonly port: number;
  readonly token: string;
  /** an empty folder for its files */
  readonly folder: string;
}

/** Command line of a process that does a job, and then holds its connections until they are dropped. */
export interface Command {
  readonly file: string;
  readonly args: readonly string[];
}

/** A program that makes WebSocket connections. */
export interface Peer {
  readonly name: string;
  /** how to get it */
  readonly from: string;
  /** what it cannot do of the job; empty: nothing */
  readonly differs: string;
  readonly command: (job: Job) => Command;
}

/** Time for which connections are held, s; longer than any measurement. */
const HOLD_SECONDS = 120;
const MESSAGE = '{"op":"hello"}';
/** One user of k6 or Artillery is one connection; Tsung needs a rate. */
const TSUNG_USERS_PER_SECOND = 20_000;

const MAIN = fileURLToPath(new URL('../../main.js', import.meta.url));
const WS_LOOP = fileURLToPath(new URL('./ws-loop.js', import.meta.url));

const squall: Peer = {
  name: 'squall',
  from: 'this project',
  differs: '',
  command: ({ clients, port, folder }) => ({
    file: process.execPath,
    args: [MAIN, 'run', scenario(folder, clients, port), '--results', join(folder, 'results')],
  }),
};

const ws: Peer = {
  name: 'ws',
  from: 'a bare loop of the npm package ws, in this folder',
  differs: '',
  command: ({ clients, port, token }) => ({
    file: process.execPath,
    args: [WS_LOOP, String(port), String(clients), token],
  }),
};

const k6: Peer = {
  name: 'k6',
  from: 'https://grafana.com/docs/k6/latest/set-up/install-k6/ (AGPL-3.0), as k6 in PATH',
  differs: '',
  command: ({ clients, port, token, folder }) => ({
    file: 'k6',
    args: ['run', '--quiet', '--no-usage-report', written(folder, 'k6.js', k6Script(clients, port, token))],
  }),
};

const artillery: Peer = {
  name: 'artillery',
  from: 'npm install --global artillery (MPL-2.0), as artillery in PATH',
  differs: '',
  command: ({ clients, port, token, folder }) => ({
    file: 'artillery',
    args: ['run', '--quiet', written(folder, 'artillery.json', artilleryScript(clients, port, token))],
  }),
};

const tsung: Peer = {
  name: 'tsung',
  from: 'the package tsung of a Linux distribution (GPL-2.0), as tsung in PATH',
  differs: 'it sets no header at an upgrade, so that its token is in the query',
  command: ({ clients, port, token, folder }) => ({
    file: 'tsung',
    args: ['-f', written(folder, 'tsung.xml', tsungScript(clients, port, token)), '-l', folder, 'start'],
  }),
};

export const PEERS: readonly Peer[] = [squall, ws, k6, artillery, tsung];

function written(folder: string, name: string, text: string): string {
  const file = join(folder, name);
  writeFileSync(file, text);
  return file;
}

function scenario(folder: string, count: number, port: number): string {
  const plan = {
    name: 'peers',
    duration: `${HOLD_SECONDS}s`,
    target: {
      url: `ws://127.0.0.1:${port}/`,
      protocol: { json: { handshake: [{ send: MESSAGE, expect: { op: 'hello' } }] } },
    },
    tokens: { lifetime: '1h', issued: 'together', algorithm: 'HS256', carrier: 'header' },
    clients: { count, arrive: { over: '0s' }, backoff: 'socket.io-client', connectTimeout: `${HOLD_SECONDS}s` },
  };
  return written(folder, 'squall.yaml', JSON.stringify(plan));
}

function k6Script(clients: number, port: number, token: string): string {
  return `import ws from 'k6/ws';
export const options = { vus: ${clients}, iterations: ${clients}, duration: '${HOLD_SECONDS}s' };
export default function () {
  const params = { headers: { Authorization: 'Bearer ${token}' } };
  ws.connect('ws://127.0.0.1:${port}/', params, (socket) => {
    socket.on('open', () => socket.send('${MESSAGE}'));
    socket.setTimeout(() => socket.close(), ${HOLD_SECONDS * 1000});
  });
}
`;
}

function artilleryScript(clients: number, port: number, token: string): string {
  return JSON.stringify({
    config: {
      target: `ws://127.0.0.1:${port}/`,
      phases: [{ duration: 1, arrivalCount: clients }],
      ws: { headers: { Authorization: `Bearer ${token}` } },
    },
    scenarios: [{ engine: 'ws', flow: [{ send: MESSAGE }, { think: HOLD_SECONDS }] }],
  });
}

function tsungScript(clients: number, port: number, token: string): string {
  return `<?xml version="1.0"?>
<!DOCTYPE tsung SYSTEM "/usr/share/tsung/tsung-1.0.dtd">
<tsung loglevel="warning">
  <clients><client host="localhost" use_controller_vm="true" maxusers="${clients}"/></clients>
  <servers><server host="127.0.0.1" port="${port}" type="tcp"/></servers>
  <load>
    <arrivalphase phase="1" duration="${HOLD_SECONDS}" unit="second">
      <users maxnumber="${clients}" arrivalrate="${TSUNG_USERS_PER_SECOND}" unit="second"/>
    </arrivalphase>
  </load>
  <sessions>
    <session name="hold" probability="100" type="ts_websocket">
      <request><websocket type="connect" path="/?token=${token}"/></request>
      <request><websocket type="message" frame="text">${MESSAGE}</websocket></request>
      <thinktime value="${HOLD_SECONDS}"/>
    </session>
  </sessions>
</tsung>
`;
}
