/**
 * The negotiate request of SignalR
 * (https://github.com/dotnet/aspnetcore/blob/main/src/SignalR/docs/specs/TransportProtocols.md), as
 * @microsoft/signalr 10.0.11 makes it, dist/esm/HttpConnection.js. An answer may lead to another server, with another token:
 * Azure SignalR Service.
 */
import { isMapping } from '../core/codec/object.ts';
import type { Advice } from '../core/policy/advice.ts';
import { NETWORK, type Signal } from '../core/signal.ts';
import type { ClientView } from './codec.ts';
import type { DialStep, Redirect, StepFailure } from './dial-step.ts';
import { parseJsonText } from './parse-json.ts';

const OK = 200;
/** Most negotiate requests of one attempt: `MAX_REDIRECTS` of the library. */
const MAX_REQUESTS = 100;
/** Longest connection token and address that are believed, characters: they stand in request lines. */
const MAX_CHARS = 4000;
/** Characters that the library puts into a URL as they are, and that end neither the query nor the request line. */
const PLAIN_TOKEN = /^[\w.~%+/=:@!$'()*,;-]*$/;

type Fields = Readonly<Record<string, unknown>>;

/**
 * The request, and again at each place to which an answer leads. `view.session` keeps the connection token, also as its secret, `view.ticket` the
 * token of the last answer that had one, and `view.step` counts requests until the last answer.
 */
export const NEGOTIATE: DialStep = {
  name: 'negotiate',
  tokenIn: 'header',
  request: (_token, _view, path) => ({
    method: 'POST',
    url: negotiatePath(path),
    headers: { 'Content-Type': 'text/plain;charset=UTF-8', 'X-Requested-With': 'XMLHttpRequest' },
    body: '',
  }),
  answer: (status, body, view) => {
    if (status !== OK) return failure(status, body);
    const said = parseJsonText(body);
    return isMapping(said) ? understood(said, view) : failure(NETWORK.badHandshake, body);
  },
};

function understood(said: Fields, view: ClientView): StepFailure | Redirect | null {
  const { error, url, accessToken, ProtocolVersion: classic } = said;
  if (isText(error)) return failure(NETWORK.authRefused, error, 'retry');
  if (classic !== undefined)
    return failure(NETWORK.badHandshake, 'the server speaks ASP.NET SignalR, not ASP.NET Core SignalR');
  if (isText(accessToken)) view.ticket = accessToken;
  if (isText(url)) {
    view.step += 1;
    if (view.step < MAX_REQUESTS && url.length <= MAX_CHARS) return { redirect: url };
    return failure(NETWORK.badHandshake, `more than ${MAX_REQUESTS - 1} negotiate answers lead to another server`);
  }
  view.step = 0;
  return connected(said, view);
}

function connected(said: Fields, view: ClientView): StepFailure | null {
  const { negotiateVersion, connectionToken, connectionId, availableTransports } = said;
  // Version 0 has no connection token.
  const isSecond = typeof negotiateVersion === 'number' && negotiateVersion >= 1;
  const token = isSecond ? connectionToken : connectionId;
  if (!Array.isArray(availableTransports) || !availableTransports.some(isWebSocket))
    return failure(NETWORK.badHandshake, 'the negotiate answer offers no WebSockets with text');
  if (token !== undefined && token !== null && (typeof token !== 'string' || token.length > MAX_CHARS))
    return failure(NETWORK.badHandshake, 'the negotiate answer has a connection token that cannot be used');
  view.session = token ?? '';
  view.secret = view.session;
  return null;
}

function isWebSocket(offer: unknown): boolean {
  if (!isMapping(offer) || offer.transport !== 'WebSockets') return false;
  return Array.isArray(offer.transferFormats) && offer.transferFormats.includes('Text');
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}

function failure(signal: Signal, said: string, advice: Advice | null = null): StepFailure {
  return { signal, said, advice };
}

/** @example negotiatePath('/chat?hub=a') // '/chat/negotiate?hub=a&negotiateVersion=1' */
export function negotiatePath(path: string): string {
  const mark = path.indexOf('?');
  const pathname = mark === -1 ? path : path.slice(0, mark);
  const query = (mark === -1 ? '' : path.slice(mark + 1)).split('&').filter((part) => part !== '');
  if (!query.some((part) => part.startsWith('negotiateVersion='))) query.push('negotiateVersion=1');
  return `${pathname}${pathname.endsWith('/') ? '' : '/'}negotiate?${query.join('&')}`;
}

/** Path and query of the WebSocket of a negotiated connection; empty token: those of the target. */
export function connectPath(path: string, connectionToken: string): string {
  if (connectionToken === '') return path;
  const id = PLAIN_TOKEN.test(connectionToken) ? connectionToken : encodeURIComponent(wellFormed(connectionToken));
  return `${path}${path.includes('?') ? '&' : '?'}id=${id}`;
}

/** Half of a surrogate pair has no encoding. */
function wellFormed(text: string): string {
  return text.replaceAll(/\p{Cs}/gu, '\uFFFD');
}
