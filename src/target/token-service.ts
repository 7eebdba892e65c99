import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { wall } from '../core/time/instant.ts';
import { jwksOf, type SigningKey } from '../jwt/keys.ts';
import { mintAccessToken } from '../jwt/mint.ts';
import { RefreshTokens, type RefreshGrant } from '../jwt/refresh-token.ts';
import type { Faults, Obstacle } from './faults.ts';
import { readForm } from './form-body.ts';
import { Hung } from './hung.ts';
import { listen, urlHost } from './listen.ts';
import type { TargetConfig } from './protocol.ts';
import { overloaded, type Reply } from './reply.ts';
import { Rotations } from './rotation.ts';
import { SERVER_LIMITS } from './server-limits.ts';
import { Station } from './station.ts';

/** A refresh in line. */
interface Refresh {
  readonly grant: RefreshGrant;
  readonly response: ServerResponse;
}

/** The HTTP token service: `POST /token` (RFC 6749 section 6, refreshes only) and `GET /.well-known/jwks.json`. */
export class TokenService {
  readonly #config: TargetConfig;
  readonly #key: SigningKey;
  readonly #faults: Faults;
  readonly #tokens: RefreshTokens;
  readonly #rotations = new Rotations();
  readonly #hung = new Hung();
  readonly #server: Server;
  readonly #station: Station<Refresh>;
  #refreshes = 0;
  #reuseDetected = 0;

  constructor(config: TargetConfig, key: SigningKey, faults: Faults) {
    const { capacity, refreshSecret } = config;
    this.#config = config;
    this.#key = key;
    this.#faults = faults;
    this.#tokens = new RefreshTokens(refreshSecret);
    this.#server = createServer(SERVER_LIMITS, (request, response) => void this.#route(request, response));
    this.#station = new Station<Refresh>(
      capacity.refreshesPerSecond ?? Infinity,
      capacity.refreshQueue ?? Infinity,
      (refresh) => void this.#serve(refresh),
    );
  }

  /** @returns the URL of the token endpoint */
  async listen(): Promise<string> {
    const port = await listen(this.#server, this.#config.host, this.#config.tokenPort);
    return `http://${urlHost(this.#config.host)}:${port}/token`;
  }

  get counts() {
    return {
      refreshes: this.#refreshes,
      refreshQueue: this.#station.waiting,
      reuseDetected: this.#reuseDetected,
    };
  }

  /** The fault that left requests hanging is over: their sockets are let go. */
  release(fault: number): void {
    this.#hung.release(fault);
  }

  close(): void {
    this.#station.close(({ response }) => response.destroy());
    this.#server.close();
    this.#server.closeAllConnections();
  }

  async #route(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = (request.url ?? '').split('?', 1)[0];
    const method = path === '/token' ? 'POST' : path === '/.well-known/jwks.json' ? 'GET' : undefined;
    if (method === undefined) return reply(response, NOT_FOUND);
    if (request.method !== method) return reply(response, methodNotAllowed(method));
    if (method === 'GET') return reply(response, { status: 200, body: { ...jwksOf(this.#key) } });
    const body = await readForm(request);
    if (body.ok) this.#admit(body.form, response);
    else if (body.why === 'too-large') reply(response, TOO_LARGE);
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
    const obstacle = this.#faults.obstacle(grant.client);
    if (obstacle !== undefined) return this.#spoil(obstacle, response);
    if (!this.#station.enter({ grant, response })) reply(response, overloaded(this.#station.retryAfterSeconds));
  }

  /**
   * A request meets a fault before anything else sees it, the session's rotation included. `refuse` resets the
   * accepted connection: with the listener closed nobody could count whom it turned away.
   */
  #spoil({ index, mode, spoiled }: Obstacle, response: ServerResponse): void {
    if (mode === 'hang') {
      if (!this.#hung.hold(index, response)) return void response.socket?.resetAndDestroy();
    } else if (mode === 'refuse') {
      response.socket?.resetAndDestroy();
    } else {
      reply(response, { status: mode.status, body: { error: 'temporarily_unavailable' } });
    }
    spoiled();
  }

  /** The end of a refresh's service time: it is carried out whether or not its client still waits. */
  async #serve({ grant, response }: Refresh): Promise<void> {
    const rotation = this.#rotations.use(grant);
    if (!rotation.ok) {
      if (rotation.why === 'reuse') this.#reuseDetected += 1;
      return reply(response, oauthError('invalid_grant', 'the session is over'));
    }
    const { issuer, audience, lifetimeMs } = this.#config;
    const now = Date.now();
    const accessToken = await mintAccessToken(this.#key, {
      client: grant.client,
      session: String(grant.session),
      issuer,
      audience,
      issuedAt: wall(now),
      expiresAt: wall(now + lifetimeMs),
    });
    this.#refreshes += 1;
    reply(response, {
      status: 200,
      body: {
        access_token: accessToken,
        token_type: 'Bearer',
        // Whole seconds (RFC 6749 appendix A.14), rounded down; the token's own exp is exact.
        expires_in: Math.floor(lifetimeMs / 1000),
        refresh_token: this.#tokens.seal({ ...grant, generation: rotation.generation }),
      },
    });
  }
}

const NOT_FOUND: Reply = { status: 404, body: { error: 'not_found' } };
const TOO_LARGE: Reply = { status: 413, headers: { Connection: 'close' }, body: { error: 'invalid_request' } };

function methodNotAllowed(allowed: string): Reply {
  return { status: 405, headers: { Allow: allowed }, body: { error: 'method_not_allowed' } };
}

/** RFC 6749 section 5.2. */
function oauthError(error: string, description?: string): Reply {
  return { status: 400, body: { error, ...(description === undefined ? {} : { error_description: description }) } };
}

/** Nothing that this service says may be stored (RFC 6749 section 5.1). */
function reply(response: ServerResponse, { status, headers, body }: Reply): void {
  if (response.destroyed) return;
  response
    .writeHead(status, { 'Content-Type': 'application/json', 'Cache-Control': 'no-store', ...headers })
    .end(JSON.stringify(body));
}
