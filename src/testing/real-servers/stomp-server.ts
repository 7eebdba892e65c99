import { createServer } from 'node:http';
import { type WebSocket, WebSocketServer } from 'ws';
import { listen } from '../../embedded/listen.ts';
import { type Access, accessCheck, type AccessOptions } from './access.ts';
import type { Counts } from './counts.ts';
import { cutOf, HOST, type Served } from './served.ts';

/**
 * A STOMP 1.2 server after the specification. npm has no broker that answers receipts; `stompjs.library.test.ts` proves this one with
 * `@stomp/stompjs`, and `artemis.real.test.ts` holds squall against ActiveMQ Artemis.
 */
export interface StompOptions extends AccessOptions {
  /** how often the server can send a heart-beat, and how often it wants one, ms; 0: never */
  readonly heartbeatMs?: readonly [outgoing: number, incoming: number];
  /** whether an answer and the heart-beat after it come in one frame of WebSocket, and long ones in two */
  readonly mixesFrames?: boolean;
}

type Headers = Readonly<Record<string, string>>;

/** Silence after which a server gives a client up, in intervals of its heart-beats. */
const GRACE = 2;

export async function stompServer(options: StompOptions, counts: Counts): Promise<Served> {
  const http = createServer();
  const check = accessCheck(options);
  const sockets = new WebSocketServer({
    server: http,
    handleProtocols: (offered) => (offered.has('v12.stomp') ? 'v12.stomp' : false),
  });
  sockets.on('connection', (socket) => {
    counts.add('connections');
    const session = new StompSession(socket, check, options, counts);
    socket.on('message', (data: Buffer) => void session.receive(data.toString()));
  });
  const drop = cutOf(http);
  return { port: await listen(http, HOST, 0), drop };
}

/** One connection of the server. */
class StompSession {
  readonly #socket: WebSocket;
  readonly #check: (token: string) => Promise<Access>;
  readonly #options: StompOptions;
  readonly #counts: Counts;
  readonly #timers: NodeJS.Timeout[] = [];
  #access: Access | null = null;
  #heardAt = Date.now();
  #messages = 0;

  constructor(socket: WebSocket, check: (token: string) => Promise<Access>, options: StompOptions, counts: Counts) {
    this.#socket = socket;
    this.#check = check;
    this.#options = options;
    this.#counts = counts;
    socket.on('error', () => {});
    socket.on('close', () => {
      for (const timer of this.#timers) clearInterval(timer);
    });
  }

  async receive(text: string): Promise<void> {
    this.#heardAt = Date.now();
    if (text === '\n') return this.#counts.add('clientPings');
    const { command, headers, body } = parsed(text);
    if (command === 'CONNECT' && this.#access === null) return this.#connect(headers);
    if (this.#access === null) return this.#fail('not connected');
    switch (command) {
      case 'SEND':
        this.#counts.command(this.#access.user, (JSON.parse(body) as { id: unknown }).id);
        if (headers['destination'] === '/app/echo') this.#send('MESSAGE', this.#messageHeaders(), body);
        break;
      case 'SUBSCRIBE':
        break;
      case 'DISCONNECT':
        break;
      default:
        this.#counts.add('strangeMessages');
        return this.#fail(`unknown command ${command}`);
    }
    return headers['receipt'] === undefined ? undefined : this.#send('RECEIPT', { 'receipt-id': headers['receipt'] });
  }

  #messageHeaders(): Headers {
    this.#messages += 1;
    return { subscription: 's', 'message-id': `m:${this.#messages}`, destination: '/topic/echo' };
  }

  async #connect(headers: Headers): Promise<void> {
    const token = headers['passcode'] ?? (headers['Authorization'] ?? '').replace(/^Bearer /, '');
    try {
      const access = await this.#check(token);
      if (this.#socket.readyState !== this.#socket.OPEN) return;
      this.#access = access;
      this.#counts.add('authenticated');
      const [outgoing, incoming] = this.#options.heartbeatMs ?? [0, 0];
      this.#send('CONNECTED', { version: '1.2', 'heart-beat': `${outgoing},${incoming}`, server: 'spec:1' });
      this.#beat(outgoing, incoming, headers['heart-beat'] ?? '0,0');
      this.#timers.push(setTimeout(() => this.#expire(), access.expiresAt - Date.now()));
    } catch {
      this.#counts.add('refused');
      this.#fail('invalid token');
    }
  }

  #beat(outgoing: number, incoming: number, ofClient: string): void {
    const [sends = 0, wants = 0] = ofClient.split(',').map(Number);
    if (outgoing > 0 && wants > 0)
      this.#timers.push(setInterval(() => this.#socket.send('\n'), Math.max(outgoing, wants)));
    if (incoming === 0 || sends === 0) return;
    const everyMs = Math.max(incoming, sends);
    this.#timers.push(
      setInterval(() => {
        if (Date.now() - this.#heardAt <= everyMs * GRACE) return;
        this.#counts.add('pingTimeouts');
        this.#fail('no heart-beat');
      }, everyMs),
    );
  }

  #expire(): void {
    this.#counts.add('expiries');
    this.#fail('token expired: log in again');
  }

  #fail(message: string): void {
    this.#send('ERROR', { message, 'content-type': 'text/plain' }, 'The session is over.');
    this.#socket.close(1008, message);
  }

  #send(command: string, headers: Headers, body = ''): void {
    if (this.#socket.readyState !== this.#socket.OPEN) return;
    const escape = (text: string): string =>
      command === 'CONNECTED' ? text : text.replaceAll('\\', '\\\\').replaceAll(':', '\\c').replaceAll('\n', '\\n');
    const lines = Object.entries(headers).map(([name, value]) => `${escape(name)}:${escape(value)}\n`);
    const length = body === '' ? '' : `content-length:${Buffer.byteLength(body)}\n`;
    const frame = `${command}\n${lines.join('')}${length}\n${body}\0`;
    if (this.#options.mixesFrames !== true) return this.#socket.send(frame);
    this.#socket.send(frame.slice(0, 7));
    return this.#socket.send(`${frame.slice(7)}\n\n`);
  }
}

function parsed(text: string): { readonly command: string; readonly headers: Headers; readonly body: string } {
  const [head = '', ...rest] = text.split('\n\n');
  const [command = '', ...lines] = head.split('\n');
  const pairs = lines.map((line): [string, string] => {
    const colon = line.indexOf(':');
    return [line.slice(0, colon), line.slice(colon + 1).replaceAll('\\c', ':')];
  });
  return { command, headers: Object.fromEntries(pairs), body: rest.join('\n\n').split('\0', 1)[0] ?? '' };
}
