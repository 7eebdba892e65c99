import { isIP, type Socket } from 'node:net';
import type { ConnectionOptions } from 'node:tls';
import type { HttpAnswer } from '../../identity/http-answer.ts';
import type { HttpRequest } from '../../protocols/dial-step.ts';
import type { AbortNotice } from '../abort.ts';
import { AnswerReader } from './answer-reader.ts';
import { openToService, type SocketEvents } from '../network/client-socket.ts';
import { failureOf, GIVEN_UP, type HttpFailure, type HttpService } from './http-service.ts';
import { tokenContext } from '../network/secure-contexts.ts';
import type { TlsPlan } from '../network/tls-plan.ts';
import { USER_AGENT } from './user-agent.ts';

type Outcome = HttpAnswer | HttpFailure;

/** Where a connection goes. */
interface Place {
  readonly host: string;
  readonly port: number;
}

/** Methods whose requests say that they have no body (RFC 9110 section 8.6). */
const EXPECTS_BODY: ReadonlySet<HttpRequest['method']> = new Set(['POST', 'PUT', 'PATCH'] as const);

/**
 * Requests to one service, each on a TCP connection of its own, written and read on a socket. A general HTTP client would cost
 * three times as much.
 */
export class FreshRequests {
  readonly #origin: string;
  readonly #authority: string;
  /** addresses and port of the service */
  readonly #places: readonly Place[];
  readonly #tls: ConnectionOptions | null;
  #turn = 0;
  /** URL and headers of the last request, and its head without cookie and length: requests that no client fills share both */
  #url = '';
  #headers: HttpRequest['headers'] | null = null;
  #method: HttpRequest['method'] = 'GET';
  #head = '';

  /** @param plan null: TLS of Node */
  constructor({ origin, addresses }: HttpService, plan: TlsPlan | null) {
    const { host: authority, hostname, port, protocol } = new URL(origin);
    const isSecure = protocol === 'https:';
    this.#origin = origin;
    this.#authority = authority;
    this.#places = addresses.map((host) => ({ host, port: port === '' ? (isSecure ? 443 : 80) : Number(port) }));
    this.#tls = isSecure ? secured(hostname, plan) : null;
  }

  /** Sends a request. Never rejects. */
  send(request: HttpRequest, cookie: string, abort: AbortNotice): Promise<Outcome> {
    const to = this.#places[this.#turn++ % this.#places.length]!;
    const text = this.#text(request, cookie);
    return new Promise((resolve) => void new FreshRequest(to, this.#tls, text, abort, resolve));
  }

  async close(): Promise<void> {}

  #text(request: HttpRequest, cookie: string): string {
    const { method, body } = request;
    let text = this.#headOf(request);
    if (cookie !== '') text += `cookie: ${cookie}\r\n`;
    if (body !== null) text += withBody(body);
    else text += EXPECTS_BODY.has(method) ? 'content-length: 0\r\n\r\n' : '\r\n';
    return text;
  }

  #headOf({ method, url, headers }: HttpRequest): string {
    if (headers === this.#headers && url === this.#url && method === this.#method) return this.#head;
    const path = url.slice(this.#origin.length);
    let head = `${method} ${path} HTTP/1.1\r\nhost: ${this.#authority}\r\nconnection: keep-alive\r\n`;
    if (headers['user-agent'] === undefined) head += `user-agent: ${USER_AGENT}\r\n`;
    for (const name of Object.keys(headers)) head += `${name}: ${headers[name]}\r\n`;
    this.#method = method;
    this.#url = url;
    this.#headers = headers;
    this.#head = head;
    return head;
  }
}

/** The end of a request with a body, of which each character is a byte. */
function withBody(body: string): string {
  const length = Buffer.byteLength(body);
  const bytes = length === body.length ? body : Buffer.from(body).toString('latin1');
  return `content-length: ${length}\r\n\r\n${bytes}`;
}

/** One request under way: its connection lives until its outcome. */
class FreshRequest implements SocketEvents {
  readonly #socket: Socket;
  readonly #reader = new AnswerReader();
  readonly #abort: AbortNotice;
  readonly #giveUp = (): void => this.#end(GIVEN_UP);
  readonly #done: (outcome: Outcome) => void;
  #over = false;

  /** @param done called once, after this call */
  constructor(
    to: Place,
    tls: ConnectionOptions | null,
    text: string,
    abort: AbortNotice,
    done: (outcome: Outcome) => void,
  ) {
    this.#abort = abort;
    this.#done = done;
    this.#socket = openToService(to, tls, text, this);
    abort.addEventListener('abort', this.#giveUp);
  }

  arrived(bytes: Buffer): void {
    if (this.#over) return;
    const outcome = this.#reader.read(bytes);
    if (outcome !== null) this.#end(outcome);
  }

  broke(error: Error): void {
    this.#end(failureOf(error));
  }

  peerEnded(): void {
    if (!this.#over) this.#end(this.#reader.end());
  }

  closed(): void {
    this.peerEnded();
  }

  #end(outcome: Outcome): void {
    if (this.#over) return;
    this.#over = true;
    this.#abort.removeEventListener('abort', this.#giveUp);
    this.#socket.destroy();
    this.#done(outcome);
  }
}

function secured(hostname: string, plan: TlsPlan | null): ConnectionOptions {
  // An IP address is no server name (RFC 6066 section 3); certificates are then checked against the address.
  const servername = isIP(hostname) === 0 && !hostname.startsWith('[') ? hostname : '';
  return {
    servername,
    secureContext: tokenContext(plan),
    ALPNProtocols: ['http/1.1'],
    ...(plan === null ? {} : { rejectUnauthorized: plan.verify }),
  };
}
