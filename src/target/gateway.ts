import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { WebSocketServer, type WebSocket } from 'ws';
import { wall } from '../core/time/instant.ts';
import type { SigningKey } from '../jwt/keys.ts';
import { verifyAccessToken, type Verdict } from '../jwt/verify.ts';
import { bearerOf, selectProtocol } from './bearer.ts';
import type { Effects } from './effects.ts';
import { CLOSE } from './frames.ts';
import { listen, urlHost } from './listen.ts';
import type { TargetConfig } from './protocol.ts';
import { overloaded, replyToUpgrade, unauthorized, type Reply } from './reply.ts';
import { SERVER_LIMITS } from './server-limits.ts';
import { Session, type SessionHost } from './session.ts';
import { Sessions } from './sessions.ts';
import { Station } from './station.ts';

const UPGRADER_OPTIONS = {
  noServer: true,
  clientTracking: false,
  perMessageDeflate: false,
  /** bytes of the largest frame that a client may send; ws closes with 1009 above it */
  maxPayload: 64 * 1024,
  /** milliseconds that a client may take to answer a close frame before its socket is destroyed */
  closeTimeout: 5000,
};

/** Connections held beside two for each client: one that ends while the next begins, and strangers. */
const SPARE_CONNECTIONS = 1024;

/** An upgrade request in line. `socket` is destroyed as soon as its client has gone. */
interface Handshake {
  readonly request: IncomingMessage;
  readonly socket: Socket;
  readonly head: Buffer;
}

/** The WebSocket gateway: upgrade requests queue for its capacity, are checked, and become sessions. */
export class Gateway {
  readonly sessions: Sessions;
  readonly #config: TargetConfig;
  readonly #key: SigningKey;
  readonly #server: Server = createServer(SERVER_LIMITS, declineRequest);
  readonly #upgrader: WebSocketServer;
  readonly #station: Station<Handshake>;
  readonly #host: SessionHost;
  #handshakes = 0;
  #wasted = 0;
  #refused = 0;
  #unauthenticated = 0;

  constructor(config: TargetConfig, key: SigningKey, effects: Effects) {
    const { capacity, carrier, count } = config;
    this.#config = config;
    this.#key = key;
    this.sessions = new Sessions(2 * count + SPARE_CONNECTIONS);
    this.#station = new Station<Handshake>(
      capacity.handshakesPerSecond ?? Infinity,
      capacity.queue ?? Infinity,
      (handshake) => void this.#serve(handshake),
    );
    this.#upgrader = new WebSocketServer({
      ...UPGRADER_OPTIONS,
      handleProtocols: (offered) => selectProtocol(offered, carrier),
    });
    this.#upgrader.on('wsClientError', (_error, _socket, request) => this.#refuse(request.socket, BAD_UPGRADE));
    this.#host = this.#hostFor(effects);
    this.#server.on('upgrade', (request, _duplex, head) => this.#enqueue({ request, socket: request.socket, head }));
  }

  /** @returns the URL to connect to */
  async listen(): Promise<string> {
    const port = await listen(this.#server, this.#config.host, this.#config.gatewayPort);
    return `ws://${urlHost(this.#config.host)}:${port}/`;
  }

  get counts() {
    return {
      handshakes: this.#handshakes,
      wasted: this.#wasted,
      refusedHandshakes: this.#refused,
      handshakeQueue: this.#station.waiting,
      open: this.sessions.open,
    };
  }

  /** Stops listening and ends every connection without waiting for its client. */
  close(): void {
    this.#station.close(({ socket }) => socket.destroy());
    this.#server.close();
    this.#server.closeAllConnections();
    this.sessions.forEach((session) => {
      session.close(CLOSE.goingAway);
      session.terminate();
    });
    this.sessions.close();
  }

  #hostFor(effects: Effects): SessionHost {
    return {
      onExpiry: this.#config.onExpiry,
      verify: (token) => this.#verify(token),
      command: (client, seq, id, acknowledge) => effects.command(client, seq, id, acknowledge),
      wakeAt: (session, at) => this.sessions.wakeAt(session, at),
      ready: (session) => {
        this.#unauthenticated -= 1;
        this.sessions.ready(session);
      },
      ended: (session) => {
        if (session.client === -1) this.#unauthenticated -= 1;
        this.sessions.remove(session);
      },
    };
  }

  #verify(token: string): Promise<Verdict> {
    return verifyAccessToken(this.#key, token, this.#config, wall(Date.now()));
  }

  #enqueue(handshake: Handshake): void {
    const { socket } = handshake;
    socket.on('error', ignoreError);
    // Whoever hangs up in line frees the descriptor at once, but the work that was asked for is done all the same.
    socket.once('end', destroyThis);
    if (!this.#station.enter(handshake)) this.#refuse(socket, overloaded(this.#station.retryAfterSeconds));
  }

  /** The end of a handshake's service time. Never rejects: the verdict does not. */
  async #serve({ request, socket, head }: Handshake): Promise<void> {
    const { carrier } = this.#config;
    const token = bearerOf(request, carrier);
    const verdict = token === undefined ? undefined : await this.#verify(token);
    if (socket.destroyed) {
      this.#wasted += 1;
      this.#handshakes += 1;
      return;
    }
    if (carrier.kind !== 'message' && verdict?.ok !== true) {
      this.#refuse(socket, unauthorized(verdict?.flaw));
    } else if (this.sessions.full || this.#unauthenticated >= this.#config.count + SPARE_CONNECTIONS) {
      this.#refuse(socket, overloaded(this.#station.retryAfterSeconds));
    } else {
      socket.off('error', ignoreError);
      socket.off('end', destroyThis);
      this.#upgrader.handleUpgrade(request, socket, head, (ws) => this.#open(ws, socket, verdict));
    }
  }

  #open(ws: WebSocket, socket: Socket, verdict: Verdict | undefined): void {
    this.#handshakes += 1;
    const session = this.sessions.add((slot) => new Session(this.#host, slot, ws, socket));
    this.#unauthenticated += 1;
    if (verdict?.ok === true) session.admit(verdict.client, verdict.expiresAt);
    else session.awaitAuthentication();
  }

  #refuse(socket: Socket, reply: Reply): void {
    this.#refused += 1;
    replyToUpgrade(socket, reply);
  }
}

/** An upgrade request that RFC 6455 section 4.2.1 does not allow. */
const BAD_UPGRADE: Reply = { status: 400, body: { error: 'bad_handshake', advice: 'stop' } };

function ignoreError(): void {}

function destroyThis(this: Socket): void {
  this.destroy();
}

/** Anything but an upgrade. */
function declineRequest(_request: IncomingMessage, response: ServerResponse): void {
  response.writeHead(426, { Connection: 'close', Upgrade: 'websocket' }).end();
}
