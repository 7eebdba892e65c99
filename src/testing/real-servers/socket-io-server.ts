import { createServer } from 'node:http';
import { Server, type Socket } from 'socket.io';
import { listen } from '../../embedded/listen.ts';
import { accessCheck, type Access, type AccessOptions } from './access.ts';
import type { Counts } from './counts.ts';
import { cutOf, HOST, type Served } from './served.ts';

/** A socket.io server with JWT middleware, as its documentation shows one. */
export interface SocketIoOptions extends AccessOptions {
  /** at the token's expiry: the connection is ended, or every later command is refused */
  readonly atExpiry: 'disconnect' | 'refuse-commands';
  /** namespace with the middleware and the command `do`; default: / */
  readonly namespace?: string;
  readonly pingIntervalMs?: number;
  readonly pingTimeoutMs?: number;
}

export async function socketIoServer(options: SocketIoOptions, counts: Counts): Promise<Served> {
  const { namespace = '/', pingIntervalMs = 25_000, pingTimeoutMs = 20_000 } = options;
  const http = createServer();
  const io = new Server(http, { pingInterval: pingIntervalMs, pingTimeout: pingTimeoutMs, serveClient: false });
  const check = accessCheck(options);
  io.engine.on('connection', (raw: { on(event: 'close', then: (reason: string) => void): void }) => {
    counts.add('connections');
    raw.on('close', (reason) => reason === 'ping timeout' && counts.add('pingTimeouts'));
  });
  const users = io.of(namespace);
  users.use((socket, next) => {
    const { token } = socket.handshake.auth as { token?: unknown };
    check(typeof token === 'string' ? token : '').then(
      (access) => {
        socket.data = access;
        next();
      },
      () => {
        counts.add('refused');
        next(Object.assign(new Error('Not authorized'), { data: { code: 'invalid_token' } }));
      },
    );
  });
  users.on('connection', (socket) => accepted(socket, socket.data as Access, options.atExpiry, counts));
  const drop = cutOf(http);
  return { port: await listen(http, HOST, 0), drop };
}

function accepted(socket: Socket, access: Access, atExpiry: SocketIoOptions['atExpiry'], counts: Counts): void {
  counts.add('authenticated');
  if (atExpiry === 'disconnect') {
    const expiry = setTimeout(() => {
      counts.add('expiries');
      socket.disconnect(true);
    }, access.expiresAt - Date.now());
    socket.on('disconnect', () => clearTimeout(expiry));
  }
  // A connection goes on with a newer token only where the application has an event for it.
  socket.on('do', (command: { id?: unknown }, acknowledge?: (answer: object) => void) => {
    if (atExpiry === 'refuse-commands' && Date.now() >= access.expiresAt) {
      counts.add('commandsRefused');
      return acknowledge?.({ ok: false, error: 'jwt expired' });
    }
    counts.command(access.user, command.id);
    return acknowledge?.({ ok: true });
  });
}
