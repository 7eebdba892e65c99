import { createServer } from 'node:http';
import { Server, type Socket } from 'socket.io';
import { listen } from '../../embedded/listen.ts';
import { accessCheck, type Access, type AccessOptions } from './access.ts';
import type { Counts } from './counts.ts';
import { cutOf, HOST, type Served } from './served.ts';

type AccessCheck = ReturnType<typeof accessCheck>;

/** A socket.io server with JWT middleware, as its documentation shows one. */
export interface SocketIoOptions extends AccessOptions {
  /** at the token's expiry: the connection is ended, or every later command is refused */
  readonly atExpiry: 'disconnect' | 'refuse-commands';
  /** namespace with the middleware and the command `do`; default: / */
  readonly namespace?: string;
  readonly pingIntervalMs?: number;
  readonly pingTimeoutMs?: number;
  /** how long before the expiry the event `token-expiring` comes; default: never */
  readonly warningMs?: number;
  /** whether an event with two attachments greets each connection */
  readonly binaryGreeting?: boolean;
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
  users.on('connection', (socket) => accepted(socket, options, check, counts));
  const drop = cutOf(http);
  return { port: await listen(http, HOST, 0), drop };
}

function accepted(socket: Socket, options: SocketIoOptions, check: AccessCheck, counts: Counts): void {
  const { atExpiry, binaryGreeting = false } = options;
  const session = new Session(socket, options, counts);
  counts.add('authenticated');
  if (binaryGreeting) socket.emit('picture', Buffer.from('left'), { right: Buffer.from('right') });
  socket.on('do', (command: { id?: unknown }, acknowledge?: (answer: object) => void) => {
    if (atExpiry === 'refuse-commands' && session.isExpired) {
      counts.add('commandsRefused');
      return acknowledge?.({ ok: false, error: 'jwt expired' });
    }
    counts.command(session.user, command.id);
    return acknowledge?.({ ok: true });
  });
  // Socket.IO has no renewal of its own.
  socket.on('renew', ({ token }: { token: string }, acknowledge: (answer: object) => void) => {
    check(token).then(
      (access) => {
        session.goOnWith(access);
        counts.add('renewals');
        acknowledge({ ok: true });
      },
      () => acknowledge({ ok: false }),
    );
  });
}

/** What a connection may do, until its token expires. */
class Session {
  readonly #socket: Socket;
  readonly #options: SocketIoOptions;
  readonly #counts: Counts;
  #access: Access;
  #timers: readonly NodeJS.Timeout[] = [];

  constructor(socket: Socket, options: SocketIoOptions, counts: Counts) {
    this.#socket = socket;
    this.#options = options;
    this.#counts = counts;
    this.#access = socket.data as Access;
    this.goOnWith(this.#access);
    socket.on('disconnect', () => this.#clear());
  }

  get user(): string {
    return this.#access.user;
  }

  get isExpired(): boolean {
    return Date.now() >= this.#access.expiresAt;
  }

  goOnWith(access: Access): void {
    const { atExpiry, warningMs } = this.#options;
    const leftMs = access.expiresAt - Date.now();
    this.#clear();
    this.#access = access;
    const warning = warningMs === undefined ? [] : [setTimeout(() => this.#warn(), leftMs - warningMs)];
    this.#timers = atExpiry === 'disconnect' ? [...warning, setTimeout(() => this.#end(), leftMs)] : warning;
  }

  #warn(): void {
    this.#socket.emit('token-expiring', { inMs: this.#options.warningMs });
  }

  #end(): void {
    this.#counts.add('expiries');
    this.#socket.disconnect(true);
  }

  #clear(): void {
    for (const timer of this.#timers) clearTimeout(timer);
  }
}
