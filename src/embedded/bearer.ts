import type { IncomingMessage } from 'node:http';
import type { Carrier } from '../core/token/carrier.ts';

/** Reads the token of an upgrade request from where `carrier` puts it; undefined: there is none. */
export function bearerOf(request: IncomingMessage, carrier: Carrier): string | undefined {
  switch (carrier.kind) {
    case 'header':
      return /^Bearer +(\S+) *$/i.exec(request.headers.authorization ?? '')?.[1];
    case 'query':
      return queryOf(request.url ?? '').get(carrier.name) ?? undefined;
    case 'cookie':
      return cookieNamed(carrier.name, request.headers.cookie ?? '');
    case 'subprotocol': {
      const entry = offeredProtocols(request).find(
        (offered) => offered.startsWith(carrier.prefix) && offered !== carrier.protocol,
      );
      const written = entry?.slice(carrier.prefix.length);
      return carrier.encoding === 'none' || written === undefined
        ? written
        : Buffer.from(written, 'base64url').toString();
    }
    case 'message':
      return undefined;
  }
}

/** Selects a subprotocol from those offered, never the one that holds the token. */
export function selectProtocol(offered: ReadonlySet<string>, carrier: Carrier): string | false {
  return carrier.kind === 'subprotocol' && offered.has(carrier.protocol) ? carrier.protocol : false;
}

function queryOf(url: string): URLSearchParams {
  const mark = url.indexOf('?');
  return new URLSearchParams(mark === -1 ? '' : url.slice(mark + 1));
}

/** Reads a cookie from a header (RFC 6265 section 5.4); values may stand in double quotes. */
function cookieNamed(name: string, header: string): string | undefined {
  const pair = header
    .split(';')
    .map((part) => part.trim())
    .find((part) => part.startsWith(`${name}=`));
  return pair?.slice(name.length + 1).replace(/^"(.*)"$/, '$1');
}

function offeredProtocols(request: IncomingMessage): string[] {
  return (request.headers['sec-websocket-protocol'] ?? '').split(',').map((part) => part.trim());
}
