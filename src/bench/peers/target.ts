/**
 * The target of the peers, as a child process: `node target.js CLIENTS` sends its port to its parent, answers one message a
 * connection, says `first` at the first connection and `all` once each of CLIENTS connections has had its answer, and drops
 * all of them when its parent says `drop`. An upgrade without a token is refused, so that no peer saves itself the header.
 */
import { once } from 'node:events';
import { createServer } from 'node:http';
import { WebSocketServer, type WebSocket } from 'ws';

const HOST = '127.0.0.1';
/** Maximum number of connections waiting to be accepted; a burst must not lose SYNs. */
const BACKLOG = 8192;
const MAX_PAYLOAD_BYTES = 65_536;
const TOKEN = /^Bearer [\w-]+\.[\w-]+\.[\w-]+$/;
/** A peer that cannot set a header sends its token in the query. */
const TOKEN_IN_QUERY = /[?&]token=[\w-]+\.[\w-]+\.[\w-]+/;

const wanted = Number(process.argv[2]);
const open = new Set<WebSocket>();
let connected = 0;
let answered = 0;

const http = createServer();
const server = new WebSocketServer({ noServer: true, perMessageDeflate: false, maxPayload: MAX_PAYLOAD_BYTES });
http.on('upgrade', (request, socket, head) => {
  if (!TOKEN.test(request.headers.authorization ?? '') && !TOKEN_IN_QUERY.test(request.url ?? '')) {
    socket.end('HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n\r\n');
    return;
  }
  server.handleUpgrade(request, socket, head, connectedWith);
});
http.listen(0, HOST, BACKLOG);
await once(http, 'listening');
const address = http.address();
if (address === null || typeof address === 'string') throw new Error(`${HOST}: the server has no port`);
process.once('disconnect', () => process.exit());
process.on('message', (message) => {
  if (message === 'drop') for (const socket of open) socket.terminate();
});
process.send?.(address.port);

function connectedWith(socket: WebSocket): void {
  if (++connected === 1) process.send?.('first');
  open.add(socket);
  // A client that disappears is no error for this server.
  socket.on('error', () => {});
  socket.on('close', () => open.delete(socket));
  socket.once('message', (message: Buffer) => {
    socket.send(message.toString('utf8'));
    if (++answered === wanted) process.send?.('all');
  });
}
