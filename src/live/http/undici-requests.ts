import type { Client, Dispatcher, Pool } from 'undici';
import { NETWORK } from '../../core/signal.ts';
import type { HttpAnswer } from '../../identity/http-answer.ts';
import type { HttpRequest } from '../../protocols/dial-step.ts';
import type { AbortNotice } from '../abort.ts';
import { MAX_BODY_BYTES } from './answer-reader.ts';
import { httpConnector } from './http-connect.ts';
import { failureOf, GIVEN_UP, type HttpFailure, type HttpService } from './http-service.ts';
import type { TlsPlan } from '../network/tls-plan.ts';
import { loadUndici } from './undici.ts';
import { USER_AGENT } from './user-agent.ts';

/** Most sockets per worker and service that pooled requests share. */
const POOLED_SOCKETS = 64;
/** Error that ends a connection after its request; shared, since making one costs a tenth of a request's time. */
const SERVED = new Error('the request is over');
/** Timeout of undici, ms; long, since the client's own timeout ends requests. */
const UNDICI_TIMEOUT_MS = 3_600_000;

const NONE = {};

export interface UndiciOptions {
  /** whether requests share connections */
  readonly pooled: boolean;
  /** null: TLS of Node */
  readonly tls: TlsPlan | null;
  /** longest time of a TCP connect and TLS handshake, ms; a socket of a request that is given up stays open for it */
  readonly connectTimeoutMs: number;
}

/** Requests to one service that share connections, or pass a proxy. */
export class UndiciRequests {
  readonly #origin: string;
  readonly #options: Client.Options;
  readonly #pool: Pool | null;

  constructor(service: HttpService, { pooled, tls, connectTimeoutMs }: UndiciOptions) {
    this.#origin = service.origin;
    this.#options = {
      connectTimeout: connectTimeoutMs,
      headersTimeout: UNDICI_TIMEOUT_MS,
      bodyTimeout: UNDICI_TIMEOUT_MS,
      connect: httpConnector(service, tls),
    };
    this.#pool = pooled
      ? new (loadUndici().Pool)(service.origin, { ...this.#options, connections: POOLED_SOCKETS })
      : null;
  }

  /** Sends a request. Never rejects. */
  async send(request: HttpRequest, cookie: string, abort: AbortNotice): Promise<HttpAnswer | HttpFailure> {
    const dispatcher = this.#pool ?? new (loadUndici().Client)(this.#origin, this.#options);
    const controller = new AbortController();
    let giveUp!: () => void;
    // undici heeds an abort only once it is connected, and a remote may never let it be.
    const givenUp = new Promise<HttpFailure>((resolve) => {
      giveUp = () => {
        resolve(GIVEN_UP);
        controller.abort();
      };
      abort.addEventListener('abort', giveUp);
    });
    try {
      return await Promise.race([answerOf(dispatcher, this.#origin, request, cookie, controller.signal), givenUp]);
    } finally {
      abort.removeEventListener('abort', giveUp);
      if (dispatcher !== this.#pool) void dispatcher.destroy(SERVED);
    }
  }

  async close(): Promise<void> {
    await this.#pool?.destroy();
  }
}

/** Asks for an answer. Never rejects. */
async function answerOf(
  dispatcher: Client | Pool,
  origin: string,
  { method, url, headers, body }: HttpRequest,
  cookie: string,
  signal: AbortSignal,
): Promise<HttpAnswer | HttpFailure> {
  try {
    const response = await dispatcher.request({
      path: url.slice(origin.length),
      method,
      headers: { 'user-agent': USER_AGENT, ...headers, ...(cookie === '' ? NONE : { cookie }) },
      body,
      signal,
    });
    return { status: response.statusCode, headers: response.headers, body: await textOf(response) };
  } catch (error) {
    if (error instanceof TooLarge)
      return { signal: NETWORK.malformed, said: `a body of more than ${MAX_BODY_BYTES} bytes` };
    return failureOf(error);
  }
}

class TooLarge extends Error {}

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
