import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { RequestFault, RequestFaults } from '../core/fault/request-faults.ts';
import { anotherThan, staleByMs, type RefreshMode } from '../core/fault/refresh.ts';
import { timeMs } from '../core/random/time.ts';
import { wall } from '../core/time/instant.ts';
import { claimsFrom } from '../identity/claims.ts';
import { mintAccessToken } from '../jwt/mint.ts';
import { RefreshTokens, type RefreshGrant } from '../jwt/refresh-token.ts';
import type { Accounts } from '../core/server/accounts.ts';
import { Delays } from './delays.ts';
import { readForm } from './form-body.ts';
import { Hung } from './hung.ts';
import type { SigningKeys } from './signing-keys.ts';
import { listen, SERVER_LIMITS, urlHost } from './listen.ts';
import { malformed } from './malformed.ts';
import { JWKS_PATH, type TargetConfig } from './protocol.ts';
import { outage, overloaded, type Reply } from './reply.ts';
import { Rotations } from './rotation.ts';
import type { WallServiceClock } from './service-clock.ts';
import { FifoServer } from './fifo-server.ts';

/** A refresh in line. */
interface Refresh {
  readonly grant: RefreshGrant;
  readonly response: ServerResponse;
  /** fault that acts when the refresh has been served */
  readonly requestFault: RequestFault<'refresh'> | undefined;
}

export interface TokenServiceParts {
  readonly keys: SigningKeys;
  readonly clock: WallServiceClock;
  readonly faults: RequestFaults<'refresh'>;
  readonly accounts: Accounts;
}

/** The HTTP token service: `POST /token` (RFC 6749 section 6, refreshes only) and `GET /.well-known/jwks.json`. */
export class TokenService {
  readonly #config: TargetConfig;
  readonly #keys: SigningKeys;
  readonly #clock: WallServiceClock;
  readonly #faults: RequestFaults<'refresh'>;
  readonly #accounts: Accounts;
  readonly #tokens: RefreshTokens;
  readonly #rotations: Rotations;
  readonly #hung = new Hung();
  readonly #delays = new Delays();
  readonly #server: Server;
  readonly #fifo: FifoServer<Refresh>;
  #refreshes = 0;
  #reuseDetected = 0;
  #keyFetchesRefused = 0;

  constructor(config: TargetConfig, { keys, clock, faults, accounts }: TokenServiceParts) {
    const { capacity, refreshSecret, reuseDetection } = config;
    this.#config = config;
    this.#keys = keys;
    this.#clock = clock;
    this.#rotations = new Rotations(reuseDetection);
    this.#faults = faults;
    faults.onEnd((index) => this.#hung.release(index));
    this.#accounts = accounts;
    this.#tokens = new RefreshTokens(refreshSecret);
    this.#server = createServer(SERVER_LIMITS, (request, response) => this.#route(request, response));
    this.#fifo = new FifoServer<Refresh>(
      capacity.refreshesPerSecond ?? Infinity,
      capacity.refreshQueue ?? Infinity,
      (refresh) => void this.#serve(refresh),
    );
  }

