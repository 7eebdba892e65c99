import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { StatusAnswer } from '../core/fault/status-answer.ts';
import { REFUSAL, type Refusal } from '../core/server/refusals.ts';
import { retryAfterDate, type RetryAfter } from '../core/server/retry-after.ts';

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

/** An answer that turns a request away. */
function refused({ status, error, advice }: Refusal, headers: Reply['headers'] = {}, more: Reply['body'] = {}): Reply {
  return { status, headers, body: { error, ...more, advice } };
}

/** The answer of a server without room. */
export function overloaded(retryAfterSeconds: number): Reply {
  return refused(REFUSAL.overloaded, { 'Retry-After': String(retryAfterSeconds) });
}

/** The answer to a good token of a session that is over. */
export const REVOKED: Reply = refused(REFUSAL.revoked);

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

/** The answer to a bad token, or to none, which is told no error code. */
export function unauthorized(flaw: string | undefined): Reply {
  const error = flaw === undefined ? '' : `, error="invalid_token", error_description="${flaw}"`;
  const headers = { 'WWW-Authenticate': `Bearer realm="squall"${error}` };
  return refused(REFUSAL.badToken, headers, { flaw: flaw ?? 'missing' });
}
