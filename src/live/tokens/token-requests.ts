import type { AbortNotice } from '../abort.ts';
import { NETWORK, type Signal } from '../../core/signal.ts';
import type { HoleValues } from '../../core/template/template.ts';
import { readTokenAnswer } from '../../identity/answer-template.ts';
import type { CookieJar } from '../../identity/cookies.ts';
import type { TokenStep } from '../../identity/endpoint.ts';
import { headerOf, setCookiesOf, type HttpAnswer } from '../../identity/http-answer.ts';
import { buildRequest, type RequestTemplate } from '../../identity/request-template.ts';
import { Assertions } from './client-assertion.ts';
import { HttpRequests, type HttpTap } from '../http/http-requests.ts';
import type { HttpFailure } from '../http/http-service.ts';
import type { TokenEndpoint } from './token-endpoint.ts';

/** Answer of a token endpoint. */
export type TokenAnswer =
  | {
      readonly ok: true;
      readonly access: string;
      /** the next refresh token; null: the old one stays */
      readonly refresh: string | null;
      /** time from now until the expiry that the answer states, or else the scenario; null: neither does */
      readonly expiresInMs: number | null;
    }
  /**
   * `retryAfter`: value of the header, if present; `said`: description of the endpoint's answer, which may quote it, if there
   * was one
   */
  | { readonly ok: false; readonly signal: Signal; readonly retryAfter?: string; readonly said?: string };

type Got = HttpAnswer | HttpFailure;

/** Statuses that a service answers when it misses or rejects the cookie against forgery. */
const FORGERY = new Set([403, 419]);

/** The clients' way to a token endpoint, by the requests of its scenario. */
export class TokenRequests {
  readonly #endpoint: TokenEndpoint;
  readonly #http: HttpRequests;
  readonly #assertions: Assertions | null;

  /** @param tap absent: nobody follows the requests */
  constructor(endpoint: TokenEndpoint, pooled: boolean, tap?: HttpTap) {
    this.#endpoint = endpoint;
    this.#http = new HttpRequests(endpoint.services, { pooled, tls: endpoint.tls, tap });
    this.#assertions = endpoint.assertion === null ? null : new Assertions(endpoint.assertion);
  }

  /** Asks for the first tokens. Never rejects: a failure is a signal, also after an abort. */
  login(values: HoleValues, jar: CookieJar | null, abort: AbortNotice): Promise<TokenAnswer> {
    const { login, refresh } = this.#endpoint.steps;
    return this.#ask((login ?? refresh)!, values, jar, abort);
  }

  /**
   * Asks for the next tokens: by a refresh, or by another login where the endpoint has none, or the client has no refresh
   * token for it. Never rejects.
   */
  refresh(values: HoleValues, jar: CookieJar | null, abort: AbortNotice): Promise<TokenAnswer> {
    const { login, refresh } = this.#endpoint.steps;
    const canRefresh = refresh !== null && (values.refresh !== '' || !refresh.request.refreshes);
    return this.#ask((canRefresh ? refresh : (login ?? refresh))!, values, jar, abort);
  }

  async close(): Promise<void> {
    await this.#http.close();
  }

  async #ask(
    { request, answer }: TokenStep,
    values: HoleValues,
    jar: CookieJar | null,
    abort: AbortNotice,
  ): Promise<TokenAnswer> {
    const { csrf } = this.#endpoint.steps;
    if (csrf !== null && jar !== null && lacks(request, jar)) {
      const got = await this.#send(csrf, values, jar, abort);
      if ('signal' in got) return { ok: false, ...got };
      if (lacks(request, jar)) return withoutCookie(request, got);
    }
    const got = await this.#send(request, values, jar, abort);
    if ('signal' in got) return { ok: false, ...got };
    if (csrf !== null && FORGERY.has(got.status)) forget(request, jar);
    const read = readTokenAnswer(answer, got, Date.now());
    if (read.ok) return read;
    const { signal, said } = read;
    const retryAfter = headerOf(got, 'retry-after');
    return retryAfter === undefined ? { ok: false, signal, said } : { ok: false, signal, said, retryAfter };
  }

  #send(request: RequestTemplate, values: HoleValues, jar: CookieJar | null, abort: AbortNotice): Promise<Got> {
    if (jar === null && request.asserts === null) return this.#http.send(buildRequest(request, values), '', abort);
    return this.#sendAs(request, values, jar, abort);
  }

  /** Sends one request with the application's assertion and the client's cookies, and keeps those that it is given. */
  async #sendAs(request: RequestTemplate, values: HoleValues, jar: CookieJar | null, abort: AbortNotice): Promise<Got> {
    const assertion = request.asserts !== null ? await this.#assertions?.next() : undefined;
    const filled = buildRequest(request, jar === null ? values : { ...values, cookie: jar.row }, assertion);
    const got = await this.#http.send(filled, jar?.header ?? '', abort);
    if (jar !== null && 'status' in got) jar.keep(setCookiesOf(got, Date.now()));
    return got;
  }
}

function lacks({ cookies }: RequestTemplate, jar: CookieJar): boolean {
  return cookies.some((name) => !jar.has(name));
}

function withoutCookie({ cookies }: RequestTemplate, { status }: HttpAnswer): TokenAnswer {
  const signal = status >= 300 ? status : NETWORK.malformed;
  return failed(signal, `HTTP ${status} to the request of csrf, without a cookie ${cookies.join(', ')}`);
}

/** Forgets the cookies that a refused request needed, so that they are asked for again. */
function forget({ cookies }: RequestTemplate, jar: CookieJar | null): void {
  jar?.keep(cookies.map((name) => ({ name, value: '', maxAgeMs: 0 })));
}

/** Makes a failed answer without a Retry-After. */
export function failed(signal: Signal, said?: string): TokenAnswer & { readonly ok: false } {
  return said === undefined ? { ok: false, signal } : { ok: false, signal, said };
}