  /** Binds the port, and returns the URL of the token endpoint. */
  async listen(): Promise<string> {
    const port = await listen(this.#server, this.#config.host, this.#config.tokenPort);
    return `http://${urlHost(this.#config.host)}:${port}/token`;
  }

  get counts() {
    return {
      refreshes: this.#refreshes,
      refreshQueue: this.#fifo.waiting,
      reuseDetected: this.#reuseDetected,
      keyFetchesRefused: this.#keyFetchesRefused,
    };
  }

  close(): void {
    this.#fifo.close(({ response }) => response.destroy());
    this.#delays.close();
    this.#hung.close();
    this.#server.close();
    this.#server.closeAllConnections();
  }

  #route(request: IncomingMessage, response: ServerResponse): void {
    const path = (request.url ?? '').split('?', 1)[0];
    const method = path === '/token' ? 'POST' : path === JWKS_PATH ? 'GET' : undefined;
    if (method === undefined) return reply(response, NOT_FOUND);
    if (request.method !== method) return reply(response, methodNotAllowed(method));
    if (method === 'GET') return this.#showKeys(response);
    readForm(request, (form) => (form === null ? reply(response, TOO_LARGE) : this.#admit(form, response)));
  }

  #admit(form: URLSearchParams, response: ServerResponse): void {
    const grantType = form.get('grant_type');
    const token = form.get('refresh_token');
    if (grantType === null || token === null) return reply(response, oauthError('invalid_request'));
    if (grantType !== 'refresh_token') return reply(response, oauthError('unsupported_grant_type'));
    const grant = this.#tokens.open(token);
    if (grant === undefined || grant.client >= this.#config.count) {
      return reply(response, oauthError('invalid_grant', 'unknown refresh token'));
    }
    const requestFault = this.#faults.request(grant.client, performance.now());
    if (requestFault !== undefined && this.#turnAway(requestFault, response)) return;
    if (this.#fifo.enter({ grant, response, requestFault })) return;
    requestFault?.miss('refused');
    reply(response, overloaded(this.#fifo.retryAfterSeconds));
  }

  #showKeys(response: ServerResponse): void {
    const { jwks } = this.#keys;
    if (jwks !== undefined) return reply(response, { status: 200, body: { ...jwks } });
    this.#keyFetchesRefused += 1;
    reply(response, outage({ status: 503, retryAfter: null }, this.#clock.trueNow()));
  }

  /**
   * Injects a fault before the request is served, so before the session's rotation. `refuse` resets the accepted
   * connection, since hits could not be counted with the listener closed.
   *
   * @returns false: the fault acts at the end of the request's service
   */
  #turnAway(requestFault: RequestFault<'refresh'>, response: ServerResponse): boolean {
    const { occurrence, mode } = requestFault;
    switch (mode.kind) {
      case 'hang':
        if (this.#hung.hold(occurrence.index, response)) break;
        response.socket?.resetAndDestroy();
        requestFault.miss('too-many-hung');
        break;
      case 'refuse':
      case 'reset':
        response.socket?.resetAndDestroy();
        break;
      case 'status':
        reply(response, outage(mode, this.#clock.trueNow()));
        break;
      case 'invalid-grant':
        reply(response, oauthError('invalid_grant', SESSION_OVER));
        break;
      default:
        return false;
    }
    requestFault.hit();
    return true;
  }

  /** Carries a refresh out at the end of its service, whether or not its client still waits. */
  async #serve({ grant, response, requestFault }: Refresh): Promise<void> {
    const rotation = this.#accounts.hasLost(grant.client, 'session') ? REVOKED : this.#rotations.use(grant);
    if (!rotation.ok) {
      if (rotation.why === 'reuse') this.#reuseDetected += 1;
      return this.#answer(oauthError('invalid_grant', SESSION_OVER), response, requestFault);
    }
    const body = {
      access_token: await this.#mint(grant, requestFault?.mode.kind),
      token_type: 'Bearer',
      // Whole seconds (RFC 6749 appendix A.14), rounded down; the token's `exp` is exact.
      expires_in: Math.floor(this.#config.lifetimeMs / 1000),
      refresh_token: this.#tokens.seal({ ...grant, generation: rotation.generation }),
    };
    this.#refreshes += 1;
    this.#answer({ status: 200, body }, response, requestFault);
  }

  #mint({ client, session }: RefreshGrant, spoiltBy: RefreshMode['kind'] | undefined): Promise<string> {
    const { issuer, audience, lifetimeMs, count, claims, perUser } = this.#config;
    const subject = spoiltBy === 'wrong-subject' ? anotherThan(client, count) : client;
    const now = this.#clock.now() - (spoiltBy === 'stale' ? staleByMs(lifetimeMs) : 0);
    return mintAccessToken(this.#keys.signing, {
      client: subject,
      session: String(session),
      issuer,
      audience,
      issuedAt: wall(now),
      expiresAt: wall(now + lifetimeMs),
      rights: { role: !this.#accounts.hasLost(client, 'role'), tenant: !this.#accounts.hasLost(client, 'tenant') },
      extra: claims === null ? undefined : claimsFrom(claims, subject, perUser),
    });
  }

  /**
   * Answers a served refresh. A fault spoils every answer, also one that says that the session is over, which the fault
   * itself has often caused.
   */
  #answer(answer: Reply, response: ServerResponse, requestFault: RequestFault<'refresh'> | undefined): void {
    if (requestFault === undefined) return reply(response, answer);
    // The client left before its turn, so the fault did not cost it the answer.
    if (response.destroyed) return requestFault.miss('not-connected');
    const { mode } = requestFault;
    switch (mode.kind) {
      case 'slow':
        if (!this.#delays.put(response, timeMs(mode.delay, requestFault.draw()), () => reply(response, answer))) {
          requestFault.miss('too-many-hung');
          reply(response, answer);
        }
        break;
      case 'lost':
        response.socket?.resetAndDestroy();
        break;
      case 'malformed':
        send(response, { status: 200 }, malformed(answer.body, requestFault.draw()));
        break;
      default:
        // A flawed token (`stale`, `wrong-subject`): none is issued where the session is over.
        if (answer.status !== 200) requestFault.miss('over-already');
        reply(response, answer);
    }
    requestFault.hit();
  }
}

const REVOKED = { ok: false, why: 'revoked' } as const;
const SESSION_OVER = 'the session is over';
const NOT_FOUND: Reply = { status: 404, body: { error: 'not_found' } };
const TOO_LARGE: Reply = { status: 413, headers: { Connection: 'close' }, body: { error: 'invalid_request' } };

function methodNotAllowed(allowed: string): Reply {
  return { status: 405, headers: { Allow: allowed }, body: { error: 'method_not_allowed' } };
}

/** Makes an error answer (RFC 6749 section 5.2). */
function oauthError(error: string, description?: string): Reply {
  return { status: 400, body: { error, ...(description === undefined ? {} : { error_description: description }) } };
}

function reply(response: ServerResponse, { body, ...head }: Reply): void {
  send(response, head, JSON.stringify(body));
}

/** Sends an answer that may not be stored (RFC 6749 section 5.1). */
function send(response: ServerResponse, { status, headers }: Omit<Reply, 'body'>, text: string): void {
  if (response.destroyed) return;
  response
    .writeHead(status, {
      'Content-Type': 'application/json',
      'Content-Length': Buffer.byteLength(text),
      'Cache-Control': 'no-store',
      ...headers,
    })
    .end(text);
}
