import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { Carrier } from '../core/token/carrier.ts';
import { codecOf } from '../protocols/registry.ts';
import { Abort } from './abort.ts';
import { probeHandshake, type ProbeParts } from './handshake-probe.ts';
import { plainEndpoint } from './token-endpoint.ts';
import { TokenRequests } from './token-requests.ts';
import { acceptFor } from './upgrade.ts';
import { upgradeForm } from './upgrade-form.ts';

/** Rounds of a small population's warm-up, in which V8 compiles what runs most. */
const FEWEST_ROUNDS = 8;
/** Rounds of a large population's warm-up, in which V8 compiles nearly all that a storm runs. */
const MOST_ROUNDS = 25;
/** Handshakes and token requests of a round. */
const AT_A_TIME = 40;

const LOOPBACK = '127.0.0.1';
/** Longest time of a handshake, ms. */
const TIMEOUT_MS = 10_000;
/** A token of three empty parts, as a JWT has. */
const PRETEND_TOKEN = 'e30.e30.e30';

/** Rounds that this thread has gone through, by carrier. */
const gone = new Map<Carrier['kind'], number>();

/**
 * Makes V8 compile the code of handshakes and token requests before the run begins, against a server in the same
 * thread. Code that is not compiled yet takes two or three times as long, which would count as the target's slowness.
 *
 * @param clients number of clients that this thread will hold: the more, the longer the warm-up, within bounds
 */
export async function warmUp(carrier: Carrier, clients: number): Promise<void> {
  const rounds = Math.min(Math.max(Math.ceil(clients / AT_A_TIME), FEWEST_ROUNDS), MOST_ROUNDS);
  const before = gone.get(carrier.kind) ?? 0;
  if (before >= rounds) return;
  const server = createServer((request, response) => {
    request.resume();
    request.on('end', () => response.end(`{"access_token":"${PRETEND_TOKEN}","expires_in":60}`));
  });
  acceptUpgrades(server, carrier);
  server.listen({ host: LOOPBACK, port: 0 });
  await once(server, 'listening');
  const address = server.address();
  if (typeof address !== 'object' || address === null) return;
  const { port } = address;
  const gateway = { address: LOOPBACK, port, secure: false, hostName: LOOPBACK, authority: LOOPBACK, path: '/' };
  const codec = codecOf(
    { kind: 'none' },
    { carrier: carrier.kind, renewal: 'reconnect', commands: false, heartbeat: false },
  );
  const parts = { gateways: [gateway], form: upgradeForm(carrier), codec, timeoutMs: TIMEOUT_MS };
  const requests = new TokenRequests(plainEndpoint(`http://${LOOPBACK}:${port}/`, LOOPBACK), false);
  for (let round = before; round < rounds; round++) {
    const all = Array.from({ length: AT_A_TIME }, () => [
      requests.refresh({ client: 0, refresh: PRETEND_TOKEN }, null, new Abort()),
      connectOnce(parts),
    ]);
    await Promise.all(all.flat());
  }
  await requests.close();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  gone.set(carrier.kind, rounds);
}

/** Answers every upgrade, and ends the connection when the client sends its close frame. */
function acceptUpgrades(server: Server, carrier: Carrier): void {
  server.on('upgrade', (request, socket) => {
    const protocol = carrier.kind === 'subprotocol' ? `Sec-WebSocket-Protocol: ${carrier.protocol}\r\n` : '';
    socket.write(
      'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n' +
        `Sec-WebSocket-Accept: ${acceptFor(request.headers['sec-websocket-key'] ?? '')}\r\n${protocol}\r\n`,
    );
    socket.on('data', () => socket.end());
    socket.on('error', () => socket.destroy());
  });
}

async function connectOnce(parts: ProbeParts): Promise<void> {
  const probe = probeHandshake(parts, PRETEND_TOKEN, 0);
  await probe.outcome;
  probe.hangUp();
  await probe.gone;
}
