import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { WebSocketServer, type WebSocket } from 'ws';
import { Accounts, type Loss } from '../core/server/accounts.ts';
import { CLOSE } from '../core/server/closes.ts';
import { NOBODY, UnauthorizedCount } from '../core/server/unauthorized.ts';
import { ownKey, remoteKeys, type KeySource } from '../jwt/key-source.ts';
import type { SigningKey } from '../jwt/keys.ts';
import { verifyAccessToken, type Verdict } from '../jwt/verify.ts';
import { accessLogOf, CLIENT_GONE, type AccessLog } from './access-log.ts';
import type { TrueAccounts } from './accounts.ts';
import { bearerOf, selectProtocol } from './bearer.ts';
import type { Effects } from './effects.ts';
import type { RequestFaults } from '../core/fault/request-faults.ts';
import { LiveRevocationFeed } from './revocation-feed.ts';
import { listen, urlHost } from './listen.ts';
import { CLIENT_HEADER, type TargetConfig } from './protocol.ts';
import { overloaded, replyToUpgrade, REVOKED, unauthorized, type Reply } from './reply.ts';
import { SERVER_LIMITS } from './server-limits.ts';
import type { WallServiceClock } from './service-clock.ts';
import { publishSession } from './session-channel.ts';
import { Session, type SessionHost } from './session.ts';
import type { Sessions } from './sessions.ts';
import { FifoServer } from './fifo-server.ts';
import { UpgradeFaults, type UpgradeRequestFault } from './upgrade-faults.ts';

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
export const SPARE_CONNECTIONS = 1024;

/** An upgrade request in line. `socket` is destroyed as soon as its client has gone. */
interface Handshake {
  readonly request: IncomingMessage;
  readonly socket: Socket;
  readonly head: Buffer;
  /** a fault that has to wait for its turn with it */
  readonly requestFault: UpgradeRequestFault | undefined;
}

export interface GatewayParts {
  /** what verifies tokens until it knows where the key set is; and an HS256 secret for good */
  readonly key: SigningKey;
  readonly clock: WallServiceClock;
  readonly sessions: Sessions;
  readonly effects: Effects;
  readonly accounts: TrueAccounts;
  readonly faults: RequestFaults<'handshake'>;
}

/** The WebSocket gateway: upgrade requests queue for its capacity, are checked, and become sessions. */
export class Gateway {
  readonly #config: TargetConfig;
  #keys: KeySource;
  readonly #clock: WallServiceClock;
  readonly #sessions: Sessions;
  readonly #faults: RequestFaults<'handshake'>;
  readonly #upgradeFaults: UpgradeFaults;
  readonly #server: Server = createServer(SERVER_LIMITS, declineRequest);
  readonly #upgrader: WebSocketServer;
  readonly #fifo: FifoServer<Handshake>;
  readonly #host: SessionHost;
  /** as far as the gateway has heard */
  readonly #heard: Accounts;
  readonly #revocationFeed: LiveRevocationFeed;
  readonly #unauthorized: UnauthorizedCount;
  readonly #accessLog: AccessLog | undefined;
  #handshakes = 0;
  #wasted = 0;
  #refused = 0;
  #unauthenticated = 0;
  #anonymous = 0;
  #downgraded = 0;

