/**
 * A plain `ws` server as a child process for all clients of a bench: `node server.js LISTENERS [tls]` sends the URLs of that
 * many ports to its parent, and runs until the parent disconnects.
 */
import { once } from 'node:events';
import { createServer as createHttp } from 'node:http';
import { createServer as createHttps } from 'node:https';
import { WebSocketServer } from 'ws';
import { serverTls } from '../testing/real-servers/certificates.ts';

const HOST = '127.0.0.1';
/** Maximum number of connections waiting to be accepted; a burst must not lose SYNs. */
const BACKLOG = 4096;
const MAX_PAYLOAD_BYTES = 65_536;

const isSecure = process.argv[3] === 'tls';
const urls: string[] = [];
for (let n = 0; n < Number(process.argv[2]); n++) urls.push(await listen());
process.once('disconnect', () => process.exit());
process.send?.(urls);

async function listen(): Promise<string> {
  const http = isSecure ? createHttps(serverTls('private-ca')) : createHttp();
  const server = new WebSocketServer({ server: http, perMessageDeflate: false, maxPayload: MAX_PAYLOAD_BYTES });
  // A client that disappears is no error for this server.
  server.on('connection', (socket) => socket.on('error', () => {}));
  http.listen({ host: HOST, port: 0, backlog: BACKLOG });
  await once(http, 'listening');
  const address = http.address();
  if (address === null || typeof address === 'string') throw new Error(`${HOST}: the server has no port`);
  return `${isSecure ? 'wss' : 'ws'}://${HOST}:${address.port}`;
}
