import { createHash, randomFillSync } from 'node:crypto';
import type { Carrier } from '../core/token/carrier.ts';
import { NETWORK, type Signal } from '../core/signal.ts';
import { CLIENT_HEADER } from '../target/protocol.ts';

/**
 * The opening handshake of RFC 6455 section 4.1, by hand: it is the hot path of a storm, and half the cost of an
 * attempt is the general HTTP client that it does not need.
 */
export interface Endpoint {
  /** address to connect to, already resolved and allowed */
  readonly address: string;
  readonly port: number;
  readonly secure: boolean;
  /** host name for SNI and certificates */
  readonly hostName: string;
  /** value of the Host field */
  readonly authority: string;
  /** path and query, from '/' on */
  readonly path: string;
  /** the embedded gateway: its faults go by the number of the client that asks, so it is told */
  readonly ours?: boolean;
}

/** The answer to an upgrade may not be longer than this; a longer one is not a handshake. */
const MAX_HEAD_BYTES = 16_384;
const ACCEPT_GUID = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';
const HEAD_END = Buffer.from('\r\n\r\n');

/** Random bytes for keys, drawn many at a time: one system call for each key would cost more than all the rest. */
const KEY_BYTES = 16;
const keyPool = Buffer.alloc(256 * KEY_BYTES);
let keyPoolUsed = keyPool.length;

/** A fresh Sec-WebSocket-Key: 16 random bytes in base64. */
export function freshKey(): string {
  if (keyPoolUsed === keyPool.length) {
    randomFillSync(keyPool);
    keyPoolUsed = 0;
  }
  keyPoolUsed += KEY_BYTES;
  return keyPool.toString('base64', keyPoolUsed - KEY_BYTES, keyPoolUsed);
}

/**
 * The upgrade request, with the token where the carrier puts it.
 *
 * @param number the client's, in the whole population
 */
export function upgradeRequest(
  endpoint: Endpoint,
  carrier: Carrier,
  token: string,
  key: string,
  number: number,
): string {
  let path = endpoint.path;
  let extra = endpoint.ours === true ? `${CLIENT_HEADER}: ${number}\r\n` : '';
  switch (carrier.kind) {
    case 'header':
      extra += `Authorization: Bearer ${token}\r\n`;
      break;
    case 'query':
      path += `${path.includes('?') ? '&' : '?'}${encodeURIComponent(carrier.name)}=${encodeURIComponent(token)}`;
      break;
    case 'cookie':
      extra += `Cookie: ${carrier.name}=${token}\r\n`;
      break;
    case 'subprotocol':
      extra += `Sec-WebSocket-Protocol: ${carrier.protocol}, ${carrier.prefix}${token}\r\n`;
      break;
    case 'message':
      break;
  }
  return (
    `GET ${path} HTTP/1.1\r\nHost: ${endpoint.authority}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n` +
    `Sec-WebSocket-Key: ${key}\r\nSec-WebSocket-Version: 13\r\n${extra}\r\n`
  );
}

/** What the bytes read so far say. */
export type UpgradeAnswer =
  | { readonly kind: 'incomplete' }
  /** `retryAfter`: the header's value, where there is one */
  | { readonly kind: 'refused'; readonly signal: Signal; readonly retryAfter?: string }
  /** `rest`: bytes that came after the head and belong to the first frames */
  | { readonly kind: 'accepted'; readonly rest: Buffer };

const INCOMPLETE: UpgradeAnswer = { kind: 'incomplete' };
const NOT_A_HANDSHAKE: UpgradeAnswer = { kind: 'refused', signal: NETWORK.badHandshake };

/** Reads the answer to an upgrade request; every rule of RFC 6455 section 4.1 for it is checked. */
export function readUpgradeAnswer(bytes: Buffer, carrier: Carrier, key: string): UpgradeAnswer {
  const end = bytes.indexOf(HEAD_END);
  if (end === -1) {
    const tooLong = bytes.length >= MAX_HEAD_BYTES + HEAD_END.length;
    return tooLong || !startsLikeHttp(bytes) ? NOT_A_HANDSHAKE : INCOMPLETE;
  }
  if (end > MAX_HEAD_BYTES) return NOT_A_HANDSHAKE;
  const [statusLine = '', ...lines] = bytes.toString('latin1', 0, end).split('\r\n');
  // Old proxies refuse in HTTP/1.0; an upgrade takes HTTP/1.1.
  const [, minor, status] = /^HTTP\/1\.([01]) ([1-5]\d\d)(?: |$)/.exec(statusLine) ?? [];
  if (status === undefined) return NOT_A_HANDSHAKE;
  if (status !== '101') return { kind: 'refused', signal: Number(status), ...retryAfterIn(lines) };
  return minor === '1' && upgraded(lines, carrier, key)
    ? { kind: 'accepted', rest: bytes.subarray(end + HEAD_END.length) }
    : NOT_A_HANDSHAKE;
}

function retryAfterIn(lines: readonly string[]): { readonly retryAfter?: string } {
  const name = 'retry-after:';
  const line = lines.find((each) => each.slice(0, name.length).toLowerCase() === name);
  return line === undefined ? {} : { retryAfter: line.slice(name.length) };
}

function startsLikeHttp(bytes: Buffer): boolean {
  const start = 'HTTP/1.';
  return start.startsWith(bytes.toString('latin1', 0, start.length));
}

function upgraded(lines: readonly string[], carrier: Carrier, key: string): boolean {
  let upgrade = '';
  let connection = '';
  let accept: string | null = null;
  let protocol: string | null = null;
  for (const line of lines) {
    const colon = line.indexOf(':');
    if (colon < 1) return false;
    const value = line.slice(colon + 1).trim();
    switch (line.slice(0, colon).toLowerCase()) {
      case 'upgrade':
        upgrade = value.toLowerCase();
        break;
      case 'connection':
        connection += `,${value.toLowerCase()}`;
        break;
      case 'sec-websocket-accept':
        if (accept !== null) return false; // at most one (section 11.3.3)
        accept = value;
        break;
      case 'sec-websocket-protocol':
        if (protocol !== null) return false; // at most one (section 11.3.4)
        protocol = value;
        break;
      case 'sec-websocket-extensions':
        return false; // none was offered
      default:
    }
  }
  const offered = carrier.kind === 'subprotocol' ? carrier.protocol : null;
  return (
    upgrade === 'websocket' &&
    connection.split(/\s*,\s*/).includes('upgrade') &&
    accept === acceptFor(key) &&
    (protocol === null || protocol === offered)
  );
}

/** Sec-WebSocket-Accept for a key (RFC 6455 section 4.2.2, item 5.4). */
export function acceptFor(key: string): string {
  return createHash('sha1')
    .update(key + ACCEPT_GUID)
    .digest('base64');
}
