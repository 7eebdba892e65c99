import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { StatusAnswer } from '../core/fault/status-answer.ts';
import { REFUSAL, type Refusal } from '../core/server/refusals.ts';
import { retryAfterText } from '../metrics/wall-clock.ts';

/** An HTTP answer with a JSON body, of the gateway or the token service. */
export interface Reply {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: Readonly<Record<string, unknown>>;
}

/** Answers an upgrade request in place of an upgrade, and closes the socket. */
export function replyToUpgrade(socket: Socket, { status, headers, body }: Reply): void {
  const text = JSON.stringify(body);
  const lines = Object.entries({
    Connection: 'close',
    'Content-Type': 'application/json',
    'Content-Length': Buffer.byteLength(text),
    ...headers,
  }).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.once('finish', () => socket.destroy());
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\n${lines.join('')}\r\n${text}`);
}

/** Makes the answer of a refused request. */
function refused({ status, error, advice }: Refusal, headers: Reply['headers'] = {}, more: Reply['body'] = {}): Reply {
  return { status, headers, body: { error, ...more, advice } };
}

/** Makes the answer of a server whose line is full. */
export function overloaded(retryAfterSeconds: number): Reply {
  return refused(REFUSAL.overloaded, { 'Retry-After': String(retryAfterSeconds) });
}

/** Answer to a valid token of a session that is over. */
export const REVOKED: Reply = refused(REFUSAL.revoked);

/** Makes the answer of a `status` fault. */
export function outage({ status, retryAfter }: StatusAnswer, nowMs: number): Reply {
  return {
    status,
    headers: {
      // Required by RFC 9110 section 15.5.2.
      ...(status === 401 ? { 'WWW-Authenticate': 'Bearer realm="squall"' } : {}),
      ...(retryAfter === null ? {} : { 'Retry-After': retryAfterText(retryAfter, nowMs) }),
    },
    body: { error: 'temporarily_unavailable' },
  };
}

/** Makes the answer to a bad token, or to none, which has no error code. */
export function unauthorized(flaw: string | undefined): Reply {
  const error = flaw === undefined ? '' : `, error="invalid_token", error_description="${flaw}"`;
  const headers = { 'WWW-Authenticate': `Bearer realm="squall"${error}` };
  return refused(REFUSAL.badToken, headers, { flaw: flaw ?? 'missing' });
}
