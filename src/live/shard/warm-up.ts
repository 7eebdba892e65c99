import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import type { Carrier } from '../../core/token/carrier.ts';
import { shapeOf } from '../../core/protocol/specs.ts';
import { noneCodec } from '../../protocols/none.ts';
import { Abort } from '../abort.ts';
import { type ColdEvents, warmingEvents } from './cold-events.ts';
import { probeHandshake, type ProbeParts } from '../socket/handshake-probe.ts';
import { plainEndpoint } from '../tokens/token-endpoint.ts';
import { TokenRequests } from '../tokens/token-requests.ts';
import { acceptFor } from '../socket/upgrade.ts';
import { upgradeForm } from '../socket/upgrade-form.ts';

/** Handshakes or token requests of a round. */
const AT_A_TIME = 40;
const LOOPBACK = '127.0.0.1';
/** Longest time of a handshake, ms. */
const TIMEOUT_MS = 10_000;
/** A token of three empty parts, as a JWT has. */
const PRETEND_TOKEN = 'e30.e30.e30';
const TOKEN_BODY = `{"access_token":"${PRETEND_TOKEN}","expires_in":60}`;
const TOKEN_ANSWER = `HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: ${TOKEN_BODY.length}\r\n\r\n${TOKEN_BODY}`;
const KEY_HEADER = 'Sec-WebSocket-Key: ';

/** Rounds that this thread has gone through, by carrier. */
const gone = new Map<Carrier['kind'], { handshakes: number; requests: number }>();

/**
 * Makes V8 compile the code of handshakes and token requests before the run begins, against a server in the same
 * thread. Code that is not compiled yet takes two or three times as long, which would count as the target's slowness.
 *
 * @param cold numbers of events: the more, the longer the warm-up, within bounds
 */
export async function warmUp(carrier: Carrier, cold: ColdEvents): Promise<void> {
  const before = gone.get(carrier.kind) ?? { handshakes: 0, requests: 0 };
  const rounds = { handshakes: roundsFor(cold.handshakes), requests: roundsFor(cold.requests) };
  if (before.handshakes >= rounds.handshakes && before.requests >= rounds.requests) return;
  const server = createServer((socket) => answer(socket, carrier));
  server.listen({ host: LOOPBACK, port: 0 });
  await once(server, 'listening');
  const address = server.address();
  if (typeof address !== 'object' || address === null) return;
  const { port } = address;
  const gateway = { address: LOOPBACK, port, secure: false, hostName: LOOPBACK, authority: LOOPBACK, path: '/' };
  const use = { carrier: carrier.kind, renewal: 'reconnect', commands: false, heartbeat: false } as const;
  const codec = noneCodec(shapeOf({ kind: 'none' }, use));
  const parts = { gateways: [gateway], form: upgradeForm(carrier), codec, timeoutMs: TIMEOUT_MS };
  const requests = new TokenRequests(plainEndpoint(`http://${LOOPBACK}:${port}/`, LOOPBACK), false);
  for (let round = 0; round < Math.max(rounds.handshakes, rounds.requests); round++) {
    const all: Promise<unknown>[] = [];
    for (let n = 0; n < AT_A_TIME; n++) {
      if (round >= before.requests && round < rounds.requests)
        all.push(requests.refresh({ client: 0, refresh: PRETEND_TOKEN }, null, new Abort()));
      if (round >= before.handshakes && round < rounds.handshakes) all.push(connectOnce(parts));
    }
    await Promise.all(all);
  }
  await requests.close();
  await new Promise((resolve) => server.close(resolve));
  gone.set(carrier.kind, {
    handshakes: Math.max(before.handshakes, rounds.handshakes),
    requests: Math.max(before.requests, rounds.requests),
  });
}

function roundsFor(events: number): number {
  return Math.ceil(warmingEvents(events) / AT_A_TIME);
}

/**
 * Answers an upgrade or a token request, and ends the connection when the client sends its close frame. An HTTP server in this
 * thread would double the cost, and leave the code that all sockets share prepared for its own kinds of sockets, too.
 */
function answer(socket: Socket, carrier: Carrier): void {
  let isUpgraded = false;
  socket.on('data', (bytes) => {
    if (isUpgraded) return void socket.end();
    const request = bytes.toString('latin1');
    const at = request.indexOf(KEY_HEADER);
    isUpgraded = at !== -1;
    if (!isUpgraded) return void socket.write(TOKEN_ANSWER);
    const from = at + KEY_HEADER.length;
    const protocol = carrier.kind === 'subprotocol' ? `Sec-WebSocket-Protocol: ${carrier.protocol}\r\n` : '';
    socket.write(
      'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n' +
        `Sec-WebSocket-Accept: ${acceptFor(request.slice(from, request.indexOf('\r\n', from)))}\r\n${protocol}\r\n`,
    );
  });
  socket.on('error', () => socket.destroy());
}

async function connectOnce(parts: ProbeParts): Promise<void> {
  const probe = probeHandshake(parts, PRETEND_TOKEN, 0);
  await probe.outcome;
  probe.hangUp();
  await probe.gone;
}
