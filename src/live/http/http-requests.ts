import type { HttpAnswer } from '../../identity/http-answer.ts';
import type { HttpRequest } from '../../protocols/dial-step.ts';
import type { AbortNotice } from '../abort.ts';
import { CONNECT_TIMEOUT_MS } from './connect-timeout.ts';
import { FreshRequests } from './fresh-request.ts';
import { GIVEN_UP, type HttpFailure, type HttpService } from './http-service.ts';
import type { TlsPlan } from '../network/tls-plan.ts';
import { UndiciRequests } from './undici-requests.ts';

export interface HttpOptions {
  /** whether requests share connections */
  readonly pooled: boolean;
  /** null: TLS of Node */
  readonly tls: TlsPlan | null;
  /** longest time of a TCP connect and TLS handshake through a proxy or in a pool, ms; a socket of a request that is given up stays open for it */
  readonly connectTimeoutMs?: number;
  /** absent: nobody follows the requests */
  readonly tap?: HttpTap | undefined;
}

/** Listens to requests and their answers. */
export interface HttpTap {
  asked(request: HttpRequest): void;
  answered(answer: HttpAnswer | HttpFailure): void;
}

/** How requests to one service are carried out. */
interface Way {
  readonly origin: string;
  readonly requests: FreshRequests | UndiciRequests;
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
    this.#ways = services.map((service) => ({
      origin: service.origin,
      requests:
        pooled || service.proxy !== null
          ? new UndiciRequests(service, { pooled, tls, connectTimeoutMs })
          : new FreshRequests(service, tls),
    }));
  }

  /**
   * Sends a request.
   *
   * @param cookie value of the Cookie header; empty: none
   * @returns the answer, or how there is none, also after an abort; it never rejects
   */
  send(request: HttpRequest, cookie: string, abort: AbortNotice): Promise<HttpAnswer | HttpFailure> {
    const answer = this.#send(request, cookie, abort);
    return this.#tap === undefined ? answer : tapped(this.#tap, request, answer);
  }

  async close(): Promise<void> {
    await Promise.all(this.#ways.map(({ requests }) => requests.close()));
  }

  #send(request: HttpRequest, cookie: string, abort: AbortNotice): Promise<HttpAnswer | HttpFailure> {
    for (const { origin, requests } of this.#ways) {
      if (request.url.startsWith(origin) && request.url[origin.length] === '/' && !abort.aborted)
        return requests.send(request, cookie, abort);
    }
    return Promise.resolve(GIVEN_UP);
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
