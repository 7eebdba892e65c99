import { Client, Pool, type Dispatcher } from 'undici';
import { NETWORK, type Signal } from '../core/signal.ts';
import type { HttpAnswer } from '../identity/http-answer.ts';
import type { HttpRequest } from '../protocols/dial-step.ts';
import { ioErrorWords, signalOf } from './io-error.ts';
import { CONNECT_TIMEOUT_MS } from './connect-timeout.ts';
import { httpConnector } from './http-connect.ts';
import type { ProxyPlan } from './proxy-plan.ts';
import type { TlsPlan } from './tls-plan.ts';
import { USER_AGENT } from './user-agent.ts';

/** Service that requests may address, at the addresses that were checked. */
export interface HttpService {
  /** scheme, host and port */
  readonly origin: string;
  /** addresses to which its host resolved when it was checked, taken in turn; behind a proxy, the name that it resolves */
  readonly addresses: readonly string[];
  /** null: none */
  readonly proxy: ProxyPlan | null;
}

export interface HttpOptions {
  /** whether requests share connections */
  readonly pooled: boolean;
  /** null: TLS of Node */
  readonly tls: TlsPlan | null;
  /** longest time of a TCP connect and TLS handshake, ms; a socket of a request that is given up stays open for it */
  readonly connectTimeoutMs?: number;
  /** absent: nobody follows the requests */
  readonly tap?: HttpTap | undefined;
}

/** Listens to requests and their answers. */
export interface HttpTap {
  asked(request: HttpRequest): void;
  answered(answer: HttpAnswer | HttpFailure): void;
}

/** Most bytes of an answer's body; a larger one is malformed. */
const MAX_BODY_BYTES = 65_536;
/** Most sockets per worker and service that pooled requests share. */
const POOLED_SOCKETS = 64;
/** Error that ends a connection after its request; shared, since making one costs a tenth of a request's time. */
const SERVED = new Error('the request is over');
/** Timeout of undici, ms; long, since the client's own timeout ends requests. */
const UNDICI_TIMEOUT_MS = 3_600_000;
/** Outcome of a request whose client gave it up. */
const GIVEN_UP: HttpFailure = { signal: NETWORK.other };

const NONE = {};

/** How a request failed without an answer. */
export interface HttpFailure {
  readonly signal: Signal;
  /** words about it; absent: the signal says it all */
  readonly said?: string;
}

interface Way extends HttpService {
  readonly options: Client.Options;
  readonly pool: Pool | null;
}

/**
 * HTTP requests of clients. Each has a TCP connection of its own, as those of separate devices have, unless they are
 * pooled. Only the given services are addressed, and redirects are not followed.
 */
export class HttpRequests {
  readonly #ways: readonly Way[];
  readonly #tap: HttpTap | undefined;

  constructor(
    services: readonly HttpService[],
    { pooled, tls, tap, connectTimeoutMs = CONNECT_TIMEOUT_MS }: HttpOptions,
  ) {
    this.#tap = tap;
    this.#ways = services.map((service) => {
      const { origin } = service;
      const options = {
        connectTimeout: connectTimeoutMs,
        headersTimeout: UNDICI_TIMEOUT_MS,
        bodyTimeout: UNDICI_TIMEOUT_MS,
        connect: httpConnector(service, tls),
      };
      const pool = pooled ? new Pool(origin, { ...options, connections: POOLED_SOCKETS }) : null;
      return { ...service, options, pool };
    });
  }

  /**
   * Sends a request.
   *
   * @param cookie value of the Cookie header; empty: none
   * @returns the answer, or how there is none, also after an abort; it never rejects
   */
  send(request: HttpRequest, cookie: string, abort: AbortSignal): Promise<HttpAnswer | HttpFailure> {
    const answer = this.#send(request, cookie, abort);
    return this.#tap === undefined ? answer : tapped(this.#tap, request, answer);
  }

  async close(): Promise<void> {
    await Promise.all(this.#ways.flatMap(({ pool }) => pool?.destroy() ?? []));
  }

  async #send(request: HttpRequest, cookie: string, abort: AbortSignal): Promise<HttpAnswer | HttpFailure> {
    const way = this.#wayTo(request.url);
    if (abort.aborted || way === undefined) return GIVEN_UP;
    const dispatcher = way.pool ?? new Client(way.origin, way.options);
    let giveUp!: () => void;
    // undici heeds an abort only once it is connected, and a remote may never let it be.
    const givenUp = new Promise<HttpFailure>((resolve) => {
      giveUp = () => resolve(GIVEN_UP);
      abort.addEventListener('abort', giveUp, { once: true });
    });
    try {
      return await Promise.race([answerOf(dispatcher, way.origin, request, cookie, abort), givenUp]);
    } finally {
      abort.removeEventListener('abort', giveUp);
      if (dispatcher !== way.pool) void dispatcher.destroy(SERVED);
    }
  }

  #wayTo(url: string): Way | undefined {
    return this.#ways.find(({ origin }) => url.startsWith(origin) && url[origin.length] === '/');
  }
}

async function tapped(
  tap: HttpTap,
  request: HttpRequest,
  answer: Promise<HttpAnswer | HttpFailure>,
): Promise<HttpAnswer | HttpFailure> {
  tap.asked(request);
  const got = await answer;
  tap.answered(got);
  return got;
}

/** Asks for an answer. Never rejects. */
async function answerOf(
  dispatcher: Client | Pool,
  origin: string,
  { method, url, headers, body }: HttpRequest,
  cookie: string,
  abort: AbortSignal,
): Promise<HttpAnswer | HttpFailure> {
  try {
    const response = await dispatcher.request({
      path: url.slice(origin.length),
      method,
      headers: { 'user-agent': USER_AGENT, ...headers, ...(cookie === '' ? NONE : { cookie }) },
      body,
      signal: abort,
    });
    return { status: response.statusCode, headers: response.headers, body: await textOf(response) };
  } catch (error) {
    return failureOf(error);
  }
}

class TooLarge extends Error {}

function failureOf(error: unknown): HttpFailure {
  if (error instanceof TooLarge)
    return { signal: NETWORK.malformed, said: `a body of more than ${MAX_BODY_BYTES} bytes` };
  const words = ioErrorWords(error);
  return words === '' ? { signal: signalOf(error) } : { signal: signalOf(error), said: words };
}

/** Reads the body. The body of a refusal counts as empty when it is too large. */
async function textOf({ statusCode, body }: Dispatcher.ResponseData): Promise<string> {
  try {
    return await readAll(body);
  } catch (error) {
    if (statusCode >= 300 && error instanceof TooLarge) return '';
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
