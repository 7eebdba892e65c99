import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';

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

/** No token, or a bad one (RFC 6750 section 3). A request without any token is told no error code. */
export function unauthorized(flaw: string | undefined): Reply {
  const error = flaw === undefined ? '' : `, error="invalid_token", error_description="${flaw}"`;
  return {
    status: 401,
    headers: { 'WWW-Authenticate': `Bearer realm="squall"${error}` },
    body: { error: 'invalid_token', flaw: flaw ?? 'missing', advice: 'refresh' },
  };
}
