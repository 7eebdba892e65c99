import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { Carrier } from '../core/token/carrier.ts';
import { Connection, type ConnectionEvents } from './connection.ts';
import { TokenRequests } from './token-requests.ts';
import { acceptFor, type Endpoint } from './upgrade.ts';

/** Handshakes and token requests made, and how many of each at a time: by then the compiler has seen enough. */
const ROUNDS = 8;
const AT_A_TIME = 40;

const LOOPBACK = '127.0.0.1';
/** Three parts, as a JWT has, and nothing in them. */
const PRETEND_TOKEN = 'e30.e30.e30';

/**
 * Runs the worker's own code hot, against a server of its own in the same thread, before the run begins. Code that
 * V8 has not compiled yet takes two or three times as long, and would be measured as the target's slowness.
 */
export async function warmUp(carrier: Carrier): Promise<void> {
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
  const requests = new TokenRequests({ url: `http://${LOOPBACK}:${port}/`, address: LOOPBACK }, false);
  for (let round = 0; round < ROUNDS; round++) {
    const all = Array.from({ length: AT_A_TIME }, () => [
      requests.ask(PRETEND_TOKEN, new AbortController().signal),
      connectOnce(gateway, carrier),
    ]);
    await Promise.all(all.flat());
  }
  await requests.close();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
}

/** Answers every upgrade, and ends the connection when the client speaks: it says goodbye. */
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

function connectOnce(gateway: Endpoint, carrier: Carrier): Promise<void> {
  return new Promise((resolve) => {
    const events: ConnectionEvents = {
      opened: () => connection.hangUp(),
      heard: () => {},
      message: () => {},
      ended: () => {},
      closed: resolve,
    };
    const connection = new Connection(0, gateway, carrier, PRETEND_TOKEN, events);
  });
}
