import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { WebSocketServer, type WebSocket } from 'ws';
import { Accounts, type Loss } from '../core/server/accounts.ts';
import { CLOSE } from '../core/server/closes.ts';
import { UNAUTHENTICATED, UnauthorizedCount } from '../core/server/unauthorized.ts';
import { ownKey, remoteKeys, type KeySource } from '../jwt/key-source.ts';
import type { SigningKey } from '../jwt/keys.ts';
import { recogniseToken, verifyAccessToken, verifyWithJose, type Verdict } from '../jwt/verify.ts';
import { accessLogOf, CLIENT_GONE, type AccessLog } from './access-log.ts';
import type { TrueAccounts } from './accounts.ts';
import { bearerOf, selectProtocol } from './bearer.ts';
import type { Effects } from './effects.ts';
import type { RequestFaults } from '../core/fault/request-faults.ts';
import { liveRevocationFeed, type LiveRevocationFeed } from './revocation-feed.ts';
import { listen, SERVER_LIMITS, urlHost } from './listen.ts';
import { CLIENT_HEADER, type TargetConfig } from './protocol.ts';
import { overloaded, replyToUpgrade, REVOKED, unauthorized, type Reply } from './reply.ts';
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
  /** most bytes in a frame from a client; ws closes with 1009 above it */
  maxPayload: 64 * 1024,
  /** longest wait for a client's answer to a close frame before its socket is destroyed, ms */
  closeTimeout: 5000,
};

/** An upgrade request in line; `socket` is destroyed when its client leaves. */
interface Handshake {
  readonly request: IncomingMessage;
  readonly socket: Socket;
  readonly head: Buffer;
  /** fault that acts when the request has been served */
  readonly requestFault: UpgradeRequestFault | undefined;
}

export interface GatewayParts {
  /** key that verifies tokens until the key set's URL is known, and always with HS256 */
  readonly key: SigningKey;
  readonly clock: WallServiceClock;
  readonly sessions: Sessions;
  readonly effects: Effects;
  readonly accounts: TrueAccounts;
  readonly faults: RequestFaults<'handshake'>;
}

/** The WebSocket gateway: upgrade requests wait for its capacity, are checked, and become sessions. */
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
  /** accounts as known to the gateway */
  readonly #known: Accounts;
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
      (handshake) => this.#serve(handshake),
    );
    this.#upgrader = new WebSocketServer({
      ...UPGRADER_OPTIONS,
      handleProtocols: (offered) => selectProtocol(offered, carrier),
    });
    this.#upgrader.on('wsClientError', (_error, _socket, request) => this.#refuse(request, BAD_UPGRADE));
    this.#known = new Accounts(count);
    this.#revocationFeed = liveRevocationFeed(revocation, this.#known, (client, loss, byItself) =>
      this.#closeRevoked(client, loss, byItself),
    );
    this.#unauthorized = new UnauthorizedCount(accounts);
    accounts.listen((...loss) => this.#onLoss(accounts, ...loss));
    this.#accessLog = accessLogOf(config);
    this.#host = this.#hostFor(effects);
    this.#server.on('upgrade', (request, _duplex, head) => this.#arrive(request, head));
  }

  /**
   * Binds the port.
   * @param jwksUrl URL of the token service's key set
   * @returns the URL to connect to
   */
  async listen(jwksUrl: string): Promise<string> {
    // No key set holds a shared secret.
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

  /** @param atMs start of the run by `performance.now()` */
  runBegins(atMs: number): void {
    this.#revocationFeed.runBegins(atMs);
  }

  /** Sets the share of the capacity at which handshakes are served. */
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
      verify: (token) => verifyAccessToken(this.#keys, token, this.#config, this.#clock.now()),
      isRevoked: (client) => this.#known.hasLost(client, 'session'),
      forbids: (client) => each && !this.#known.mayCommand(client),
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
        if (session.client === UNAUTHENTICATED) this.#unauthenticated -= 1;
        else publishSession({ what: 'ended', client: session.client, slot: session.slot });
        this.#sessions.remove(session);
      },
    };
  }

  #verifyWithJose(token: string): Promise<Verdict> {
    return verifyWithJose(this.#keys, token, this.#config, this.#clock.now());
  }

  #arrive(request: IncomingMessage, head: Buffer): void {
    const { socket } = request;
    socket.on('error', ignoreError);
    // A client that leaves the line frees its descriptor at once, but its handshake is still served.
    socket.once('end', destroyThis);
    const client = this.#clientOf(request);
    const requestFault = client === undefined ? undefined : this.#faults.request(client, performance.now());
    if (requestFault && this.#upgradeFaults.turnAway(requestFault, socket, (reply) => this.#refuse(request, reply)))
      return;
    if (this.#fifo.enter({ request, socket, head, requestFault })) return;
    requestFault?.miss('refused');
    this.#refuse(request, overloaded(this.#fifo.retryAfterSeconds));
  }

  /** Reads the client's number from CLIENT_HEADER, since faults must know it before the token is verified. */
  #clientOf({ headers }: IncomingMessage): number | undefined {
    const number = headers[CLIENT_HEADER];
    return typeof number === 'string' && /^\d{1,10}$/.test(number) && Number(number) < this.#config.count
      ? Number(number)
      : undefined;
  }

  /** Ends a handshake's service, at once where nothing has to be waited for: a storm of promises would cost as much as the checks. */
  #serve(handshake: Handshake): void {
    const { request, requestFault } = handshake;
    const token = bearerOf(request, this.#config.carrier);
    const now = this.#clock.now();
    const verdict = token === undefined ? undefined : recogniseToken(this.#keys, token, this.#config, now);
    if (token !== undefined && verdict === undefined) void this.#serveLater(handshake, this.#verifyWithJose(token));
    else if (requestFault) void this.#serveLater(handshake, verdict);
    else this.#answer(handshake, verdict);
  }

  /** @param verdict never rejects */
  async #serveLater(handshake: Handshake, verdict: Promise<Verdict> | Verdict | undefined): Promise<void> {
    const { socket, requestFault } = handshake;
    const known = await verdict;
    if (requestFault) await this.#upgradeFaults.holdBack(requestFault, socket);
    this.#answer(handshake, known);
  }

  #answer({ request, socket, head, requestFault }: Handshake, verdict: Verdict | undefined): void {
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
    const { carrier, badToken, room } = this.#config;
    if (carrier.kind !== 'message' && badToken === 'refused' && verdict?.ok !== true)
      return unauthorized(verdict?.flaw);
    if (verdict?.ok === true && this.#host.isRevoked(verdict.client)) return REVOKED;
    const full = this.#sessions.full || this.#unauthenticated >= room.unauthenticated;
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

  /** Closes the connection of a client whose lost session the gateway learns of; a lost right closes none. */
  #closeRevoked(client: number, loss: Loss, byItself: boolean): void {
    const session = loss === 'session' ? this.#sessions.ofClient(client) : undefined;
    // A device knows that it logged out, so its close has a reason even where `closes` is `bare`.
    if (byItself) session?.closeSaying(CLOSE.loggedOut);
    else session?.close(CLOSE.sessionRevoked);
  }

  /** Passes a client's loss to the revocation feed, and counts a downgraded session. */
  #onLoss(accounts: Accounts, client: number, loss: Loss, byItself: boolean): void {
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

/** Answers a request that is no upgrade. */
function declineRequest(_request: IncomingMessage, response: ServerResponse): void {
  response.writeHead(426, { Connection: 'close', Upgrade: 'websocket' }).end();
}
