import { isIP } from 'node:net';
import type { Client } from 'undici';
import type { AnswerHeaders, DialStep, HttpRequest } from '../../protocols/dial-step.ts';
import type { AbortNotice } from '../abort.ts';
import type { Dial } from '../network/endpoint.ts';
import { httpConnector } from '../http/http-connect.ts';
import { CONNECT_TIMEOUT_MS } from '../http/connect-timeout.ts';
import { targetContext } from '../network/secure-contexts.ts';
import { loadUndici } from '../http/undici.ts';
import { personalLines, type UpgradeForm } from '../socket/upgrade-form.ts';

/** Most bytes of an answer that are read. */
const MAX_BODY_BYTES = 65_536;
/** Timeout of undici, ms; long, since the client's own timeout ends requests. */
const UNDICI_TIMEOUT_MS = 3_600_000;

export interface GatewayAnswer {
  readonly status: number;
  readonly headers: AnswerHeaders;
  readonly body: string;
}

/**
 * HTTP requests of one client to the gateway that it is about to dial. They have the headers and the carrier of its upgrade
 * request, and share one connection, as a browser's do.
 */
export class GatewayRequests {
  readonly #form: UpgradeForm;
  readonly #dial: Dial;
  readonly #client: Client;

  constructor(form: UpgradeForm, dial: Dial) {
    const { secure, address, authority, hostName, tls = null, proxy = null } = dial.endpoint;
    const origin = `${secure ? 'https' : 'http'}://${authority}`;
    // An IP address is no server name (RFC 6066 section 3).
    const servername = isIP(hostName) === 0 ? hostName : '';
    const own = secure ? { secureContext: targetContext(tls, dial.holes.client), servername } : undefined;
    this.#form = form;
    this.#dial = dial;
    this.#client = new (loadUndici().Client)(origin, {
      connectTimeout: CONNECT_TIMEOUT_MS,
      headersTimeout: UNDICI_TIMEOUT_MS,
      bodyTimeout: UNDICI_TIMEOUT_MS,
      connect: httpConnector({ origin, addresses: [address], proxy }, tls, own),
    });
  }

  /**
   * @param tokenIn where the token travels if not as in the upgrade
   * @throws the error of Node or undici where there is no answer
   */
  async send(
    { method, url, headers, body }: HttpRequest,
    abort: AbortNotice,
    tokenIn?: DialStep['tokenIn'],
  ): Promise<GatewayAnswer> {
    const { token } = this.#dial;
    const isInHeader = tokenIn === 'header' && this.#form.carrier.kind === 'query';
    const path = isInHeader ? url : withToken(this.#form, url, token);
    const own = headersOf(this.#form, this.#dial);
    if (isInHeader) own['Authorization'] = `Bearer ${token}`;
    // undici heeds an abort only once it is connected, and a remote may never let it be.
    const giveUp = (): void => void this.#client.destroy(new (loadUndici().errors.RequestAbortedError)());
    abort.addEventListener('abort', giveUp);
    try {
      const response = await this.#client.request({ path, method, headers: { ...own, ...headers }, body });
      let text = '';
      for await (const chunk of response.body.setEncoding('utf8')) {
        text += String(chunk);
        if (text.length > MAX_BODY_BYTES) break;
      }
      return { status: response.statusCode, headers: response.headers, body: text };
    } finally {
      abort.removeEventListener('abort', giveUp);
    }
  }

  close(): void {
    void this.#client.destroy();
  }
}

/** The headers of the client's upgrade request, without those of the upgrade itself. */
function headersOf(form: UpgradeForm, { holes, token }: Dial): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const line of `${form.lines}${personalLines(form, holes)}`.split('\r\n')) {
    const colon = line.indexOf(': ');
    if (colon > 0 && !line.startsWith('Sec-WebSocket-')) headers[line.slice(0, colon)] = line.slice(colon + 2);
  }
  if (form.carrier.kind === 'header') headers['Authorization'] = `Bearer ${token}`;
  if (form.carrier.kind === 'cookie') headers['Cookie'] = `${form.carrier.name}=${token}`;
  return headers;
}

function withToken({ carrier }: UpgradeForm, url: string, token: string): string {
  if (carrier.kind !== 'query') return url;
  const separator = url.includes('?') ? '&' : '?';
  return `${url}${separator}${encodeURIComponent(carrier.name)}=${encodeURIComponent(token)}`;
}
