import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer as createHttp, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createHttps } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, onTestFinished, test } from 'vitest';
import { WebSocketServer, type RawData, type WebSocket } from 'ws';
import { commandLine } from '../testing/command-line.ts';
import { pem, serverTls } from '../testing/real-servers/certificates.ts';
import type { Ended } from '../testing/squall.ts';

const dir = mkdtempSync(join(tmpdir(), 'squall-probe-'));
afterAll(() => rmSync(dir, { recursive: true }));
writeFileSync(join(dir, 'ca.pem'), pem('ca.pem'));
writeFileSync(join(dir, 'users.csv'), 'username,password\nuser-1,s3cret-s3cret\n');

const JSON_PROTOCOL = `{ json: { authenticate: '{"type":"auth","token":"{token}"}', authenticated: { type: ok }, command: '{"type":"do","id":"{id}"}', ack: { type: ack }, ackId: id } }`;
const BY_MESSAGE = ['target.protocol=' + JSON_PROTOCOL, 'tokens.carrier=message'];
const COMMANDS = 'clients.commands={ rate: 1/s, ackTimeout: 1s }';

interface Target {
  readonly port: number;
  readonly server: Server;
}

/** A server that listens until the test is over. */
async function listening(server: Server): Promise<Target> {
  server.listen(0, '127.0.0.1');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  await once(server, 'listening');
  return { port: (server.address() as AddressInfo).port, server };
}

type Serve = (ws: WebSocket, request: IncomingMessage) => void;

/** A WebSocket server, with `refuse` to say why an upgrade is refused: status and body. */
async function gateway(
  serve: Serve,
  { server = createHttp(), subprotocol, refuse = () => null, pings = true }: Partial<GatewayOptions> = {},
): Promise<Target> {
  const sockets = new WebSocketServer({
    noServer: true,
    handleProtocols: (offered) => (subprotocol !== undefined && offered.has(subprotocol) ? subprotocol : false),
  });
  server.on('upgrade', (request, socket, head) => {
    const refusal = refuse(request);
    if (refusal === null) sockets.handleUpgrade(request, socket, head, (ws) => serve(ws, request));
    else
      socket.end(
        `HTTP/1.1 ${refusal[0]} No\r\nContent-Length: ${refusal[1].length}\r\nConnection: close\r\n\r\n${refusal[1]}`,
      );
  });
  // A probe for which all works ends after two pings.
  const pinging = setInterval(() => pings && sockets.clients.forEach((ws) => ws.ping()), 50);
  onTestFinished(() => {
    clearInterval(pinging);
    sockets.clients.forEach((ws) => ws.terminate());
  });
  return listening(server);
}

interface GatewayOptions {
  readonly server: Server;
  readonly subprotocol: string;
  /** whether it sends ping frames */
  readonly pings: boolean;
  readonly refuse: (request: IncomingMessage) => readonly [number, string] | null;
}

/** Serves messages of JSON by their type. */
function byType(answers: Readonly<Record<string, (ws: WebSocket, message: Record<string, unknown>) => void>>): Serve {
  return (ws) =>
    ws.on('message', (data) => {
      const message = JSON.parse(textOf(data)) as Record<string, unknown>;
      answers[String(message['type'])]?.(ws, message);
    });
}

/** A message as text, as `ws` delivers it. */
function textOf(data: RawData): string {
  return Buffer.isBuffer(data) ? data.toString() : '';
}

const say = (ws: WebSocket, message: unknown): void => ws.send(JSON.stringify(message));
const accept = (ws: WebSocket): void => say(ws, { type: 'ok' });
const acknowledge = (ws: WebSocket, { id }: Record<string, unknown>): void => say(ws, { type: 'ack', id });
const SERVES = byType({ auth: accept, do: acknowledge });

/** Probes a target; a probe of a target that works ends when the server has pinged twice, or after its length. */
function probe(url: string, sets: readonly string[], ...flags: readonly string[]): Promise<Ended> {
  const file = join(dir, 'scenario.yaml');
  writeFileSync(file, `name: probed\nduration: 30s\ntarget: { url: "${url}" }\nclients: { count: 1 }\n`);
  const changes = sets.flatMap((set) => ['--set', set]);
  return commandLine(['probe', file, '--for', '1500ms', ...flags, ...changes], {}, dir);
}

/** The change of one field that a line of YAML proposes, in the form of --set. */
function asSet(yaml: string): string {
  const [section = '', line = ''] = yaml.split(/:\n\s+/);
  const [, key = '', value = ''] = /^(\w+): (.*)$/.exec(line) ?? [];
  return `${section}.${key}=${value}`;
}

/** What a probe found, by its JSON. */
async function found(url: string, sets: readonly string[], ...flags: readonly string[]) {
  const { code, stdout } = await probe(url, sets, '--json', ...flags);
  const report = JSON.parse(stdout) as {
    readonly verdict: string;
    readonly causes: readonly { readonly cause: string; readonly fix: string; readonly yaml: string | null }[];
  };
  return { code, ...report, yaml: report.causes[0]?.yaml ?? '', cause: report.causes[0]?.cause ?? '' };
}