  constructor(config: TargetConfig, { key, clock, sessions, effects, accounts, faults }: GatewayParts) {
    const { capacity, carrier, count, revocation } = config;
    this.#config = config;
    this.#keys = ownKey(key);
    this.#clock = clock;
    this.#upgradeFaults = new UpgradeFaults(clock, faults);
    this.#sessions = sessions;
    this.#faults = faults;
    this.#fifo = new FifoServer<Handshake>(
      capacity.handshakesPerSecond ?? Infinity,
      capacity.queue ?? Infinity,
      (handshake) => void this.#serve(handshake),
    );
    this.#upgrader = new WebSocketServer({
      ...UPGRADER_OPTIONS,
      handleProtocols: (offered) => selectProtocol(offered, carrier),
    });
    this.#upgrader.on('wsClientError', (_error, _socket, request) => this.#refuse(request, BAD_UPGRADE));
    this.#heard = new Accounts(count);
    this.#revocationFeed = new LiveRevocationFeed(revocation, this.#heard, (client, loss, byItself) =>
      this.#hear(client, loss, byItself),
    );
    this.#unauthorized = new UnauthorizedCount(accounts);
    accounts.listen((...loss) => this.#lost(accounts, ...loss));
    this.#accessLog = accessLogOf(config);
    this.#host = this.#hostFor(effects);
    this.#server.on('upgrade', (request, _duplex, head) => this.#arrive(request, head));
  }

  /**
   * @param jwksUrl where the token service shows its keys
   * @returns the URL to connect to
   */
  async listen(jwksUrl: string): Promise<string> {
    // A shared secret stands in no key set.
    if (this.#config.algorithm !== 'HS256') this.#keys = await remoteKeys(jwksUrl, this.#config.algorithm);
    const port = await listen(this.#server, this.#config.host, this.#config.gatewayPort);
    return `ws://${urlHost(this.#config.host)}:${port}/`;
  }

  get counts() {
    return {
      handshakes: this.#handshakes,
      wasted: this.#wasted,
      refusedHandshakes: this.#refused,
      handshakeQueue: this.#fifo.waiting,
      open: this.#sessions.open,
      unauthorized: this.#unauthorized.counts,
      anonymous: this.#anonymous,
      downgraded: this.#downgraded,
    };
  }

  /** @param atMs the run's start by `performance.now()` */
  runBegins(atMs: number): void {
    this.#revocationFeed.runBegins(atMs);
  }

  /** Serves handshakes at this share of its capacity from now on. */
  setCapacity(share: number): void {
    this.#fifo.setRate(share * (this.#config.capacity.handshakesPerSecond ?? Infinity));
  }

  /** Stops listening and ends every connection without waiting for its client. */
  close(): void {
    this.#fifo.close(({ socket }) => socket.destroy());
    this.#server.close();
    this.#server.closeAllConnections();
    this.#upgradeFaults.close();
    this.#sessions.forEach((session) => {
      session.close(CLOSE.goingAway);
      session.terminate();
    });
    this.#sessions.close();
    this.#revocationFeed.close();
    this.#accessLog?.close();
  }

  #hostFor(effects: Effects): SessionHost {
    const each = this.#config.authorization === 'command';
    return {
      now: () => this.#clock.now(),
      behaviour: this.#config,
      verify: (token) => this.#verify(token),
      isRevoked: (client) => this.#heard.hasLost(client, 'session'),
      forbids: (client) => each && !this.#heard.mayCommand(client),
      command: (session, { client, seq, id }, acknowledge) => {
        const done = effects.command(client, seq, id, acknowledge);
        if (done === 'effect')
          this.#unauthorized.tookEffect(session.client, session.tokenExpiresAt, this.#clock.trueNow());
        return done !== 'full';
      },
      wakeAt: (session, at) => this.#sessions.wakeAt(session, at),
      ready: (session) => {
        this.#unauthenticated -= 1;
        this.#sessions.ready(session);
        publishSession({ what: 'ready', client: session.client, slot: session.slot });
      },
      anonymous: () => (this.#anonymous += 1),
      ended: (session) => {
        if (session.client === NOBODY) this.#unauthenticated -= 1;
        else publishSession({ what: 'ended', client: session.client, slot: session.slot });
        this.#sessions.remove(session);
      },
    };
  }

  #verify(token: string): Promise<Verdict> {
    return verifyAccessToken(this.#keys, token, this.#config, this.#clock.now());
  }

  #arrive(request: IncomingMessage, head: Buffer): void {
    const { socket } = request;
    socket.on('error', ignoreError);
    // Whoever hangs up in line frees the descriptor at once, but the work that was asked for is done all the same.
    socket.once('end', destroyThis);
    const client = this.#clientOf(request);
    const requestFault = client === undefined ? undefined : this.#faults.request(client, performance.now());
    if (requestFault && this.#upgradeFaults.turnAway(requestFault, socket, (reply) => this.#refuse(request, reply)))
      return;
    if (this.#fifo.enter({ request, socket, head, requestFault })) return;
    requestFault?.miss('refused');
    this.#refuse(request, overloaded(this.#fifo.retryAfterSeconds));
  }

  /** Whose request it says it is: faults know no one else. The token says it too, but need not be whose it claims. */
  #clientOf({ headers }: IncomingMessage): number | undefined {
    const number = headers[CLIENT_HEADER];
    return typeof number === 'string' && /^\d{1,10}$/.test(number) && Number(number) < this.#config.count
      ? Number(number)
      : undefined;
  }

  /** The end of a handshake's service time. Never rejects: the verdict does not. */
  async #serve({ request, socket, head, requestFault }: Handshake): Promise<void> {
    const token = bearerOf(request, this.#config.carrier);
    const verdict = token === undefined ? undefined : await this.#verify(token);
    if (requestFault) await this.#upgradeFaults.holdBack(requestFault, socket);
    if (socket.destroyed) {
      requestFault?.miss('not-connected');
      this.#wasted += 1;
      this.#handshakes += 1;
      this.#accessLog?.note(request, CLIENT_GONE);
      return;
    }
    const refusal = this.#refusalOf(verdict);
    if (refusal !== undefined) {
      requestFault?.miss('refused');
      return this.#refuse(request, refusal);
    }
    socket.off('error', ignoreError);
    socket.off('end', destroyThis);
    this.#upgrader.handleUpgrade(request, socket, head, (ws) => this.#open(ws, request, verdict, requestFault));
  }

  #refusalOf(verdict: Verdict | undefined): Reply | undefined {
    const { carrier, badToken, count } = this.#config;
    if (carrier.kind !== 'message' && badToken === 'refused' && verdict?.ok !== true)
      return unauthorized(verdict?.flaw);
    if (verdict?.ok === true && this.#host.isRevoked(verdict.client)) return REVOKED;
    const full = this.#sessions.full || this.#unauthenticated >= count + SPARE_CONNECTIONS;
    return full ? overloaded(this.#fifo.retryAfterSeconds) : undefined;
  }

  #open(
    ws: WebSocket,
    request: IncomingMessage,
    verdict: Verdict | undefined,
    requestFault: UpgradeRequestFault | undefined,
  ): void {
    this.#handshakes += 1;
    this.#accessLog?.note(request, 101);
    const session = this.#sessions.add((slot) => new Session(this.#host, slot, ws, request.socket));
    this.#unauthenticated += 1;
    if (verdict?.ok === true) session.admit(verdict);
    else if (this.#config.carrier.kind === 'message') session.awaitAuthentication();
    else session.admitAnonymous();
    if (requestFault) this.#upgradeFaults.accepted(requestFault, session, request.socket);
  }

  #refuse(request: IncomingMessage, reply: Reply): void {
    this.#refused += 1;
    this.#accessLog?.note(request, reply.status);
    replyToUpgrade(request.socket, reply);
  }

  /** The gateway hears of a loss. A lost right ends no connection. */
  #hear(client: number, loss: Loss, byItself: boolean): void {
    const session = loss === 'session' ? this.#sessions.ofClient(client) : undefined;
    // A device that logged out knows that it did: not even a gateway that closes without a word leaves it guessing.
    if (byItself) session?.closeSaying(CLOSE.loggedOut);
    else session?.close(CLOSE.sessionRevoked);
  }

  /** A client has lost something, of which the gateway hears in its own time. */
  #lost(accounts: Accounts, client: number, loss: Loss, byItself: boolean): void {
    this.#revocationFeed.lost(client, loss, byItself);
    if (loss === 'session' || accounts.hasLost(client, loss === 'role' ? 'tenant' : 'role')) return;
    const session = this.#sessions.ofClient(client);
    if (session?.ready === true && session.mayCommand) this.#downgraded += 1;
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
