import { isIP, type LookupFunction } from 'node:net';
import type { SecureContext } from 'node:tls';
import { Client, Pool, type Dispatcher } from 'undici';
import { NETWORK, type Signal } from '../core/signal.ts';
import { ioErrorWords, signalOf } from './io-error.ts';
import type { TokenEndpoint } from './shard-messages.ts';
import { MAX_SECONDS } from './credentials.ts';
import { tokenContext } from './secure-contexts.ts';
import { USER_AGENT } from './user-agent.ts';

/** Answer of a token endpoint. */
export type TokenAnswer =
  | {
      readonly ok: true;
      readonly access: string;
      /** the next refresh token, where the endpoint rotates them */
      readonly refresh: string | null;
      readonly expiresInMs: number | null;
    }
  /**
   * `retryAfter`: value of the header, if present; `said`: description of the endpoint's answer, which may quote it, if there
   * was one
   */
  | { readonly ok: false; readonly signal: Signal; readonly retryAfter?: string; readonly said?: string };

/** Most bytes of a token response; a larger one is malformed. */
const MAX_BODY_BYTES = 65_536;
/** Most characters of a refusal that are read. */
const SAID_CHARS = 1000;
/** Most sockets per worker that pooled requests share. */
const POOLED_SOCKETS = 64;
/** Error that ends a connection after its request; shared, since making one costs a tenth of a request's time. */
const SERVED = new Error('the request is over');
/** Timeout of undici, ms; long, since the client's own timeout ends requests. */
const UNDICI_TIMEOUT_MS = 3_600_000;

/**
 * The clients' way to a token endpoint: `POST` with a refresh token (RFC 6749 section 6). Each request has a TCP
 * connection of its own, as those of separate devices have, unless they are pooled.
 */
export class TokenRequests {
  readonly #origin: string;
  readonly #path: string;
  readonly #options: Client.Options;
  readonly #pool: Pool | null;

  constructor(endpoint: TokenEndpoint, pooled: boolean) {
    const url = new URL(endpoint.url);
    this.#origin = url.origin;
    this.#path = `${url.pathname}${url.search}`;
    this.#options = {
      connectTimeout: UNDICI_TIMEOUT_MS,
      headersTimeout: UNDICI_TIMEOUT_MS,
      bodyTimeout: UNDICI_TIMEOUT_MS,
      connect: { ...pinned(endpoint), ...(url.protocol === 'https:' ? secured(endpoint) : {}) },
    };
    this.#pool = pooled ? new Pool(url.origin, { ...this.#options, connections: POOLED_SOCKETS }) : null;
  }

  /** Requests a token. Never rejects: a failure is a signal, also after an abort. */
  async ask(refreshToken: string, abort: AbortSignal): Promise<TokenAnswer> {
    if (abort.aborted) return failed(NETWORK.other);
    const dispatcher = this.#pool ?? new Client(this.#origin, this.#options);
    try {
      const response = await dispatcher.request({
        path: this.#path,
        method: 'POST',
        headers: {
          'content-type': 'application/x-www-form-urlencoded',
          accept: 'application/json',
          'user-agent': USER_AGENT,
        },
        body: `grant_type=refresh_token&refresh_token=${encodeURIComponent(refreshToken)}`,
        signal: abort,
      });
      const retryAfter = response.headers['retry-after'];
      const { statusCode: status } = response;
      const answer = answerOf(status, await textOf(response));
      return answer.ok || retryAfter === undefined ? answer : { ...answer, retryAfter: [retryAfter].flat()[0] ?? '' };
    } catch (error) {
      if (error instanceof TooLarge) return failed(NETWORK.malformed, `a body of more than ${MAX_BODY_BYTES} bytes`);
      const words = ioErrorWords(error);
      return words === '' ? failed(signalOf(error)) : failed(signalOf(error), words);
    } finally {
      if (dispatcher !== this.#pool) void dispatcher.destroy(SERVED);
    }
  }

  async close(): Promise<void> {
    await this.#pool?.destroy();
  }
}

/** Connects to the address that was checked, without another look-up. */
function pinned({ address }: TokenEndpoint): { lookup: LookupFunction } {
  const family = isIP(address);
  return {
    lookup: (_host, options, found) =>
      options.all ? found(null, [{ address, family }]) : found(null, address, family),
  };
}

/** Settings for TLS, whose context all requests share. */
function secured({ tls }: TokenEndpoint): {
  readonly secureContext: SecureContext;
  readonly rejectUnauthorized?: boolean;
} {
  const secureContext = tokenContext(tls ?? null);
  return tls === undefined ? { secureContext } : { secureContext, rejectUnauthorized: tls.verify };
}

class TooLarge extends Error {}

/** Reads the body. The body of a refusal counts as empty when it is too large. */
async function textOf({ statusCode, body }: Dispatcher.ResponseData): Promise<string> {
  try {
    return await readAll(body);
  } catch (error) {
    if (statusCode !== 200 && error instanceof TooLarge) return '';
    throw error;
  }
}

async function readAll(body: Dispatcher.ResponseData['body']): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of body) {
    if (!Buffer.isBuffer(chunk)) continue;
    bytes += chunk.length;
    if (bytes > MAX_BODY_BYTES) throw new TooLarge();
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}

function answerOf(status: number, body: string): TokenAnswer {
  const fields = parse(body);
  if (status !== 200) {
    return failed(fields['error'] === 'invalid_grant' ? NETWORK.invalidGrant : status, refusal(status, fields, body));
  }
  const { access_token: access, refresh_token: refresh, expires_in: expiresIn } = fields;
  if (!isToken(access)) return failed(NETWORK.malformed, withoutToken(fields, body));
  return {
    ok: true,
    access,
    refresh: isToken(refresh) ? refresh : null,
    expiresInMs: typeof expiresIn === 'number' && expiresIn > 0 && expiresIn <= MAX_SECONDS ? expiresIn * 1000 : null,
  };
}

/** Describes a refusal by its error and description (RFC 6749 section 5.2), or by the beginning of its body. */
function refusal(status: number, { error, error_description: why }: Fields, body: string): string {
  if (typeof error !== 'string') return `HTTP ${status} ${body.slice(0, SAID_CHARS)}`;
  return `${error.slice(0, SAID_CHARS)}${typeof why === 'string' ? `: ${why.slice(0, SAID_CHARS)}` : ''} (HTTP ${status})`;
}

/** Describes an answer without a token by the names of its fields only, since their values may be secret. */
function withoutToken(fields: Fields, body: string): string {
  const names = Object.keys(fields);
  if (names.length === 0)
    return `HTTP 200 with ${body === '' ? 'nothing in it' : 'a body that is no JSON object, or an empty one'}`;
  if (Object.hasOwn(fields, 'access_token')) return 'HTTP 200 with an access_token that is no token';
  return `HTTP 200 without access_token; it has ${names.slice(0, 8).join(', ').slice(0, SAID_CHARS)}`;
}

/** Makes a failed answer without a Retry-After. */
export function failed(signal: Signal, said?: string): TokenAnswer & { readonly ok: false } {
  return said === undefined ? { ok: false, signal } : { ok: false, signal, said };
}

/** Returns whether a value is visible ASCII (RFC 6749 appendix A.12), so that it cannot add a header to the upgrade. */
function isToken(value: unknown): value is string {
  return typeof value === 'string' && /^[\x20-\x7e]+$/.test(value);
}

type Fields = Readonly<Record<string, unknown>>;

function parse(body: string): Fields {
  try {
    const value: unknown = JSON.parse(body);
    return typeof value === 'object' && value !== null ? { ...value } : {};
  } catch {
    return {};
  }
}
