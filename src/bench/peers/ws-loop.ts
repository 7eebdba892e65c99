/**
 * A bare loop of `ws` clients: `node ws-loop.js PORT CLIENTS TOKEN` connects all, sends one message each, and ends when all
 * are dropped.
 */
import { setImmediate as turn } from 'node:timers/promises';
import { WebSocket } from 'ws';

/** Connections begun in one turn of the event loop, so that the first is answered before all have begun. */
const AT_ONCE = 50;

const [, , port = '', clients = '', token = ''] = process.argv;
const headers = { Authorization: `Bearer ${token}` };
for (let n = 0; n < Number(clients); n++) {
  const socket = new WebSocket(`ws://127.0.0.1:${port}/`, { headers, perMessageDeflate: false });
  socket.on('open', () => socket.send('{"op":"hello"}'));
  // The end of this process shows that a connection failed: the target then never has them all.
  socket.on('error', () => {});
  if (n % AT_ONCE === AT_ONCE - 1) await turn();
}