describe('probe names the cause and the line that mends it, at a target', () => {
  test('that wants another subprotocol', async () => {
    const { port } = await gateway(SERVES, {
      subprotocol: 'chat.v2',
      refuse: ({ headers }) =>
        headers['sec-websocket-protocol'] === undefined ? [400, 'subprotocol chat.v2 required'] : null,
    });
    const url = `ws://127.0.0.1:${port}/`;
    const { code, cause, yaml } = await found(url, BY_MESSAGE);
    expect([code, cause]).toEqual([4, 'the server wants a subprotocol, and none was offered']);
    expect((await found(url, [...BY_MESSAGE, asSet(yaml)])).code).toBe(0);
  });

  test('that checks Origin', async () => {
    const { port } = await gateway(SERVES, {
      refuse: ({ headers }) => (headers.origin === undefined ? [403, 'origin not allowed'] : null),
    });
    const url = `ws://127.0.0.1:${port}/`;
    const { code, cause, yaml } = await found(url, BY_MESSAGE);
    expect([code, cause]).toEqual([4, 'the server checks Origin, and none is sent']);
    expect((await found(url, [...BY_MESSAGE, asSet(yaml)])).code).toBe(0);
  });

  test('whose token endpoint wants a client_id', async () => {
    const { port } = await gateway(SERVES);
    const endpoint = await listening(
      createHttp((request, response) => {
        let body = '';
        request.on('data', (chunk) => (body += String(chunk)));
        request.on('end', () => {
          const knows = new URLSearchParams(body).has('client_id');
          response.writeHead(knows ? 200 : 400);
          response.end(
            JSON.stringify(
              knows
                ? { access_token: 'opaque-token-1', expires_in: 60 }
                : { error: 'invalid_request', error_description: 'Missing form parameter: client_id' },
            ),
          );
        });
      }),
    );
    const url = `ws://127.0.0.1:${port}/`;
    const users = [
      'users={ file: users.csv }',
      `tokens.source={ oauth2: { url: "http://127.0.0.1:${endpoint.port}/token", login: password } }`,
    ];
    const { code, cause, yaml } = await found(url, [...BY_MESSAGE, ...users]);
    expect([code, cause]).toEqual([4, 'the token endpoint does not know the client']);
    expect(yaml).toBe('tokens:\n  source: { oauth2: { clientId: NAME } }');
    const { code: mended, stdout } = await probe(url, [...BY_MESSAGE, ...users, 'tokens.source.oauth2.clientId=NAME']);
    expect(mended).toBe(0);
    expect(stdout).toMatch(
      /→ token {4}POST http:\/\/127\.0\.0\.1:\d+\/token with grant_type,\s+username, password, client_id/,
    );
    expect(stdout).toMatch(/← token {4}HTTP 200 with access_token, expires_in/);
    expect(stdout).not.toMatch(/opaque-token-1|s3cret/);
  });

  test('with a certificate of a private authority', async () => {
    const server = createHttps(serverTls('private-ca'));
    const { port } = await gateway(SERVES, { server });
    const url = `wss://127.0.0.1:${port}/`;
    const { code, cause, yaml } = await found(url, BY_MESSAGE);
    expect([code, cause]).toEqual([
      4,
      'the certificate of the server comes from an authority that this machine does not know',
    ]);
    expect((await found(url, [...BY_MESSAGE, asSet(yaml)])).code).toBe(0);
  });

  test('that expects another first message', async () => {
    const { port } = await gateway((ws) =>
      ws.on('message', (data) => {
        if (textOf(data).includes('"hello"')) accept(ws);
        else ws.close(4400, 'expected hello');
      }),
    );
    const url = `ws://127.0.0.1:${port}/`;
    const { code, cause, yaml } = await found(url, BY_MESSAGE);
    expect([code, cause]).toEqual([
      4,
      'the server closes the connection after the message that presents the token (close 4400: expected hello)',
    ]);
    expect(yaml).toBe(`target:\n  protocol: { json: { authenticate: '{"type":"hello","token":"{token}"}' } }`);
    expect(
      (await found(url, [...BY_MESSAGE, `target.protocol.json.authenticate='{"type":"hello","token":"{token}"}'`]))
        .code,
    ).toBe(0);
  });

  test('that speaks a binary protocol', async () => {
    const connack = Buffer.from([0x20, 2, 0, 0]);
    const { port } = await gateway(
      (ws, request) => (ws.protocol === 'json' ? SERVES(ws, request) : ws.on('message', () => ws.send(connack))),
      { subprotocol: 'json' },
    );
    const url = `ws://127.0.0.1:${port}/`;
    const { code, stdout } = await probe(url, BY_MESSAGE);
    expect(code).toBe(4);
    expect(stdout).toMatch(/← binary {3}4 bytes: 20 02 00 00\n/);
    expect(stdout).toContain('the server speaks a binary protocol, such as MQTT, NATS or Protobuf\n');
    expect(stdout).toContain('    target:\n      subprotocols: [NAME-OF-THE-JSON-FORM]\n');
    expect((await found(url, [...BY_MESSAGE, 'target.subprotocols=[json]'])).code).toBe(0);
  });

  test('that counts commands by numbers', async () => {
    const answers = {
      auth: accept,
      do: (ws: WebSocket, { id }: Record<string, unknown>) =>
        say(ws, typeof id === 'number' ? { type: 'ack', id } : { type: 'error', message: 'id must be a number' }),
    };
    const { port } = await gateway(byType(answers));
    const url = `ws://127.0.0.1:${port}/`;
    const { code, cause, yaml } = await found(url, [...BY_MESSAGE, COMMANDS]);
    expect([code, cause]).toEqual([1, 'the server counts its commands by numbers, and squall sends ids of text']);
    expect(yaml).toBe(`target:\n  protocol: { json: { command: '{"type":"do","id":{seq}}' } }`);
    expect(
      (await found(url, [...BY_MESSAGE, COMMANDS, `target.protocol.json.command='{"type":"do","id":{seq}}'`])).code,
    ).toBe(0);
  });

  test('that pings by messages', async () => {
    const { port } = await gateway(
      (ws, request) => {
        SERVES(ws, request);
        let waits = false;
        ws.on('message', (data) => (waits &&= !textOf(data).includes('pong')));
        const pinging = setInterval(() => {
          if (waits) ws.close(4000, 'no pong');
          waits = true;
          say(ws, { type: 'ping', at: 1 });
        }, 300);
        ws.on('close', () => clearInterval(pinging));
      },
      { pings: false },
    );
    const url = `ws://127.0.0.1:${port}/`;
    const { code, cause, yaml } = await found(url, BY_MESSAGE);
    expect([code, cause]).toEqual([1, 'the server pings by a message, and nothing answers it']);
    expect(yaml).toBe(`target:\n  protocol: { json: { replies: [{ to: { type: ping }, send: '{"type":"pong"}' }] } }`);
    expect(
      (
        await found(url, [
          ...BY_MESSAGE,
          `target.protocol.json.replies=[{ to: { type: ping }, send: '{"type":"pong"}' }]`,
        ])
      ).code,
    ).toBe(0);
  });

  test('that speaks plain HTTP', async () => {
    const { port } = await gateway(SERVES);
    const { code, cause, yaml } = await found(`wss://127.0.0.1:${port}/`, BY_MESSAGE);
    expect([code, cause]).toEqual([4, 'the server speaks plain HTTP, and the URL says wss://']);
    expect((await found(`wss://127.0.0.1:${port}/`, [...BY_MESSAGE, asSet(yaml)])).code).toBe(0);
  });

  test.each([
    ['never answers', (request: IncomingMessage) => void request.resume(), /does not answer$/, 'url: '],
    [
      'refuses the token',
      (_request: IncomingMessage, response: ServerResponse) => void response.writeHead(401).end('who?'),
      /does not accept the token/,
      'headers: ',
    ],
  ] as const)('whose service of tickets %s', async (_, answer, says, key) => {
    const { port } = await gateway(SERVES);
    const tickets = await listening(createHttp(answer));
    const service = `http://127.0.0.1:${tickets.port}/ticket`;
    const source = `tokens={ carrier: { query: t }, source: { mint: {}, endpoint: { ticket: { url: "${service}", answer: { ticket: t } } } } }`;
    const { code, causes } = await found(`ws://127.0.0.1:${port}/`, [source]);
    expect(code).toBe(4);
    expect(causes).toHaveLength(1);
    expect(causes[0]?.cause).toContain(`the ticket service ${service}`);
    expect(causes[0]?.cause).toMatch(says);
    expect(causes[0]?.yaml).toContain(`source: { endpoint: { ticket: { ${key}`);
    const { stdout } = await probe(`ws://127.0.0.1:${port}/`, [source]);
    expect(stdout).toMatch(/^ {2}failed +ticket$/m);
    expect(stdout).toMatch(/^ {2}missed +upgrade$/m);
  });

  test('where nobody listens', async () => {
    const { port, server } = await listening(createHttp());
    server.close();
    const { code, stdout } = await probe(`ws://127.0.0.1:${port}/`, BY_MESSAGE);
    expect(code).toBe(4);
    expect(stdout).toContain(`nothing listens at ws://127.0.0.1:${port}/\n`);
    expect(stdout).toContain(`    target:\n      url: ws://127.0.0.1:${port}/\n`);
    expect(stdout).toMatch(/NOT READY: the client never became ready\n$/);
  });
});
