import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import { retryAfterDate, type RetryAfter, type StatusAnswer } from '../core/fault/retry-after.ts';

/** An HTTP answer with a JSON body, as both servers of the target give them. */
export interface Reply {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: Readonly<Record<string, unknown>>;
}

/** Answers an upgrade request that is not upgraded, and hangs up. */
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

/** No room: come back later (RFC 9110 section 15.6.4). */
export function overloaded(retryAfterSeconds: number): Reply {
  return {
    status: 503,
    headers: { 'Retry-After': String(retryAfterSeconds) },
    body: { error: 'temporarily_unavailable', advice: 'retry' },
  };
}

/** A good token of a session that is over (RFC 9110 section 15.5.4): another token of it would help no better. */
export const REVOKED: Reply = { status: 403, body: { error: 'session_revoked', advice: 'login' } };

/** What a fault answers in place of what was asked for. */
export function outage({ status, retryAfter }: StatusAnswer, nowMs: number): Reply {
  return {
    status,
    headers: {
      // RFC 9110 section 15.5.2 asks for it.
      ...(status === 401 ? { 'WWW-Authenticate': 'Bearer realm="squall"' } : {}),
      ...(retryAfter === null ? {} : { 'Retry-After': retryAfterText(retryAfter, nowMs) }),
    },
    body: { error: 'temporarily_unavailable' },
  };
}

/** The value of a Retry-After header. */
export function retryAfterText({ seconds, as }: RetryAfter, nowMs: number): string {
  return as === 'seconds' ? String(seconds) : new Date(retryAfterDate(seconds, nowMs)).toUTCString();
}

/** No token, or a bad one (RFC 6750 section 3). A request without any token is told no error code. */
export function unauthorized(flaw: string | undefined): Reply {
  const error = flaw === undefined ? '' : `, error="invalid_token", error_description="${flaw}"`;
  return {
    status: 401,
    headers: { 'WWW-Authenticate': `Bearer realm="squall"${error}` },
    body: { error: 'invalid_token', flaw: flaw ?? 'missing', advice: 'refresh' },
  };
}
